"""The terminal channel: `quickdump say` and `quickdump chat`."""
