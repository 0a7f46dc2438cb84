import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import pytest

from signaling.errors import JournalConflict, StoreUnavailable
from signaling.journal import Journal
from signaling.metrics import Metrics
from signaling.room_host import BATCH_MAX, INBOX_MAX, RoomHost
from signaling.room_worker import RoomWorker
from signaling.store import Store
from tests.fakes.valkey import Valkey
from tests.harness.product import eventually
from tests.signaling.conftest import DEADLINE_S, DEFINITION, SESSION, House, HouseMaker, until
from venue import journal as keys
from venue.ids import CommandId, Instant, SeatId
from venue.journal import Entry
from venue.roles import SYSTEM, Actor, Role
from venue.room import open_room

pytestmark = pytest.mark.redis

CHAIR = Actor(Role.MODERATOR)


def entry(seq: int, op: str) -> Entry:
    return Entry(seq, CommandId(op), SYSTEM, Instant(seq), (), {})


async def test_of_twenty_writers_one_appends(store: Store) -> None:
    journals = [Journal(store, DEFINITION, f"process-{number}") for number in range(20)]
    appends = [
        journal.append(0, [entry(1, f"op-{number}")]) for number, journal in enumerate(journals)
    ]
    results = await asyncio.gather(*appends, return_exceptions=True)
    assert [result for result in results if result is None] == [None]
    assert sum(isinstance(result, JournalConflict) for result in results) == 19
    assert len(await journals[0].entries_after(0)) == 1


async def test_an_append_never_leaves_a_hole_nor_half_a_batch(store: Store) -> None:
    journal = Journal(store, DEFINITION, "one")
    await journal.append(0, [entry(1, "a"), entry(2, "b")])
    with pytest.raises(JournalConflict):
        await journal.append(1, [entry(2, "late"), entry(3, "later")])
    with pytest.raises(JournalConflict):
        await journal.append(5, [entry(6, "too far")])
    assert [kept.op for kept in await journal.entries_after(0)] == ["a", "b"]


async def test_only_one_process_owns_a_room(store: Store) -> None:
    one, two = Journal(store, DEFINITION, "one"), Journal(store, DEFINITION, "two")
    assert await one.take()
    assert not await two.take()
    assert await one.renew(Instant(7))
    assert await one.last_alive() == 7
    await two.release()
    assert not await two.take()
    await one.release()
    assert await two.take()
    assert not await one.renew(Instant(8))


async def serve(host: RoomHost) -> "asyncio.Task[None]":
    return asyncio.create_task(host.run())


async def host_of(store: Store, process: str) -> RoomHost:
    journal = Journal(store, DEFINITION, process)
    return RoomHost(journal, await journal.load(), lambda room, seq: None, Metrics())


async def test_a_host_that_was_overtaken_writes_nothing_and_stops(store: Store) -> None:
    old, new = await host_of(store, "old"), await host_of(store, "new")
    tasks = [await serve(old), await serve(new)]
    assert (await new.offer("1", CHAIR, "floor.open", {}))["ok"]
    refused = await old.offer("2", CHAIR, "onair.start", {})
    assert refused["error"]["code"] == "store.unavailable"
    with pytest.raises(JournalConflict):
        await tasks[0]
    assert old.seq == 0
    assert [kept.op for kept in await Journal(store, DEFINITION, "x").entries_after(0)] == ["1"]
    tasks[1].cancel()


async def test_a_full_inbox_refuses_at_once(store: Store) -> None:
    host = await host_of(store, "one")
    waiting = [host.offer(str(n), CHAIR, "floor.open", {}) for n in range(INBOX_MAX)]
    refused = await host.offer("one more", CHAIR, "floor.open", {})
    assert refused == {"ok": False, "error": {"code": "room.busy", "params": {}}}
    task = await serve(host)
    answers = await asyncio.gather(*waiting)
    assert all(answer["ok"] or answer["error"]["code"].startswith("floor.") for answer in answers)
    task.cancel()


