"""Fakes that tests run the product against."""
