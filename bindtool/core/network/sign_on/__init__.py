"""Log-in by scheme: the system's single sign-on, and a user and password by Basic."""
