"""Telegram, for liaisons who use it."""
