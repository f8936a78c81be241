"""The public clients of the ditto-daw daemon. See `Client` and `AsyncClient`."""

from ditto_bridge.aio import AsyncClient, AsyncJob
from ditto_bridge.client import Client, Job
from ditto_bridge.conversation import Hello
from ditto_bridge.launch import Launched, find_daemon, launch_daemon

__all__ = [
    "AsyncClient",
    "AsyncJob",
    "Client",
    "Hello",
    "Job",
    "Launched",
    "find_daemon",
    "launch_daemon",
]
