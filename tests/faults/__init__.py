"""Faults: disks, networks and processes that fail at the worst moment."""
