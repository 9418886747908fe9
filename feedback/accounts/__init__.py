"""Staff who sign in, and their roles."""
