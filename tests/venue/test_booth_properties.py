"""What no sequence of a booth's commands may break."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.venue.booth_table import booths, giving, interpreter
from tests.venue.table import CHAIR
from venue.codec import decode_room, encode_room
from venue.errors import CommandRejected
from venue.roles import SYSTEM, Actor, Role
from venue.views import Viewer, project

pytestmark = pytest.mark.unit


@st.composite
def acts(draw: st.DrawFn) -> tuple[Actor, str, dict[str, object]]:
    seat = draw(st.sampled_from(["wu", "lin", "rey"]))
    own, other = interpreter(seat), draw(st.sampled_from(["wu", "lin", "rey"]))
    link = draw(st.sampled_from(["good", "lost", "none"]))
    lang = draw(st.sampled_from(["floor", "en", "zh", "fr"]))
    options: list[tuple[Actor, str, dict[str, object]]] = [
        (own, "booth.ready", {"ready": draw(st.booleans())}),
        (own, "booth.on", {}),
        (own, "booth.off", {}),
        (own, "booth.cough", {"on": draw(st.booleans())}),
        (own, "booth.offer", {"to": draw(st.sampled_from([None, other]))}),
        (own, "booth.request", {}),
        (own, "booth.accept", {}),
        (own, "booth.cancel", {}),
        (own, "booth.relay", {"lang": lang}),
        (CHAIR, "booth.set_active", {"booth": "zh", "seat": draw(st.sampled_from([None, other]))}),
        (CHAIR, "mute", {"seat": seat}),
        (own, "self.mute", {"muted": False}),
        (SYSTEM, "media.state", {"seat": seat, "microphone": True, "link": link}),
        (SYSTEM, "room.tick", {}),
        (SYSTEM, "room.restored", {}),
    ]
    return draw(st.sampled_from(options))


@given(script=st.lists(acts(), max_size=40), steps_ms=st.integers(0, 20_000))
def test_whatever_happens_booths_stay_sane(
    script: list[tuple[Actor, str, dict[str, object]]], steps_ms: int
) -> None:
    table = booths("wu", "lin", "rey")
    for actor, verb, body in script:
        table.pass_ms_as_host(steps_ms)
        before = giving(table)
        try:
            table.when(actor, verb, **body)
        except CommandRejected:
            continue
        after = giving(table)
        if verb in ("media.state", "room.tick", "room.restored", "self.mute"):
            assert set(after.items()) <= set(before.items()), "nobody comes on air by themselves"
        seats = table.room.seats
        for booth in table.room.booths.values():
            if booth.active is not None:
                assert seats[booth.active].media.flowing
                assert not seats[booth.active].muted
                assert booth.active in booth.ready
            if booth.handover is not None:
                assert booth.handover.expires_at > table.now
        assert len(set(after.values())) == len(after), "one voice gives into one language"
    assert decode_room(encode_room(table.room)) == table.room
    assert msgspec.json.encode(project(table.room, Viewer(Role.AUDIENCE)))
