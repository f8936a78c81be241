"""Other machines: unheard unless invited, refused without the secret."""

import pytest
from test_daemon import StandIn

from ditto_daw.errors import BadRequest, NotAdmitted
from ditto_daw.server.daemon import Config, Daemon
from ditto_daw.server.door import MOST_HOSTS, Door
from ditto_daw.server.sockets import UdpPeer
from ditto_daw.wire.messages import encode

SECRET = "open sesame"


@pytest.mark.parametrize("here", ["127.0.0.1", "127.8.8.8", "::1"])
def test_this_machine_needs_no_invitation(here):
    door = Door()
    assert door.hears(here)
    door.hello(here, "")
    door.check(here)


def test_nobody_else_is_heard_without_one():
    assert not Door().hears("192.168.1.20")
    door = Door(["192.168.1.0/24", "10.0.0.7"], SECRET)
    assert door.hears("192.168.1.20")
    assert door.hears("10.0.0.7")
    assert not door.hears("10.0.0.8")


def test_the_secret_opens_and_a_wrong_one_closes_again():
    door = Door(["10.0.0.7"], SECRET)
    with pytest.raises(NotAdmitted, match="hello"):
        door.check("10.0.0.7")
    for wrong in ("", "open", SECRET + " ", "ö" * 20):
        with pytest.raises(NotAdmitted, match="DITTO_DAW_SECRET"):
            door.hello("10.0.0.7", wrong)
    door.hello("10.0.0.7", SECRET)
    door.check("10.0.0.7")
    with pytest.raises(NotAdmitted):
        door.hello("10.0.0.7", "guess")
    with pytest.raises(NotAdmitted):
        door.check("10.0.0.7")


def test_what_is_remembered_of_hosts_is_bounded():
    door = Door(["10.0.0.0/8"], SECRET)
    for number in range(MOST_HOSTS + 1):
        door.hello(f"10.0.{number // 256}.{number % 256}", SECRET)
    door.check("10.0.0.1")
    with pytest.raises(NotAdmitted):
        door.check("10.0.0.0")


@pytest.mark.parametrize("secret", ["", "short"])
def test_an_invitation_without_a_good_secret_is_refused(secret):
    with pytest.raises(BadRequest, match="at least 8"):
        Door(["10.0.0.7"], secret)


def test_what_is_no_address_is_named():
    with pytest.raises(BadRequest, match="studio") as refusal:
        Door(["studio"], SECRET)
    assert refusal.value.argument == "allow"


class Wall:
    """A daemon that listens to a LAN, with what it sends written down."""

    def __init__(self, folder):
        self.daemon = Daemon(Config(folder, 0, allow=("10.0.0.0/8",), secret=SECRET))
        self.daemon.fleet = StandIn()
        self.sent = []
        self.daemon.sockets.send = lambda peer, packet: self.sent.append(packet)

    def answers(self, host, address, **named):
        self.sent.clear()
        self.daemon.handle(UdpPeer(host, 9000), encode(address, **named))
        return [packet.split(b"\0")[0].decode() for packet in self.sent]


def test_the_daemon_keeps_its_door(tmp_path):
    wall = Wall(tmp_path)
    stranger, guest = "192.168.1.9", "10.0.0.7"
    assert wall.answers(stranger, "/ditto/ping") == []
    assert wall.answers(stranger, "/ditto/hello", token="a", secret=SECRET) == []
    assert wall.answers(guest, "/ditto/quit", force=True) == ["/ditto/fail"]
    assert not wall.daemon._stopping
    assert wall.answers(guest, "/ditto/hello", token="a", secret="wrong") == ["/ditto/fail"]
    assert "/ditto/hello.reply" in wall.answers(guest, "/ditto/hello", token="a", secret=SECRET)
    assert wall.answers(guest, "/ditto/ping") == ["/ditto/pong"]
    wall.daemon.sockets.close()
