"""Notices that are written with a change and delivered later."""
