"""The asyncio client: several jobs at once on one loop, and the same errors."""

import asyncio
import socket
import time

import pytest
from ditto_bridge import AsyncClient, Client
from probe import renders

from ditto_daw.errors import BadRequest, Cancelled, DaemonMissing
from ditto_daw.events import Done, Progress


def run(daemon, work, **given):
    async def main():
        async with AsyncClient(port=daemon.port, **given) as client:
            return await work(client)

    return asyncio.run(main())


def test_jobs_side_by_side(daemon, results):
    """One is cancelled while the others render and pings are answered."""

    async def work(client):
        assert (await client.hello()).capabilities["genres"]
        await client.wait_ready()
        jobs = [await client.submit({"id": f"side-{n}", "bars": 1}) for n in range(4)]
        slow = await client.submit({"id": "slow", "bars": 1, "prompt": "slow", "iterations": 500})
        done = [asyncio.create_task(job.wait()) for job in jobs]
        assert await client.ping() < 5
        await slow.cancel()
        with pytest.raises(Cancelled):
            await slow.wait()
        return await asyncio.gather(*done)

    takes = [take for done in run(daemon, work) for take in done.takes]
    assert [f"side-{n}-0.wav" for n in range(4)] == [take.path.rsplit("/")[-1] for take in takes]
    assert sorted(set(renders(results)) - {"slow"}) == [f"side-{n}" for n in range(4)]


def test_events_end_with_done(daemon):
    async def work(client):
        job = await client.submit({"bars": 1})
        events = [event async for event in job.events()]
        return events, job.outcome, await job.state(), await job.result()

    events, outcome, state, result = run(daemon, work)
    assert isinstance(events[0], Progress)
    assert events[-1] == outcome
    assert isinstance(outcome, Done)
    assert (state, result["request"]["bars"]) == ("done", 1)


LONG = {"kind": "clip", "sections": [{"bars": 1}, {"bars": 2}], "variations": 2}


def test_blocks_come_before_the_result(daemon):
    """Of the take that is asked for, in both clients."""

    async def work(client):
        job = await client.submit(LONG)
        blocks = [(block, job.outcome) async for block in job.blocks(take=1)]
        return blocks, await job.wait()

    blocks, done = run(daemon, work)
    assert [(block.take, block.number, block.of) for block, _ in blocks] == [(1, 0, 2), (1, 1, 2)]
    assert [outcome for _, outcome in blocks] == [None, None]
    assert len(done.takes) == 2
    with Client(port=daemon.port) as client:
        job = client.submit(LONG)
        assert [block.begin for block in job.blocks()] == [0, 44100]
        assert len(job.wait().takes) == 2


def test_blocks_of_a_cancelled_job_end_with_its_error(daemon):
    async def work(client):
        job = await client.submit({"bars": 1, "prompt": "slow", "iterations": 500})
        await job.cancel()
        with pytest.raises(Cancelled):
            async for _ in job.blocks():
                pass

    run(daemon, work)


def test_a_token_is_shared_with_the_other_client(daemon):
    async def work(client):
        await client.submit({"id": "shared", "bars": 1})

    run(daemon, work, token="ada")
    with Client(port=daemon.port, token="ada") as client:
        assert client.job("shared").wait().takes


def test_a_file_there_and_back(daemon, tmp_path):
    source = tmp_path / "clip.wav"
    source.write_bytes(bytes(range(256)) * 1000)

    async def work(client):
        name = await client.put_asset(source)
        return await client.get_asset(name, tmp_path / "copy.wav")

    assert run(daemon, work).read_bytes() == source.read_bytes()


def test_a_refusal_is_its_error(daemon):
    async def work(client):
        with pytest.raises(BadRequest) as refusal:
            await client.submit({"bars": 1, "genre": "polka"})
        return refusal.value.argument

    assert run(daemon, work) == "genre"


def test_nobody_there_is_said_soon():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]

    async def main():
        async with AsyncClient(port=port, patience=0.3) as client:
            with pytest.raises(DaemonMissing, match="ditto-daw serve"):
                await client.hello()

    start = time.monotonic()
    asyncio.run(main())
    assert time.monotonic() - start < 2
