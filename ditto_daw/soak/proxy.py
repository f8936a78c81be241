"""A bad network between one client and the daemon."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
from collections import deque
from collections.abc import Callable


class Proxy:
    """Loses, doubles and reorders UDP packets both ways. A context manager.

    Attributes:
        port: what the client takes for the daemon's.
        passed, lost: packets so far.
    """

    def __init__(self, port: int, seed: int, loss: float = 0.2, double: float = 0.2) -> None:
        self._near = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._near.bind(("127.0.0.1", 0))
        self._far = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._far.connect(("127.0.0.1", port))
        self.port: int = self._near.getsockname()[1]
        self._rng = random.Random(seed)
        self._loss, self._double = loss, double
        self._client: tuple[str, int] | None = None
        self.passed = self.lost = 0
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._pump, args=(self._near, self._far.send)),
            threading.Thread(target=self._pump, args=(self._far, self._to_client)),
        ]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> Proxy:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self._near.close()
        self._far.close()

    def _to_client(self, packet: bytes) -> None:
        if self._client:
            self._near.sendto(packet, self._client)

    def _pump(self, source: socket.socket, forward: Callable[[bytes], object]) -> None:
        source.settimeout(0.01)
        held: deque[bytes] = deque()
        while not self._stop.is_set():
            try:
                packet, address = source.recvfrom(65536)
                if source is self._near:
                    self._client = address
                copies = (self._rng.random() >= self._loss) + (self._rng.random() < self._double)
                self.lost += not copies
                held.extend([packet] * copies)
            except (TimeoutError, ConnectionError):
                copies = 0
            while held and (len(held) > 3 or not copies):
                self._rng.shuffle(held)
                self.passed += 1
                with contextlib.suppress(ConnectionError):
                    forward(held.popleft())
