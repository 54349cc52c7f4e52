"""助力通: dialogue, understanding, use cases, outbox and console."""
