"""What travels over OSC, and how it is checked."""
