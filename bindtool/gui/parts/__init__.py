"""Small widgets that pages and dialogs are put together from."""
