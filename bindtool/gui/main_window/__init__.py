"""The window put together: its bars, its parts, and what connects them."""
