"""The main job, shown: a daemon, four jobs over OSC, and a page to hear and check them on."""

from ditto_daw.demo.run import main

__all__ = ["main"]
