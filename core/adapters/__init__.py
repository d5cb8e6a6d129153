"""Adapters: the ports, for real."""
