"""What devices are called: templates and running numbers."""
