"""The frame that every feature stands in."""
