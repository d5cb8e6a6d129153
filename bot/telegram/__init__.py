"""Telegram, through python-telegram-bot as client of the Bot API and parser of its updates."""
