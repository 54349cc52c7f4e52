"""Rasa as a library."""
