"""Who may speak to the daemon: this machine always, another only when invited and with the secret.

The secret travels in the open, as everything here does: it keeps the neighbour in a studio's
network out, not somebody who reads its cables.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections import OrderedDict
from collections.abc import Sequence

from ditto_daw.errors import BadRequest, NotAdmitted

SHORTEST_SECRET = 8
MOST_HOSTS = 256

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Door:
    """Knows the hosts that have shown the secret; the least recent are forgotten when too many.

    Args:
        allowed: addresses ("192.168.1.20") or networks ("192.168.1.0/24") that may knock.
        secret: what their hello must carry.

    Raises BadRequest for what is no address, and for addresses without a secret.
    """

    def __init__(self, allowed: Sequence[str] = (), secret: str = "") -> None:
        self._networks = tuple(map(_network, allowed))
        if allowed and len(secret) < SHORTEST_SECRET:
            raise BadRequest(
                "secret",
                f"Other machines need a secret of at least {SHORTEST_SECRET} characters: put it"
                " into the environment as DITTO_DAW_SECRET, here and there.",
            )
        self._secret = secret.encode()
        self._admitted: OrderedDict[str, None] = OrderedDict()

    def hears(self, host: str) -> bool:
        """Whether packets of this host are looked at; others get no answer, not even a refusal."""
        address = ipaddress.ip_address(host)
        return address.is_loopback or any(address in network for network in self._networks)

    def hello(self, host: str, secret: str) -> None:
        """A hello came from a host that is heard. NotAdmitted for the wrong secret."""
        if ipaddress.ip_address(host).is_loopback:
            return
        if not hmac.compare_digest(secret.encode(), self._secret):
            self._admitted.pop(host, None)
            raise NotAdmitted(
                "secret", "This daemon wants a secret from other machines: set DITTO_DAW_SECRET."
            )
        self._admitted[host] = None
        self._admitted.move_to_end(host)
        while len(self._admitted) > MOST_HOSTS:
            self._admitted.popitem(last=False)

    def check(self, host: str) -> None:
        """NotAdmitted for a host that has not shown the secret yet."""
        if host not in self._admitted and not ipaddress.ip_address(host).is_loopback:
            raise NotAdmitted("secret", "Say /ditto/hello with the daemon's secret first.")


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise BadRequest(
            "allow", f'"{text}" is no address such as 192.168.1.20 or 192.168.1.0/24.'
        ) from None
