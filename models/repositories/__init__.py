"""Queries, one module a noun; every function works in the session it is given."""
