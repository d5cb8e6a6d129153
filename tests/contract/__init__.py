"""Contract tests: one suite for every implementation of a port."""
