from ditto_daw.server.inbox import OVERHEAD, Inbox


def drained(inbox):
    packets = []
    while inbox:
        packets.append(inbox.take())
    return packets


def test_senders_take_turns_and_keep_their_own_order():
    inbox = Inbox()
    for number in range(100):
        inbox.put("flood", b"%d" % number)
    inbox.put("guest", b"a")
    inbox.put("guest", b"b")
    packets = drained(inbox)
    assert packets[:4] == [("flood", b"0"), ("guest", b"a"), ("flood", b"1"), ("guest", b"b")]
    assert [p for sender, p in packets if sender == "flood"] == [b"%d" % n for n in range(100)]


def test_it_is_bounded_in_bytes():
    inbox = Inbox(most=10 * (100 + OVERHEAD))
    taken = 0
    while not inbox.full:
        inbox.put("x", bytes(100))
        taken += 1
    assert taken == 10
    inbox.take()
    assert not inbox.full
    drained(inbox)
    assert not inbox.full
