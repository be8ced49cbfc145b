"""The window put together: its bars, its widgets, and the controllers that connect them."""
