"""Pictures wait for their sound, in virtual time."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.engine.lipsync import MOST_HOLD_S, LipSync
from streaming.mediatime import Playout
from streaming.rtc.sender_clock import SenderClock

pytestmark = pytest.mark.unit

NTP_S = 3_900_000_000.0
FPS = 25


class Sender:
    """A camera and a microphone with one clock, and what our side makes of them."""

    def __init__(self, *, camera_s: float, sound_s: float, first: int = 0) -> None:
        """Pictures arrive ``camera_s`` after their moment, sound leaves us after ``sound_s``."""
        self.camera_s, self.sound_s, self.first = camera_s, sound_s, first
        self.pictures, self.sounds = SenderClock(90_000), SenderClock(48_000)
        self.sync = LipSync()
        self.sent = 0

    def report(self) -> None:
        """A report about either stream, as of now."""
        moment_s = self.sent / FPS
        self.pictures.learn(int((NTP_S + moment_s) * 2**32), self._stamp(moment_s, 90_000))
        self.sounds.learn(int((NTP_S + moment_s) * 2**32), self._stamp(moment_s, 48_000))

    def send(self, count: int) -> list[float]:
        """Seconds from the moment of each picture to when it is due."""
        delays = []
        for _ in range(count):
            moment_s = self.sent / FPS
            arrival_s = moment_s + self.camera_s
            playout = Playout(self._stamp(arrival_s - self.sound_s, 48_000), arrival_s)
            stamp = self._stamp(moment_s, 90_000)
            due_s = self.sync.due_s(stamp, arrival_s, self.pictures, self.sounds, playout)
            delays.append(due_s - moment_s)
            self.sent += 1
        return delays

    def _stamp(self, moment_s: float, hz: int) -> int:
        return (self.first + round(moment_s * hz)) & 0xFFFFFFFF


def test_without_reports_a_picture_is_due_as_it_arrives() -> None:
    assert Sender(camera_s=0.03, sound_s=0.1).send(50) == pytest.approx([0.03] * 50)


def test_early_pictures_come_to_wait_for_their_sound_without_a_jump() -> None:
    sender = Sender(camera_s=0.03, sound_s=0.1, first=2**32 - 5000)
    sender.send(5)
    sender.report()
    delays = sender.send(100)
    assert delays[-1] == pytest.approx(0.1, abs=0.001)
    steps = [later - earlier for earlier, later in pairwise(delays)]
    assert max(steps) <= 0.05 / FPS + 1e-6
    assert min(steps) >= -1e-6


def test_late_pictures_are_shown_at_once_and_their_sound_is_asked_to_wait() -> None:
    sender = Sender(camera_s=0.2, sound_s=0.08)
    sender.report()
    assert sender.send(50)[-1] == pytest.approx(0.2, abs=0.002)
    assert sender.sync.complaint_ms(10.0) == pytest.approx(120, abs=5)
    assert sender.sync.complaint_ms(10.5) == 0, "said once a second"


def test_a_picture_that_goes_with_its_sound_makes_nobody_wait() -> None:
    sender = Sender(camera_s=0.085, sound_s=0.08)
    sender.report()
    sender.send(50)
    assert sender.sync.complaint_ms(10.0) == 0


def test_reports_that_lie_are_not_believed() -> None:
    sender = Sender(camera_s=0.03, sound_s=0.1)
    sender.report()
    sender.sounds.forget()
    sender.sounds.learn(int((NTP_S + 3600) * 2**32), 0)
    assert sender.send(100)[-1] == pytest.approx(0.03)


def test_one_unpunctual_report_among_others_moves_nothing() -> None:
    clock = SenderClock(90_000)
    for second in range(8):
        late_s = 0.08 if second == 5 else 0.0
        clock.learn(int((NTP_S + second + late_s) * 2**32), second * 90_000)
    assert clock.moment_s(7 * 90_000) == pytest.approx(NTP_S + 7, abs=1e-5)


@given(camera=st.floats(0, 0.5), sound=st.floats(0, 1.5), first=st.integers(0, 2**32 - 1))
def test_no_picture_is_due_before_it_came_nor_waits_too_long(
    camera: float, sound: float, first: int
) -> None:
    sender = Sender(camera_s=camera, sound_s=sound, first=first)
    sender.report()
    for delay_s in sender.send(40):
        assert camera - 1e-6 <= delay_s <= camera + MOST_HOLD_S + 1e-6
