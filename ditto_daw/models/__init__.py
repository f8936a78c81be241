"""Models, one adapter each."""
