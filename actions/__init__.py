"""Rasa custom actions: the tracker on one side, the services on the other."""