async def test_a_fact_waits_for_a_place_in_a_full_inbox(store: Store) -> None:
    host = await host_of(store, "one")
    waiting = [host.offer(str(n), CHAIR, "floor.open", {}) for n in range(INBOX_MAX)]
    place = asyncio.create_task(host.room_in_inbox())
    task = await serve(host)
    await asyncio.wait_for(place, DEADLINE_S)
    body = {"seat": "gdynia", "presence": "online"}
    assert (await host.offer("fact", SYSTEM, "seat.presence", body))["ok"]
    await asyncio.gather(*waiting)
    task.cancel()


class FlakyJournal(Journal):
    """The store does not answer the first append."""

    failed = False

    async def append(self, seq: int, entries: Sequence[Entry]) -> None:
        if not self.failed:
            self.failed = True
            raise StoreUnavailable("append")
        await super().append(seq, entries)


async def test_nothing_overtakes_what_has_to_be_repeated(store: Store) -> None:
    """Else "her sound arrives", repeated, would undo "she is gone"."""
    journal = FlakyJournal(store, DEFINITION, "one")
    host = RoomHost(journal, await journal.load(), lambda room, seq: None, Metrics())
    links = ["good", "none"] * BATCH_MAX
    bodies = [{"seat": "gdynia", "link": link} for link in links]
    sent = [
        host.offer(f"fact-{number}", SYSTEM, "media.state", body)
        for number, body in enumerate(bodies)
    ]
    task = await serve(host)
    answers = await asyncio.gather(*sent)
    assert not any(answer["ok"] for answer in answers)
    again = [
        host.offer(f"fact-{number}", SYSTEM, "media.state", body)
        for number, body in enumerate(bodies)
    ]
    assert all(answer["ok"] for answer in await asyncio.gather(*again))
    assert host.room.seats[SeatId("gdynia")].media.link == "none"
    task.cancel()


class FlakyStore(Store):
    """Does not answer the first append."""

    appends = 0

    async def append(
        self, key: str, expected_seq: int, entries: Sequence[Mapping[str, bytes]]
    ) -> int | None:
        self.appends += 1
        if self.appends == 1:
            raise StoreUnavailable("append")
        return await super().append(key, expected_seq, entries)


