"""``/_ctl/``: how a test in another process, or a person, moves the stand-in."""

import math
from collections.abc import Callable
from typing import Any

import msgspec
from aiohttp import web

from tests.fakes.youtube.api_chat import say, take_away
from tests.fakes.youtube.clock import parse_stamp, stamp
from tests.fakes.youtube.faults import Faults
from tests.fakes.youtube.ingest import Ingest
from tests.fakes.youtube.journal import Journal
from tests.fakes.youtube.state import State
from tests.fakes.youtube.tokens import FORCE_SSL

Json = dict[str, Any]


class Control:
    """GET shows, POST changes; a wrong order is answered with 400 and what is wrong with it.

    POST /_ctl/faults  {action, method, id, caller, part, after, count, reason, status, delay_s,
                       ...} waits for its request; {happen: revoke | complete_in_studio |
                       go_live_in_studio | delete_in_studio | set_in_studio | hide | unhide |
                       rotate_key | hold_ready | release_ready | lead_astray | refuse_publish |
                       allow_publish | hang_up | hang_up_after | freeze | thaw | slow_tls |
                       expire_access | revoke_channel | viewers | say | delete_message |
                       retract_message, id, value} is at once; set_in_studio's
                       value is some of {privacy, auto_start, auto_stop, monitor}; a message's
                       value is its text, or {text, name, channel, kind}; {clear: true}
    GET  /_ctl/faults  what waits, and how often each has hit
    GET  /_ctl/log     ?method=&since= the requests so far
    GET  /_ctl/state   everything, keys included
    POST /_ctl/clock   {advance_s} | {set: "2026-11-21T18:30:00Z"} | {scale}; GET shows
    POST /_ctl/reset   forget everything but the channels
    POST /_ctl/tokens  {channel, title, scopes} -> {access_token, refresh_token, client_id, ...}
    """

    def __init__(
        self, state: State, journal: Journal, faults: Faults, ingest: Ingest | None
    ) -> None:
        self._state = state
        self._journal = journal
        self._faults = faults
        self._ingest = ingest

    def add_to(self, app: web.Application) -> None:
        app.add_routes(
            [
                web.get("/_ctl/faults", self.show_faults),
                web.post("/_ctl/faults", self.post_fault),
                web.get("/_ctl/log", self.show_log),
                web.get("/_ctl/state", self.show_state),
                web.get("/_ctl/clock", self.show_clock),
                web.post("/_ctl/clock", self.post_clock),
                web.post("/_ctl/reset", self.post_reset),
                web.post("/_ctl/tokens", self.post_token),
            ]
        )

    async def show_faults(self, _: web.Request) -> web.Response:
        return web.json_response(msgspec.to_builtins(self._faults.all()))

    async def post_fault(self, request: web.Request) -> web.Response:
        asked: Json = await request.json()
        try:
            if asked.get("clear"):
                self._faults.clear()
            elif "happen" in asked:
                word, id_ = str(asked["happen"]), str(asked.get("id", ""))
                answer = self._happenings()[word](id_, asked.get("value"))
                return web.json_response({"ok": True, "answer": answer})
            else:
                self._faults.add(**asked)
        except (KeyError, TypeError, ValueError, msgspec.ValidationError) as wrong:
            return web.json_response({"error": f"{type(wrong).__name__}: {wrong}"}, status=400)
        return web.json_response({"ok": True})

    def _happenings(self) -> dict[str, Callable[[str, Any], object]]:
        faults, state = self._faults, self._state
        broadcasts, ingest = state.broadcasts, self._ingest

        def freeze(id_: str, _: object) -> None:
            assert ingest is not None
            ingest.plain.freeze(state.streams[id_].key)

        def thaw(_: str, __: object) -> None:
            assert ingest is not None
            ingest.plain.thaw()

        def slow_tls(_: str, seconds: float) -> None:
            assert ingest is not None
            ingest.tls.accept_delay_s = seconds

        def viewers(id_: str, count: int) -> None:
            broadcasts[id_].shown_viewers = int(count)

        def said(id_: str, value: Json | str) -> str:
            asked = {"text": value} if isinstance(value, str) else value
            name, channel = asked.get("name", "Guest"), asked.get("channel", "UCguest")
            kind = asked.get("kind", "textMessageEvent")
            return say(state, broadcasts[id_].chat_id, asked["text"], channel, name, kind).id

        return {
            "revoke": lambda id_, _: faults.revoke(id_),
            "complete_in_studio": lambda id_, _: faults.complete_in_studio(id_),
            "go_live_in_studio": lambda id_, _: faults.go_live_in_studio(id_),
            "delete_in_studio": lambda id_, _: faults.delete_in_studio(id_),
            "hide": lambda id_, _: faults.hide(id_),
            "unhide": lambda id_, _: faults.hide(id_, hidden=False),
            "set_in_studio": lambda id_, value: faults.set_in_studio(id_, **value),
            "rotate_key": lambda id_, _: faults.rotate_key(id_),
            "hold_ready": lambda id_, _: faults.hold_ready(id_),
            "release_ready": lambda id_, _: faults.hold_ready(id_, held=False),
            "lead_astray": lambda id_, _: faults.lead_astray(id_),
            "refuse_publish": lambda id_, _: faults.refuse_publish(id_),
            "allow_publish": lambda id_, _: faults.refuse_publish(id_, refused=False),
            "hang_up": lambda id_, _: faults.hang_up(id_),
            "hang_up_after": faults.hang_up_after,
            "freeze": freeze,
            "thaw": thaw,
            "slow_tls": slow_tls,
            "expire_access": lambda *_: state.tokens.expire_access(),
            "revoke_channel": lambda id_, _: state.tokens.revoke_channel(id_),
            "viewers": viewers,
            "say": said,
            "delete_message": lambda id_, _: take_away(state, id_).id,
            "retract_message": lambda id_, _: take_away(state, id_, by_author=True).id,
        }

    async def show_log(self, request: web.Request) -> web.Response:
        since = int(request.query.get("since", "0"))
        found = self._journal.entries(request.query.get("method", ""))
        shown = [msgspec.to_builtins(one) for one in found if one.number > since]
        return web.json_response(
            {
                "dropped": self._journal.dropped,
                "searched": len(self._journal.searched()),
                "entries": shown,
            }
        )

    async def show_state(self, _: web.Request) -> web.Response:
        return web.json_response(snapshot(self._state))

    async def show_clock(self, _: web.Request) -> web.Response:
        return web.json_response({"now": stamp(self._state.clock.now_s())})

    async def post_clock(self, request: web.Request) -> web.Response:
        asked: Json = await request.json()
        clock = self._state.clock
        try:
            if "scale" in asked:
                clock.scale(float(asked["scale"]))
            if "advance_s" in asked:
                clock.advance(float(asked["advance_s"]))
            if "set" in asked:
                clock.advance(parse_stamp(asked["set"]) - clock.now_s())
        except (TypeError, ValueError) as wrong:
            return web.json_response({"error": str(wrong)}, status=400)
        self._state.tick()
        return await self.show_clock(request)

    async def post_reset(self, _: web.Request) -> web.Response:
        channels = self._state.channels
        self._state.reset()
        self._state.channels = channels
        self._journal.clear()
        self._faults.clear()
        return web.json_response({"ok": True})

    async def post_token(self, request: web.Request) -> web.Response:
        asked: Json = await request.json()
        channel = self._state.channel(str(asked["channel"]), str(asked.get("title", "")))
        return web.json_response(
            issue(self._state, channel.id, tuple(asked.get("scopes", (FORCE_SSL,))))
        )


