"""The window as a whole: its bars, its widgets, and the controllers that connect them."""
