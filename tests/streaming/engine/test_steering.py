"""What each seat is asked to send."""

import io
from dataclasses import replace

import msgspec
import pytest

from streaming.engine.__main__ import read_config
from streaming.engine.steering import LARGE_SIGNER, OFF, SIGNER, SMALL, SPEAKER, TILE, uplinks
from venue.ids import SeatId
from venue.scene import Person, Scene

pytestmark = pytest.mark.unit

A, B, C, D = (SeatId(name) for name in "abcd")


def test_uplinks_follow_the_picture() -> None:
    people = {seat: Person(seat) for seat in (A, B, C, D)}
    scene = Scene(seats=(A, B, C), people=people, speaker=A)
    wanted = {A: (640, 360), B: (320, 180)}
    assert uplinks(scene, wanted) == {A: SPEAKER, B: TILE, C: SMALL, D: OFF}


def test_who_is_alone_or_large_in_the_picture_sends_all() -> None:
    scene = Scene(seats=(A,), people={A: Person("a")})
    assert uplinks(scene, {A: (640, 360)}) == {A: SPEAKER}
    assert uplinks(scene, {A: (1280, 720), B: (1, 1)})[A] == SPEAKER


def test_a_signer_sends_small_until_seen_and_then_enough_for_hands() -> None:
    people = {A: Person("a"), B: Person("b", signs=True), C: Person("c", signs=True)}
    scene = Scene(seats=(A,), people=people, speaker=A)
    assert uplinks(scene, {A: (1280, 720)}) == {A: SPEAKER, B: SMALL, C: SMALL}
    place = (288, 384)
    signing = replace(scene, speaker=None, signer=B, next_signers=(C,))
    orders = uplinks(signing, {A: (930, 522), B: place, C: place})
    assert orders == {A: SPEAKER, B: SIGNER, C: SIGNER}
    assert uplinks(signing, {A: (930, 522), B: (432, 576)})[B] == LARGE_SIGNER
    assert uplinks(signing, {A: (640, 360), B: place})[A] == SPEAKER, "alone beside a signer"


def test_the_configuration_is_read_though_the_pipe_stays_open() -> None:
    order = b'{"session": "s",\n "redis_url": "r", "run_dir": "/run/x", "data_dir": "y"}\n'
    config = read_config(io.BytesIO(order + b"more"))
    assert config.door_path.name == "engine-s.sock"
    assert config.ports[0] == 40_000
    assert len(config.ports) == 100


def test_a_cut_or_wrong_configuration_is_refused() -> None:
    with pytest.raises(EOFError):
        read_config(io.BytesIO(b'{"session"'))
    with pytest.raises(msgspec.ValidationError):
        read_config(io.BytesIO(b'{"session": 3}\n'))
