"""Withdrawal and erasure: what was said can be taken back for good."""