async def test_facts_of_the_inbox_are_taken_in_their_order_whatever_fails(
    valkey: Valkey, store: Store
) -> None:
    flaky = FlakyStore(valkey.url)
    # One more than is appended together: the last must not be taken before the rest is repeated.
    links = ["none", "good"] * (BATCH_MAX // 2) + ["none"]
    for number, link in enumerate(links):
        body = json.dumps({"seat": "gdynia", "link": link})
        words = ["XADD", keys.inbox_key(SESSION), "*", "id", f"fact-{number}", "body", body]
        actor = msgspec.json.encode(SYSTEM)
        await store.run(*words, "actor", actor, "name", "media.state", "reply", "")
    worker = RoomWorker(flaky, DEFINITION, "one", Metrics())
    seen: list[str] = []
    worker.listen(lambda room, seq: seen.append(room.seats[SeatId("gdynia")].media.link))
    working = asyncio.create_task(worker.run())

    async def all_taken() -> bool:
        return not await store.run("XLEN", keys.inbox_key(SESSION))

    await eventually(all_taken, DEADLINE_S, "an empty inbox")
    assert flaky.appends > 1
    assert seen[-1] == "none"
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    await flaky.close()


async def test_a_room_is_the_same_after_its_journal_is_replayed(store: Store) -> None:
    host = await host_of(store, "one")
    task = await serve(host)
    for number in range(230):
        verb = "onair.start" if number % 2 == 0 else "onair.stop"
        assert (await host.offer(str(number), CHAIR, verb, {}))["ok"]
    await host.offer("last", CHAIR, "floor.open", {})
    assert await store.run("EXISTS", f"rotunda:room:{SESSION}:snapshot")
    again = await Journal(store, DEFINITION, "two").load()
    assert (again.room, again.seq) == (host.room, host.seq)
    task.cancel()


async def test_the_answer_to_a_repeat_survives_a_new_host(store: Store) -> None:
    first = await host_of(store, "one")
    task = await serve(first)
    answer = await first.offer("op", CHAIR, "floor.open", {})
    task.cancel()
    second = await host_of(store, "one")
    task = await serve(second)
    assert await second.offer("op", CHAIR, "floor.open", {}) == answer
    somebody_else = Actor(Role.ORGANIZER)
    assert (await second.offer("op", somebody_else, "onair.start", {}))["seq"] == answer["seq"] + 1
    task.cancel()


async def test_nothing_acknowledged_is_lost_when_redis_is_killed(
    house: House, valkey: Valkey, store: Store
) -> None:
    chair = await house.sit(Role.MODERATOR, "chair")
    acknowledged: list[tuple[str, int]] = []
    killed = asyncio.Event()

    async def send(worker: int) -> None:
        for number in range(60):
            op = f"{worker}-{number}"
            verb = "onair.start" if number % 2 == 0 else "onair.stop"
            ack = await chair.command(verb, {}, op=op)
            if ack["ok"]:
                acknowledged.append((op, ack["seq"]))
            if len(acknowledged) >= 40:
                killed.set()

    traffic = [asyncio.create_task(send(worker)) for worker in range(4)]
    await asyncio.wait_for(killed.wait(), 20)
    valkey.kill()
    refused = await chair.command("floor.open", {}, op="while gone")
    assert refused["error"]["code"] == "store.unavailable"
    async with house.http.get("/readyz") as answer:
        assert answer.status == 503
        assert (await answer.json())["reasons"] == ["store.unavailable"]
    valkey.start()
    await asyncio.gather(*traffic)

    async def again() -> dict[str, Any]:
        return await chair.command("floor.open", {}, op="while gone")

    ack = await again()
    while not ack["ok"]:
        await asyncio.sleep(0.05)
        ack = await again()
    entries = await Journal(store, DEFINITION, "reader").entries_after(0, 1000)
    assert [kept.seq for kept in entries] == list(range(1, len(entries) + 1))
    written = {kept.op: kept.seq for kept in entries}
    # An accepted command that changed nothing is answered with the number it found.
    assert len(acknowledged) >= 40
    for op, seq in acknowledged:
        assert written.get(CommandId(op), seq) == seq
        assert seq <= len(entries)
    await until(lambda: chair.view["floor"]["list"] == "open", "the open list")
    async with house.http.get("/readyz") as answer:
        assert answer.status == 200


async def test_a_second_process_takes_people_for_a_room_it_does_not_own(
    make_house: HouseMaker, store: Store
) -> None:
    owner = await make_house("one")
    chair = await owner.sit(Role.MODERATOR, "chair")
    other = await make_house("two")
    delegate = await other.sit(Role.DELEGATE, "gdynia")
    assert (await chair.command("floor.open"))["ok"]
    await until(lambda: delegate.view["floor"]["list"] == "open", "the open list")
    asked = await delegate.command("floor.request", {}, op="same")
    assert asked["ok"], asked
    assert await delegate.command("floor.request", {}, op="same") == asked
    await until(lambda: len(chair.view["floor"]["queue"]) == 1, "the queue at the owner")
    moved = await owner.sit(Role.DELEGATE, "gdynia")
    await until(lambda: not delegate.io.connected, "the end of the older connection")
    assert moved.view["you"]["turn"] == asked["turn"]


async def test_a_room_is_restored_with_its_speaker_held(make_house: HouseMaker) -> None:
    first = await make_house("one")
    chair = await first.sit(Role.MODERATOR, "chair")
    await chair.command("floor.open")
    added = await chair.command("floor.add_for", {"name": "Room guest", "source": "room"})
    assert added["ok"], added
    assert (await chair.command("floor.call", {"turn": added["turn"]}))["ok"]
    started = await chair.command("floor.start", {"turn": added["turn"]})
    assert started["ok"], started
    second = await make_house("one")
    again = await second.sit(Role.ORGANIZER)
    await until(lambda: again.view["floor"]["floor"] == "held", "the held floor")
    assert again.view["floor"]["current"]["held_reason"] == "technical"


def test_an_empty_room_is_what_a_definition_opens() -> None:
    assert open_room(DEFINITION).seats.keys() == {"chair", "gdynia", "taipei", "hall"}
