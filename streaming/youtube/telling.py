"""What the room is told of one language: the verdict, the rows of a preflight, the figures."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import msgspec

from streaming.outputs.vitals import Vitals
from streaming.youtube.known import Ours
from streaming.youtube.office import Office
from streaming.youtube.ours import Pulse
from streaming.youtube.outcomes import sight_of
from streaming.youtube.preflight import Proof, Push, checks
from streaming.youtube.side import OutputSide, RoomSide
from streaming.youtube.steps import Look
from streaming.youtube.troubles import Trouble
from streaming.youtube.watch import Watch
from venue.broadcast import Broadcast
from venue.broadcast_commands import Sight
from venue.broadcast_outputs import output_of, outputs_of
from venue.ids import Instant, Language, OutputId
from venue.room import Room

REPEAT_MS = 2_000
"""What the journal has not taken is posted again no sooner."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the language's own calls have shown."""

    look: Look | None
    trouble: Trouble | None
    signed_in_at: Instant
    addresses: Mapping[OutputId, str]
    """Where YouTube says that the stream arrives, with the key."""
    notes: tuple[str, ...] = ()
    stumbled: Mapping[str, Trouble] = field(default_factory=dict)
    """By write."""
    flowing_since: Instant | None = None
    """Since when YouTube's server takes what we send."""

    def __repr__(self) -> str:
        return f"Seen({self.look!r}, {self.trouble!r})"


class Teller:
    """Posts what is seen of one language when it is something else than before."""

    def __init__(self, lang: Language, side: RoomSide, office: Office, watch: Watch) -> None:
        self._lang = lang
        self._side = side
        self._office = office
        self._watch = watch
        self._pulse = Pulse()
        self._told: tuple[Sight, Instant] | None = None

    def tell(self, broadcast: Broadcast, seen: Seen) -> None:
        """Have the room show it."""
        room, now = self._side.room, self._office.clock()
        if room is None:
            return
        output = self._side.output(output_of(self._lang))
        ours = self._pulse.take(output, room, now)
        sight = sight_of(
            broadcast,
            seen.look,
            seen.trouble,
            replace(
                ours,
                backup_state=self._backup_state(room),
                flowing_since=seen.flowing_since,
            ),
            self._watch.videos.get(broadcast.memory.broadcast),
            checks(self._proof(broadcast, room, output, ours, seen), now)
            if broadcast.wanted == "preflight"
            else (),
            now,
            seen.notes,
            seen.stumbled,
        )
        if sight == broadcast.sight:
            return
        if self._told is not None and self._told[0] == sight and now - self._told[1] < REPEAT_MS:
            return
        self._told = sight, now
        body = {
            "lang": self._lang,
            "marker": broadcast.memory.marker,
            "sight": msgspec.to_builtins(sight),
        }
        self._side.post(f"broadcast-seen:{self._lang}", "broadcast.seen", body)

    def _backup_state(self, room: Room) -> str | None:
        _primary, *backups = outputs_of(room.session, self._lang)
        if not backups:
            return None
        output = self._side.output(backups[0])
        return "" if output is None else output.state

    def _proof(
        self,
        broadcast: Broadcast,
        room: Room,
        output: OutputSide | None,
        ours: Ours,
        seen: Seen,
    ) -> Proof:
        _primary, *backups = outputs_of(room.session, self._lang)
        return Proof(
            lang=self._lang,
            languages=room.session.output_languages,
            asked_at=broadcast.asked_at,
            wanted_ms=round(self._office.settings.preflight_s * 1000),
            signed_in=seen.signed_in_at >= broadcast.asked_at,
            trouble=seen.trouble,
            privacy=broadcast.privacy,
            not_set=seen.stumbled.get("status"),
            quota_left=self._office.ledger(broadcast.channel).affords,
            stream=broadcast.memory.stream,
            look=seen.look,
            primary=_push(output, seen.addresses.get(output_of(self._lang))),
            output_error=ours.output_error,
            taken_ms=self._pulse.taken_ms,
            stalled=ours.kbps == 0,
            backup=_push(self._side.output(backups[0]), seen.addresses.get(backups[0]))
            if backups
            else None,
        )


def _push(output: OutputSide | None, address: str | None) -> Push:
    if output is None:
        return Push("", right_address=False, vitals=Vitals())
    vitals = output.report.vitals or Vitals()
    return Push(output.state, right_address=output.order.url == address, vitals=vitals)
