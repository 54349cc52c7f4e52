"""The pages and the JSON interface for staff and liaisons."""
