import socket

import pytest

from ditto_daw.errors import NoHello
from ditto_daw.server.clients import MOST_ADDRESSES, Clients
from ditto_daw.server.sockets import TcpPeer, UdpPeer

HERE, THERE = UdpPeer("127.0.0.1", 5000), UdpPeer("127.0.0.1", 6000)


def test_replies_go_where_hello_says():
    clients = Clients()
    clients.hello(HERE, "me", 0)
    assert clients.replies_to(HERE) == clients.address_of("me") == HERE
    clients.hello(HERE, "me", 7000)
    assert clients.replies_to(HERE) == clients.address_of("me") == UdpPeer("127.0.0.1", 7000)
    assert clients.replies_to(THERE) == THERE, "strangers are answered where they are"


def test_news_follows_the_latest_hello_and_answers_the_asker():
    clients = Clients()
    clients.hello(HERE, "me", 0)
    clients.hello(THERE, "me", 0)
    assert clients.address_of("me") == THERE
    assert clients.replies_to(HERE) == HERE
    assert clients.speaker(HERE) == clients.speaker(THERE) == "me"


def test_an_address_that_said_nothing_is_nobody():
    clients = Clients()
    assert clients.token(HERE) == ""
    with pytest.raises(NoHello, match="from this same address"):
        clients.speaker(HERE)


def test_a_token_named_with_a_job_speaks_for_whoever_said_its_hello():
    clients = Clients()
    clients.hello(HERE, "me", 7000)
    assert clients.heard_as(THERE, "me") is HERE
    assert clients.heard_as(THERE, "") is THERE
    with pytest.raises(NoHello):
        clients.heard_as(THERE, "nobody")
    clients.hello(HERE, "you", 0)
    with pytest.raises(NoHello):
        clients.heard_as(THERE, "me")


def test_a_closed_connection_is_forgotten():
    clients = Clients()
    with socket.socket() as one, socket.socket() as other:
        first, second = TcpPeer(one), TcpPeer(other)
        clients.hello(first, "me", 9000)
        assert clients.address_of("me") is first, "a port means nothing on a connection"
        clients.hello(second, "me", 0)
        clients.leave(first)
        assert clients.address_of("me") is second
        clients.leave(second)
        assert clients.address_of("me") is None
        clients.leave(second)


def test_memory_is_bounded():
    clients = Clients()
    for number in range(MOST_ADDRESSES + 10):
        clients.hello(UdpPeer("127.0.0.1", number), f"t{number}", 0)
    assert clients.address_of("t0") is None
    assert clients.token(UdpPeer("127.0.0.1", 0)) == ""
    assert clients.token(UdpPeer("127.0.0.1", MOST_ADDRESSES + 9)) == f"t{MOST_ADDRESSES + 9}"
