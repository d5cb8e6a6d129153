"""Deploys by word: `deploy ...` in a chat or a terminal, and a message that shows how far one has come."""
