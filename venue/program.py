"""The program: on air or not, the engine that makes it, the outputs that carry it."""

from collections.abc import Mapping
from typing import Annotated, Literal, assert_never

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from venue.base import Command, Event
from venue.errors import CommandRejected
from venue.ids import Instant, Language, OutputId
from venue.session import Identifier, LanguageTag
from venue.wire import OutputState

EngineState = Literal["down", "starting", "up"]
OutputKind = Literal["rtmp", "hls", "recording"]
MAX_OUTPUTS = 16


class StartOnAir(Command, frozen=True, tag="onair.start"):
    """Send the program to every output."""


class StopOnAir(Command, frozen=True, tag="onair.stop"):
    """End the program everywhere."""


class AddOutput(Command, frozen=True, tag="output.add"):
    """One more target; ``target`` is redacted already."""

    output: Identifier
    lang: LanguageTag
    target: Annotated[str, Meta(max_length=300)]
    kind: Literal["rtmp"] = "rtmp"


class RemoveOutput(Command, frozen=True, tag="output.remove"):
    """One target less."""

    output: str


class RetryOutput(Command, frozen=True, tag="output.retry"):
    """Connect to a target anew, now: it was given up, is waited for, or does no good as it is."""

    output: str


class ReportOutput(Command, frozen=True, tag="output.state"):
    """The supervisor saw an output change."""

    output: str
    state: OutputState
    sent_bytes: int = 0
    retries: int = 0
    error: str | None = None
    trying: bool = False


class ReportEngine(Command, frozen=True, tag="engine.state"):
    """The supervisor saw the engine change."""

    state: EngineState


class ReportStreaming(Command, frozen=True, tag="streaming.state"):
    """The room's host saw the streaming process stop answering, or answer again."""

    lost_since: int | None


ProgramCommand = (
    StartOnAir
    | StopOnAir
    | AddOutput
    | RemoveOutput
    | RetryOutput
    | ReportOutput
    | ReportEngine
    | ReportStreaming
)


class WentOnAir(Event, frozen=True, tag="WentOnAir"):
    """The program is public."""

    at: Instant


class WentOffAir(Event, frozen=True, tag="WentOffAir"):
    """The program has ended."""

    at: Instant


class OutputAdded(Event, frozen=True, tag="OutputAdded"):
    """A target stands ready."""

    output: OutputId
    kind: OutputKind
    lang: Language | None
    target: str


class OutputRemoved(Event, frozen=True, tag="OutputRemoved"):
    """A target is gone."""

    output: OutputId


class OutputRetried(Event, frozen=True, tag="OutputRetried"):
    """Somebody wants a target to be connected to anew."""

    output: OutputId
    at: Instant


class OutputChanged(Event, frozen=True, tag="OutputChanged"):
    """A target's health changed."""

    output: OutputId
    state: OutputState
    sent_bytes: int
    retries: int
    error: str | None
    at: Instant
    trying: bool = False
    """Another attempt is waited for."""


class EngineChanged(Event, frozen=True, tag="EngineChanged"):
    """The engine came or went."""

    state: EngineState


class StreamingChanged(Event, frozen=True, tag="StreamingChanged"):
    """The streaming process stopped answering; None: it answers."""

    lost_since: Instant | None


ProgramEvent = (
    WentOnAir
    | WentOffAir
    | OutputAdded
    | OutputRemoved
    | OutputRetried
    | OutputChanged
    | EngineChanged
    | StreamingChanged
)


class Output(msgspec.Struct, frozen=True, omit_defaults=True):
    """A target of the program.  Its key is kept elsewhere."""

    output: OutputId
    kind: OutputKind
    lang: Language | None
    target: str
    state: OutputState = "ready"
    sent_bytes: int = 0
    retries: int = 0
    error: str | None = None
    since: Instant | None = None
    """When it entered its state."""
    trying: bool = False
    """Another attempt is waited for."""
    retried_at: Instant | None = None
    """When somebody last wanted it to be connected to anew."""


HLS, RECORDING = OutputId("hls"), OutputId("recording")


def _built_in() -> dict[OutputId, Output]:
    return {
        HLS: Output(HLS, "hls", None, "hls"),
        RECORDING: Output(RECORDING, "recording", None, "recording"),
    }


