"""Cues and what plays them."""
