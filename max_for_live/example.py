"""A patch for Max without Live, a loop by small OSC messages as the one for Pd does; and a device
that lays a small Set to try ditto-daw with into Live.
"""

from __future__ import annotations

from patcher import Patcher, script_file

PORT, OWN = 7770, 7798
JOB = (
    "/ditto/hello max-example {own}",
    "/ditto/job/new {id}",
    "/ditto/job/set {id} kind loop",
    "/ditto/job/set {id} bars 4",
    "/ditto/job/set {id} genre house",
    "/ditto/job/set {id} roles drums bass",
    "/ditto/job/set {id} curve.unit unit",
    "/ditto/job/tempo {id} 0 1 0 124",
    "/ditto/job/points {id} 0 1 0 0.2 8 0.9 16 0.2",
    "/ditto/job/submit {id}",
)
ACK = "/ditto/ack $1"
SESSION = "live_session.js"


def build() -> Patcher:
    """One message box that sends the job, one `route` that acknowledges how it ends."""
    patch = Patcher()
    patch.box("comment", (20, 16), text="A loop by small OSC messages, from Max without Live.")
    words = "Run `ditto-daw serve`, give the job a number, click the long message."
    patch.box("comment", (20, 36), text=words)
    spoken = ", ".join(line.format(own=OWN, id="$1") for line in JOB)
    number = patch.message("1001", (20, 70))
    job = patch.message(spoken, (20, 110))
    patch.chain(number, job, patch.text(f"udpsend 127.0.0.1 {PORT}", (20, 400)))
    receive = patch.text(f"udpreceive {OWN}", (420, 200))
    patch.chain(receive, patch.text("print ditto", (560, 240)))
    ends = patch.text("route /ditto/job/done /ditto/job/cancelled /ditto/job/fail", (420, 270))
    patch.line(receive, 0, ends)
    ack = patch.message(ACK, (420, 310))
    for outlet in range(3):
        patch.line(ends, outlet, ack)
    sends = [box["box"]["id"] for box in patch.boxes if "udpsend" in box["box"].get("text", "")]
    patch.line(ack, 0, sends[0])
    return patch


def session() -> Patcher:
    """A button that says `build` to the code of code/session.js, and what that says of it."""
    patch = Patcher(220)
    come, go = patch.text("plugin~", (300, 40)), patch.text("plugout~", (300, 80))
    for side in (0, 1):
        patch.line(come, side, go, side)
    info = "A clip and a bass line at 100 BPM, on two new tracks of the Set that is open."
    button = patch.box("message", (20, 40), (8, 8, 60, 18), text="build", hint=info)
    js = patch.text(f"js {SESSION}", (20, 80), **script_file(SESSION))
    said = patch.box("comment", (20, 120), (8, 34, 204, 80), text="Press build.", linecount=4)
    patch.chain(button, js, said)
    return patch
