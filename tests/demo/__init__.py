"""Demonstrations: what a newcomer can look at without an account."""
