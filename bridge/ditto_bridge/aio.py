"""The same client for asyncio: any number of jobs at once on one event loop."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, cast

from ditto_bridge import files
from ditto_bridge.client import PATIENCE
from ditto_bridge.conversation import Conversation, Hello, Reply, T, Talk
from ditto_bridge.story import Story
from ditto_bridge.wire import hear
from ditto_daw.errors import DittoError
from ditto_daw.events import Block, Done, Event
from ditto_daw.wire.messages import PORT


class AsyncWire(asyncio.DatagramProtocol):
    """Carries a conversation's exchanges side by side; each hears every reply."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._listening: set[asyncio.Queue[Reply]] = set()
        self._transport: asyncio.DatagramTransport | None = None

    async def open(self) -> None:
        """Open the socket; needs a running loop."""
        to = self._conversation.host, self._conversation.port
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: self, remote_addr=to)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)
        self._conversation.transmit = self._transport.sendto

    def datagram_received(self, data: bytes, addr: Any) -> None:
        for reply in hear(self._conversation, data):
            for queue in self._listening:
                queue.put_nowait(reply)

    def error_received(self, exc: Exception) -> None:
        """Nobody listens there (yet); whoever asks finds out by waiting."""

    def close(self) -> None:
        if self._transport:
            self._transport.close()

    async def run(self, talk: Talk[T]) -> T:
        """Carry an exchange out; its answer, or what it raises."""
        queue: asyncio.Queue[Reply] = asyncio.Queue()
        self._listening.add(queue)
        try:
            wait = next(talk)
            while True:
                wait = talk.send(await _collect(queue, wait))
        except StopIteration as end:
            answer: T = end.value
            return answer
        finally:
            self._listening.discard(queue)


class AsyncClient:
    """Speaks to one daemon; see `Client`, whose methods these are. An asynchronous context
    manager: `async with AsyncClient() as client`."""

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = PORT,
        token: str = "",
        patience: float = PATIENCE,
    ) -> None:
        self._conversation = Conversation(host, port, token, patience)
        self._wire = AsyncWire(self._conversation)

    async def __aenter__(self) -> AsyncClient:
        await self._wire.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._wire.close()

    @property
    def token(self) -> str:
        return self._conversation.token

    async def hello(self) -> Hello:
        return await self._wire.run(self._conversation.hello())

    async def ping(self) -> float:
        return await self._wire.run(self._conversation.ping())

    async def status(self) -> dict[str, Any]:
        return await self._wire.run(self._conversation.status())

    async def wait_ready(self, seconds: float = 60.0) -> None:
        await self._wire.run(self._conversation.wait_ready(seconds))

    async def submit(self, request: Mapping[str, Any], small: bool = False) -> AsyncJob:
        return AsyncJob(self._wire, await self._wire.run(self._conversation.submit(request, small)))

    async def job(self, identity: str) -> AsyncJob:
        return AsyncJob(self._wire, await self._wire.run(self._conversation.job(identity)))

    async def render(
        self, request: Mapping[str, Any], on_event: Callable[[Event], None] | None = None
    ) -> Done:
        job = await self.submit(request)
        return await job.wait(on_event)

    async def put_asset(self, path: Path) -> str:
        to = self._conversation
        return await asyncio.to_thread(files.put, to.host, to.port, path, to.patience)

    async def get_asset(self, name: str, to: Path) -> Path:
        at = self._conversation
        return await asyncio.to_thread(files.get, at.host, at.port, name, to, at.patience)

    def forget(self, identity: str) -> None:
        """Follow a job no longer: the same id, submitted anew, begins without what was heard."""
        self._conversation.stories.pop(identity, None)

    async def quit(self, force: bool = False) -> None:
        await self._wire.run(self._conversation.quit(force))


class AsyncJob:
    """A submitted job; see `Job`."""

    def __init__(self, wire: AsyncWire, story: Story) -> None:
        self._wire = wire
        self._story = story

    @property
    def id(self) -> str:
        return self._story.id

    @property
    def outcome(self) -> Done | DittoError | None:
        return self._story.outcome

    async def events(self) -> AsyncIterator[Event]:
        while (event := await self._wire.run(self._story.next_event())) is not None:
            yield event
        self._story.result_or_error()

    async def blocks(self, take: int = 0) -> AsyncIterator[Block]:
        async for event in self.events():
            if isinstance(event, Block) and event.take == take:
                yield event

    async def wait(self, on_event: Callable[[Event], None] | None = None) -> Done:
        async for event in self.events():
            if on_event:
                on_event(event)
        return self._story.result_or_error()

    async def keep(self) -> None:
        await self._wire.run(self._story.wish("keep"))

    async def cancel(self) -> None:
        await self._wire.run(self._story.wish("cancel"))

    async def state(self) -> str:
        return await self._wire.run(self._story.ask_state())

    async def result(self) -> dict[str, Any]:
        return await self._wire.run(self._story.ask_result())


async def _collect(queue: asyncio.Queue[Reply], timeout: float) -> list[Reply]:
    """Replies that come within `timeout` seconds: the first wait, then all that are there."""
    replies: list[Reply] = []
    with contextlib.suppress(asyncio.TimeoutError):
        replies.append(await asyncio.wait_for(queue.get(), max(timeout, 1e-6)))
    while not queue.empty():
        replies.append(queue.get_nowait())
    return replies
