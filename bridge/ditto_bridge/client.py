"""The client: hello, submit, follow, cancel, and files for a daemon on another machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from ditto_bridge import files
from ditto_bridge.conversation import Conversation, Hello
from ditto_bridge.story import Story
from ditto_bridge.wire import Wire
from ditto_daw.errors import DittoError
from ditto_daw.events import Block, Done, Event
from ditto_daw.wire.messages import PORT

PATIENCE = 10.0


class Client:
    """Speaks to one daemon. A context manager; for one thread.

    Args:
        host, port: where the daemon listens.
        token: who owns the jobs; keep it to own them again after a restart. Made up when "".
        patience: seconds after which a daemon that does not answer is called missing.

    Every call raises DaemonMissing when nobody answers, and the DittoError that the daemon tells.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = PORT,
        token: str = "",
        patience: float = PATIENCE,
    ) -> None:
        self._conversation = Conversation(host, port, token, patience)
        self._wire = Wire(self._conversation)

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def token(self) -> str:
        return self._conversation.token

    @token.setter
    def token(self, token: str) -> None:
        self._conversation.token = token

    def close(self) -> None:
        """Leave. Jobs go on; the same token finds them again."""
        self._wire.close()

    def hello(self) -> Hello:
        """Introduce this client. Asks again until every capability has come."""
        return self._wire.run(self._conversation.hello())

    def ping(self) -> float:
        """Seconds there and back."""
        return self._wire.run(self._conversation.ping())

    def status(self) -> dict[str, Any]:
        """state, queued, running, ended, restarts, uptime, note."""
        return self._wire.run(self._conversation.status())

    def wait_ready(self, seconds: float = 60.0) -> None:
        """Wait for the model to be loaded. RenderFailed when it cannot be."""
        self._wire.run(self._conversation.wait_ready(seconds))

    def submit(self, request: Mapping[str, Any], small: bool = False) -> Job:
        """Hand over a job, as JSON or in small messages as a Max or Pd patch would.

        Its "id" is made up when it has none. The same id twice renders once: the second call
        follows the job that is there.
        """
        return Job(self._wire, self._wire.run(self._conversation.submit(request, small)))

    def job(self, identity: str) -> Job:
        """A job that this token submitted earlier, perhaps before a restart."""
        return Job(self._wire, self._wire.run(self._conversation.job(identity)))

    def render(
        self, request: Mapping[str, Any], on_event: Callable[[Event], None] | None = None
    ) -> Done:
        """Submit and wait."""
        return self.submit(request).wait(on_event)

    def put_asset(self, path: Path) -> str:
        """Send a file to the daemon; "asset:<sha256>", which a request may name as a path."""
        to = self._conversation
        return files.put(to.host, to.port, path, to.patience)

    def get_asset(self, name: str, to: Path) -> Path:
        """Fetch an asset, such as a take's, into the file `to`."""
        at = self._conversation
        return files.get(at.host, at.port, name, to, at.patience)

    def quit(self, force: bool = False) -> None:
        """End the daemon; refused while it works for others, unless forced."""
        self._wire.run(self._conversation.quit(force))


class Job:
    """A submitted job; made by `Client.submit`."""

    def __init__(self, wire: Wire, story: Story) -> None:
        self._wire = wire
        self._story = story

    @property
    def id(self) -> str:
        """Its name on the wire."""
        return self._story.id

    @property
    def outcome(self) -> Done | DittoError | None:
        """How it ended: its result, or the error that a failure or a cancel raises."""
        return self._story.outcome

    def events(self) -> Iterator[Event]:
        """Progress, previews, blocks of a long clip and every take that is ready, as they come,
        then Done.

        The figures of a take that has just come are numbers only; those of Done are complete.
        Raises Cancelled, or the error that made the job fail, or DaemonMissing when the daemon
        does not answer any more.
        """
        while (event := self._wire.run(self._story.next_event())) is not None:
            yield event
        self._story.result_or_error()

    def blocks(self, take: int = 0) -> Iterator[Block]:
        """What of a take can be heard while the rest renders, as it comes: put one after the other,
        its blocks are the take. Ends with the job, and raises as `events`; then `wait` has the
        result. What is rendered at once has none."""
        for event in self.events():
            if isinstance(event, Block) and event.take == take:
                yield event

    def wait(self, on_event: Callable[[Event], None] | None = None) -> Done:
        """The result; `on_event` is called with everything that comes before and with it."""
        for event in self.events():
            if on_event:
                on_event(event)
        return self._story.result_or_error()

    def keep(self) -> None:
        """Stop and keep: Done comes soon, with the best so far, or with the drafts that are ready.
        BadRequest while the job waits in the queue: there is nothing to keep."""
        self._wire.run(self._story.wish("keep"))

    def cancel(self) -> None:
        """Ask the daemon to stop it; `events` then raises Cancelled (or Done was faster)."""
        self._wire.run(self._story.wish("cancel"))

    def state(self) -> str:
        """building, queued, running, cancelling, done, failed or cancelled."""
        return self._wire.run(self._story.ask_state())

    def result(self) -> dict[str, Any]:
        """Everything the daemon remembers of it, once ended: request, takes, every figure."""
        return self._wire.run(self._story.ask_result())
