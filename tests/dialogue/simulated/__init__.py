"""People who talk to the real bot: seeded, with a demand of their own, and a way of writing."""
