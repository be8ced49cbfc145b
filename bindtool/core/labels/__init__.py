"""Labels of devices: templates and running numbers."""
