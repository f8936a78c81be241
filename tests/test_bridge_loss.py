"""The client through a network that loses a fifth of all packets, doubles and reorders them."""

import random
import socket
import threading
from collections import deque

from ditto_bridge import Client
from probe import renders, serving

JOBS = 50


class Proxy:
    """Loses, doubles and reorders UDP packets both ways between one client and the daemon."""

    def __init__(self, port, seed, loss=0.2, double=0.2):
        self.near = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.near.bind(("127.0.0.1", 0))
        self.far = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.far.connect(("127.0.0.1", port))
        self.port = self.near.getsockname()[1]
        self.rng = random.Random(seed)
        self.loss, self.double = loss, double
        self.client = None
        self.passed = self.lost = 0
        self.stop = threading.Event()
        self.threads = [
            threading.Thread(target=self._pump, args=(self.near, self._to_daemon)),
            threading.Thread(target=self._pump, args=(self.far, self._to_client)),
        ]
        for thread in self.threads:
            thread.start()

    def _to_daemon(self, packet):
        self.far.send(packet)

    def _to_client(self, packet):
        if self.client:
            self.near.sendto(packet, self.client)

    def _pump(self, source, forward):
        source.settimeout(0.01)
        held = deque()
        while not self.stop.is_set():
            try:
                packet, address = source.recvfrom(65536)
                if source is self.near:
                    self.client = address
                copies = (self.rng.random() >= self.loss) + (self.rng.random() < self.double)
                self.lost += not copies
                held.extend([packet] * copies)
            except (TimeoutError, ConnectionError):
                copies = 0
            while held and (len(held) > 3 or not copies):
                self.rng.shuffle(held)
                self.passed += 1
                forward(held.popleft())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop.set()
        for thread in self.threads:
            thread.join()
        self.near.close()
        self.far.close()


def test_fifty_jobs_are_each_rendered_once(tmp_path):
    with serving(tmp_path) as daemon, Proxy(daemon.port, seed=4) as proxy:
        with Client(port=proxy.port, patience=30) as client:
            client.hello()
            jobs = [
                client.submit({"id": f"job-{n}", "bars": 1, "iterations": 1}, small=n % 10 == 0)
                for n in range(JOBS)
            ]
            for job in jobs:
                assert len(job.wait().takes) == 1
        assert proxy.lost > JOBS
        assert sorted(renders(tmp_path)) == sorted(f"job-{n}" for n in range(JOBS))
