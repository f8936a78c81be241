"""A request: its fields, each checked once."""
