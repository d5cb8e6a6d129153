"""Quickdump: how people reach it."""
