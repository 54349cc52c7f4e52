"""How well messages are read, values taken and demands routed: sets in, figures out.

What is judged is passed in as a function; nothing here knows a model, a database or a clock.
"""
