"""`ditto-daw doctor`: is everything there that the daemon needs, and what to do where it is not."""
