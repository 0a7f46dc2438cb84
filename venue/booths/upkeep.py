"""What booths do by themselves: whoever is lost is off the air, and waiting ends."""

from collections.abc import Iterator

from venue.booths.state import (
    Booth,
    BoothEvent,
    Booths,
    Handover,
    HandoverBegun,
    HandoverEnded,
    MicrophoneGiven,
    ReadyChanged,
    TakenOff,
    arrives,
    evolve,
    members,
)
from venue.ids import Instant, Language, SeatId, is_signed
from venue.presence import Seats

LOST_OFFER_MS = 60_000
"""A partner gets longer when the colleague is gone: nobody else can step in."""


def follow(
    booths: Booths, after: Seats, now: Instant, *, restarts: bool = False
) -> tuple[BoothEvent, ...]:
    """What a booth does because of what happened to its seats: whoever is lost is off the air.

    ``restarts``: it is the engine that went, and every link with it.
    """
    events: list[BoothEvent] = []
    for name, booth in booths.items():
        for event in _lost(booth, name, after, now, "restored" if restarts else "lost"):
            events.append(event)
            booths = evolve(booths, event)
    return tuple(events)


def _lost(
    booth: Booth, name: Language, seats: Seats, now: Instant, cause: TakenOff
) -> Iterator[BoothEvent]:
    here = members(seats, name)
    gone = [one for one in booth.ready if one not in here or not seats[one].media.flowing]
    handover = booth.handover
    if handover is not None and ({handover.by, handover.to} & set(gone)) - {booth.active}:
        yield HandoverEnded(name, "lost")
        handover = None
    for seat in gone:
        yield ReadyChanged(name, seat, False)
    active = booth.active
    if active is None or (active in here and arrives(seats[active])):
        return
    if handover is not None:
        yield HandoverEnded(name, "lost")
    is_muted = active in here and seats[active].media.flowing and seats[active].muted
    cause = "desk" if is_muted else cause
    yield MicrophoneGiven(name, active, cause, now if cause == "lost" else None)
    yield from offered(booth, name, seats, active, now)


def offered(
    booth: Booth, name: Language, seats: Seats, by: SeatId, now: Instant
) -> Iterator[HandoverBegun]:
    """The partner of whoever has gone is asked to step in."""
    partners = [seats[one] for one in booth.ready if one != by and one in seats]
    # A signer's place is offered even to nobody: while the offer stands the picture keeps its form.
    if is_signed(name) or any(arrives(one) for one in partners):
        yield HandoverBegun(name, Handover("lost", by, None, Instant(now + LOST_OFFER_MS)))


def restored(booths: Booths) -> tuple[BoothEvent, ...]:
    """After a restart nobody is on air by themselves."""
    events: list[BoothEvent] = []
    for name, booth in booths.items():
        if booth.handover is not None:
            events.append(HandoverEnded(name, "lost"))
        if booth.active is not None:
            events.append(MicrophoneGiven(name, booth.active, "restored"))
    return tuple(events)


def tick(booths: Booths, now: Instant) -> tuple[BoothEvent, ...]:
    """End handovers nobody answered."""
    return tuple(
        HandoverEnded(name, "timeout", now)
        for name, booth in booths.items()
        if booth.handover is not None and booth.handover.expires_at <= now
    )


def next_deadline(booths: Booths) -> Instant | None:
    """When the next handover runs out."""
    waiting = [booth.handover.expires_at for booth in booths.values() if booth.handover]
    return min(waiting, default=None)
