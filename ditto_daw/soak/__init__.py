"""`ditto-daw soak`: what the daemon must survive, tried on a real one, each figure by its goal."""
