"""The public client of the ditto-daw daemon. See `Client`."""

from ditto_bridge.client import Client, Hello
from ditto_bridge.job import Job
from ditto_bridge.launch import Launched, find_daemon, launch_daemon

__all__ = ["Client", "Hello", "Job", "Launched", "find_daemon", "launch_daemon"]
