"""Keeping it running: backup and restore, keys, clearing away, health."""