def issue(state: State, channel_id: str, scopes: tuple[str, ...] = (FORCE_SSL,)) -> Json:
    """Tokens for a channel and all that a client needs to use them."""
    grant = state.tokens.grant(channel_id, state.clock.now_s(), scopes)
    access = state.tokens.access(grant, state.clock.now_s())
    return {
        "channel": channel_id,
        "access_token": access.token,
        "refresh_token": grant.refresh_token,
        "token_uri": f"{state.addresses.root_url}token",
        "client_id": grant.client_id,
        "client_secret": state.tokens.clients[grant.client_id],
        "scopes": sorted(scopes),
    }


def snapshot(state: State) -> Json:
    """Everything as JSON; a start that never ends shows as null with ``stuck``."""
    shown = []
    for held in state.broadcasts.values():
        stuck = held.starting_until_s is not None and math.isinf(held.starting_until_s)
        shown.append(
            {
                "id": held.id,
                "snippet": msgspec.to_builtins(held.snippet),
                "status": msgspec.to_builtins(held.status),
                "contentDetails": msgspec.to_builtins(held.content),
                "stuck": stuck,
                "viewers": state.viewers(held),
                "history": held.history,
                "language": held.video.default_audio_language or held.video.default_language,
                "tags": held.video.tags,
                "thumbnailBytes": len(held.video.thumbnail),
            }
        )
    project = state.tokens.client_id
    return {
        "channels": [msgspec.to_builtins(held) for held in state.channels.values()],
        "broadcasts": shown,
        "streams": [msgspec.to_builtins(held) for held in state.streams.values()],
        "chats": msgspec.to_builtins(state.chats),
        "quota": {
            "limit": state.ledger.limit,
            "used": state.ledger.used(project, state.clock.now()),
            "calls": state.ledger.calls(),
        },
        "publishes": state.publish_counts,
        "addresses": vars(state.addresses),
    }
