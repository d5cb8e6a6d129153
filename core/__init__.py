"""Quickdump: what the product knows; no chat, no provider."""
