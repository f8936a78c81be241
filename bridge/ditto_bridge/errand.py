"""One request of the spool on its way through the daemon, however often either comes and goes."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import Any

from ditto_bridge.aio import AsyncClient, AsyncJob
from ditto_bridge.join import join_channels
from ditto_bridge.remote import fetch, put_files
from ditto_bridge.spool import HEARD, Reply, Spool
from ditto_daw.errors import (
    BadRequest,
    Cancelled,
    DaemonMissing,
    DittoError,
    NoHello,
    QueueFull,
    UnknownJob,
)
from ditto_daw.events import Block, Done, Event, Preview, Progress, Ready, Take

AGAIN = 0.5
"""Seconds until a job is handed in again that found no room."""


class Errand:
    """Hands a job in, follows it and writes its replies, until it has ended.

    Args:
        here: set while the daemon answers.
        fetch_to: where takes are fetched to; None when the daemon writes on this disk.

    Attributes:
        reply: what the host reads.
        job: the job, while the daemon has it.
    """

    def __init__(
        self,
        spool: Spool,
        client: AsyncClient,
        identity: str,
        request: dict[str, Any],
        here: asyncio.Event,
        fetch_to: Path | None,
    ) -> None:
        self.reply = Reply(identity)
        self.job: AsyncJob | None = None
        self._spool, self._client, self._here = spool, client, here
        self._request, self._fetch_to = request, fetch_to
        self._cancelled = asyncio.Event()
        self._known = False
        self._following: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """From "waiting" to the end."""
        self._write()
        while not self.reply.ended:
            if not await self._until_here():
                self.reply.fail(Cancelled(self.reply.id, "The job was cancelled."))
                break
            self._following = asyncio.create_task(self._follow())
            try:
                await asyncio.shield(self._following)
            except asyncio.CancelledError:
                if not self._following.cancelled():  # the watcher ends, not the daemon
                    self._following.cancel()
                    raise
                self._wait("")
            except (DaemonMissing, UnknownJob, NoHello):
                self._wait("")
                with contextlib.suppress(DittoError):  # perhaps it speaks to an older address
                    await self._client.hello()
                await asyncio.sleep(AGAIN)
            except QueueFull as error:
                self._wait(error.message)
                await asyncio.sleep(AGAIN)
            except DittoError as error:
                self.reply.fail(error)
        if self._known and not self._here.is_set():
            self._write()  # the host need not wait until the daemon, too, has heard of the cancel
            await self._here.wait()
            with contextlib.suppress(DittoError):
                await (await self._client.job(self.reply.id)).cancel()
        self._client.forget(self.reply.id)
        self._spool.finish(self.reply)

    def lost(self) -> None:
        """The daemon is gone, or is another one: what was heard of the job counts no more."""
        if self._following:
            self._following.cancel()

    async def cancel(self) -> bool:
        """The host wishes the job to stop; True, as the wish is settled."""
        self._cancelled.set()
        if self.job:
            with contextlib.suppress(DittoError):  # asked again when it is handed in again
                await self.job.cancel()
        return True

    async def keep(self) -> bool:
        """The host wishes the best so far; whether the wish is settled."""
        if not self.job:
            return False
        try:
            await self.job.keep()
        except BadRequest:  # it still waits in the daemon's queue
            return False
        except DittoError:
            return True
        return True

    async def _until_here(self) -> bool:
        """Wait for the daemon; False when the job is cancelled before."""
        waits = [asyncio.create_task(event.wait()) for event in (self._here, self._cancelled)]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        return self._here.is_set() and (self._known or not self._cancelled.is_set())

    async def _follow(self) -> None:
        request = {**self._request, "id": self.reply.id}
        request = await asyncio.to_thread(join_channels, request, self._spool.folder / "joined")
        if self._fetch_to:
            request = await put_files(self._client, request)
        self.job = await self._client.submit(request)
        try:
            self._known = True
            self._spool.take(self.reply.id)
            self.reply.state = "accepted"
            self._write()
            if self._cancelled.is_set():
                await self.job.cancel()
            async for event in self.job.events():
                await self._heed(event)
        finally:
            self.job = None

    async def _heed(self, event: Event) -> None:
        reply = self.reply
        if isinstance(event, Done):
            reply.takes = [(await self._here_on_disk(take)).to_dict() for take in event.takes]
            reply.state, reply.seconds_left = "done", 0.0
            return  # written when the errand is finished, once
        reply.state = "running"
        if isinstance(event, Progress):
            reply.stage, reply.step, reply.of = event.stage, event.step, event.of
            reply.losses, reply.seconds_left = event.losses, event.seconds_left
        elif isinstance(event, Preview):
            reply.losses = event.losses
            if not self._fetch_to:
                reply.preview = event.path
        elif isinstance(event, Block):
            reply.heard_of(await self._heard_here(event))
        elif isinstance(event, Ready) and not self._fetch_to:
            reply.takes = [*reply.takes[: event.number], event.take.to_dict()]
        self._write()

    async def _here_on_disk(self, take: Take) -> Take:
        return await fetch(self._client, take, self._fetch_to) if self._fetch_to else take

    async def _heard_here(self, block: Block) -> Block:
        folder = self._spool.folder / HEARD
        return await fetch(self._client, block, folder) if self._fetch_to else block

    def _wait(self, why: str) -> None:
        self._client.forget(self.reply.id)
        self.reply = Reply(self.reply.id, stage=why)
        self._write()

    def _write(self) -> None:
        self._spool.write_reply(self.reply)