class Program(msgspec.Struct, frozen=True, omit_defaults=True):
    """On air or not, with the outputs; our own pages' HLS and the recording are always there."""

    on_air_since: Instant | None = None
    engine: EngineState = "down"
    streaming_lost_since: Instant | None = None
    """Nobody makes the program or watches over it since then."""
    outputs: Mapping[OutputId, Output] = msgspec.field(default_factory=_built_in)


def decide(
    program: Program, languages: tuple[Language, ...], command: ProgramCommand, now: Instant
) -> tuple[ProgramEvent, ...]:
    """Answer a command with the events it causes.

    Raises:
        CommandRejected: Codes ``output.*``, ``language.unknown``.
    """
    match command:
        case StartOnAir():
            return () if program.on_air_since is not None else (WentOnAir(now),)
        case StopOnAir():
            return () if program.on_air_since is None else (WentOffAir(now),)
        case ReportEngine():
            return () if program.engine == command.state else (EngineChanged(command.state),)
        case ReportStreaming():
            since = None if command.lost_since is None else Instant(command.lost_since)
            return () if program.streaming_lost_since == since else (StreamingChanged(since),)
        case AddOutput():
            if command.output in program.outputs:
                raise CommandRejected("output.exists", output=command.output)
            if len(program.outputs) >= MAX_OUTPUTS:
                raise CommandRejected("output.too_many", max=MAX_OUTPUTS)
            if command.lang not in languages:
                raise CommandRejected("language.unknown", lang=command.lang)
            output, lang = OutputId(command.output), Language(command.lang)
            return (OutputAdded(output, command.kind, lang, command.target),)
        case RemoveOutput():
            return (OutputRemoved(_target_of(program, command.output).output),)
        case RetryOutput():
            return (OutputRetried(_target_of(program, command.output).output, now),)
        case ReportOutput():
            return _report(program, command, now)
        case _:
            assert_never(command)


def _output_of(program: Program, output: str) -> Output:
    found = program.outputs.get(OutputId(output))
    if found is None:
        raise CommandRejected("output.unknown", output=output)
    return found


def _target_of(program: Program, output: str) -> Output:
    found = _output_of(program, output)
    if found.kind != "rtmp":
        raise CommandRejected("output.built_in", output=output)
    return found


def _report(program: Program, command: ReportOutput, now: Instant) -> tuple[ProgramEvent, ...]:
    found = _output_of(program, command.output)
    changed = OutputChanged(
        output=found.output,
        state=command.state,
        sent_bytes=command.sent_bytes,
        retries=command.retries,
        error=command.error,
        at=now,
        trying=command.trying,
    )
    return () if replace(_with_state(found, changed), since=found.since) == found else (changed,)


def evolve(program: Program, event: ProgramEvent) -> Program:
    """Apply one event.  Total."""
    match event:
        case WentOnAir():
            return replace(program, on_air_since=event.at)
        case WentOffAir():
            return replace(program, on_air_since=None)
        case EngineChanged():
            return replace(program, engine=event.state)
        case StreamingChanged():
            return replace(program, streaming_lost_since=event.lost_since)
        case OutputAdded():
            return _with(program, Output(event.output, event.kind, event.lang, event.target))
        case OutputRemoved():
            rest = {key: value for key, value in program.outputs.items() if key != event.output}
            return replace(program, outputs=rest)
        case OutputRetried():
            found = program.outputs.get(event.output)
            asked = None if found is None else replace(found, retried_at=event.at)
            return program if asked is None else _with(program, asked)
        case OutputChanged():
            found = program.outputs.get(event.output)
            return program if found is None else _with(program, _with_state(found, event))
        case _:
            assert_never(event)


def _with(program: Program, output: Output) -> Program:
    return replace(program, outputs={**program.outputs, output.output: output})


def _with_state(found: Output, event: OutputChanged) -> Output:
    return replace(
        found,
        state=event.state,
        sent_bytes=event.sent_bytes,
        retries=event.retries,
        error=event.error,
        trying=event.trying,
        since=found.since if found.state == event.state else event.at,
    )
