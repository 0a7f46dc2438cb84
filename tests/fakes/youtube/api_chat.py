"""liveChatMessages: list and insert; and closed captions by POST."""

import datetime as dt
import re
import secrets
from typing import Any

from tests.fakes.youtube.call import Call, chosen, etag
from tests.fakes.youtube.clock import stamp
from tests.fakes.youtube.errors import Refusal
from tests.fakes.youtube.model import OVER, Broadcast, Caption, ChatMessage
from tests.fakes.youtube.state import State

Json = dict[str, Any]

_TEXT_LIMIT = 200
_CAPTION_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}")


class CaptionRefused(Exception):
    """A caption POST is answered with 400 and this text."""


def list_(call: Call) -> Json:
    """Messages since ``pageToken``, oldest first; asking sooner than told is refused."""
    state, chat_id = call.state, call.word("liveChatId")
    broadcast = _broadcast_of(state, chat_id)
    if broadcast.lifecycle in OVER:
        raise Refusal("liveChatEnded")
    now, caller = state.clock.now_s(), (call.channel_id, chat_id)
    poll_s = state.timings.chat_poll_ms / 1000
    if now < state.chat_polls.get(caller, 0.0) + poll_s:
        raise Refusal("rateLimitExceeded")
    state.chat_polls[caller] = now
    wanted = call.word("maxResults") or "500"
    token = call.word("pageToken") or "C0"
    if not wanted.isdigit() or not 200 <= int(wanted) <= 2000:
        raise Refusal("invalidParameter", "maxResults: 200..2000")
    if not re.fullmatch(r"C\d+", token):
        raise Refusal("invalidPageToken")
    start, messages = int(token[1:]), state.chats[chat_id]
    shown = messages[start : start + int(wanted)]
    items = [show(call, chat_id, one) for one in shown]
    return {
        "kind": "youtube#liveChatMessageListResponse",
        "etag": etag(items),
        "pollingIntervalMillis": state.timings.chat_poll_ms,
        "pageInfo": {"totalResults": len(items), "resultsPerPage": len(items)},
        "nextPageToken": f"C{start + len(shown)}",
        "items": items,
    }


def insert(call: Call) -> Json:
    body = call.resource("LiveChatMessage")
    snippet = body.get("snippet") or {}
    chat_id = snippet.get("liveChatId") or ""
    if not chat_id:
        raise Refusal("liveChatIdRequired")
    if not snippet.get("type"):
        raise Refusal("typeRequired")
    text = (snippet.get("textMessageDetails") or {}).get("messageText") or ""
    if not text:
        raise Refusal("messageTextRequired")
    if len(text) > _TEXT_LIMIT or snippet["type"] != "textMessageEvent":
        raise Refusal("messageTextInvalid")
    broadcast = _broadcast_of(call.state, chat_id)
    if broadcast.lifecycle in OVER:
        raise Refusal("liveChatEnded")
    message = say(call.state, chat_id, text, call.channel_id)
    return show(call, chat_id, message)


def say(
    state: State,
    chat_id: str,
    text: str,
    channel_id: str,
    name: str = "",
    kind: str = "textMessageEvent",
) -> ChatMessage:
    """Somebody writes into a chat, for money or as a member if ``kind`` says so."""
    message = ChatMessage(
        id=f"LCC.{secrets.token_urlsafe(18)}",
        author_channel=channel_id,
        author_name=name or state.channel(channel_id).title,
        published_s=state.clock.now_s(),
        text=text,
        type=kind,
    )
    state.chats[chat_id].append(message)
    return message


def take_away(state: State, message_id: str, *, by_author: bool = False) -> ChatMessage:
    """A moderator deletes a message, or its author takes it back: it goes, and an event comes."""
    for chat_id, messages in state.chats.items():
        for message in messages:
            if message.id == message_id:
                kind = "messageRetractedEvent" if by_author else "messageDeletedEvent"
                return say(state, chat_id, message_id, message.author_channel, kind=kind)
    raise KeyError(message_id)


def ban(state: State, chat_id: str, channel_id: str) -> ChatMessage:
    """A moderator of the chat shuts somebody out."""
    owner = next(one for one in state.broadcasts.values() if one.chat_id == chat_id)
    return say(state, chat_id, channel_id, owner.snippet.channel_id, "Moderator", "userBannedEvent")


def show(call: Call, chat_id: str, message: ChatMessage) -> Json:
    owner = _broadcast_of(call.state, chat_id).snippet.channel_id
    whole = {
        "snippet": {
            "type": message.type,
            "liveChatId": chat_id,
            "authorChannelId": message.author_channel,
            "publishedAt": stamp(message.published_s),
            **_details(message),
        },
        "authorDetails": {
            "channelId": message.author_channel,
            "channelUrl": f"http://www.youtube.com/channel/{message.author_channel}",
            "displayName": message.author_name,
            "isVerified": False,
            "isChatOwner": message.author_channel == owner,
            "isChatSponsor": message.type == "memberMilestoneChatEvent",
            "isChatModerator": False,
        },
    }
    return chosen("liveChatMessage", message.id, call.parts, whole)


def _details(message: ChatMessage) -> Json:
    """What a message says, where its kind has it; ``displayMessage`` is for people only."""
    if message.type == "messageDeletedEvent":
        details = {"messageDeletedDetails": {"deletedMessageId": message.text}}
        return {"hasDisplayContent": False, **details}
    if message.type == "messageRetractedEvent":
        details = {"messageRetractedDetails": {"retractedMessageId": message.text}}
        return {"hasDisplayContent": False, **details}
    if message.type == "userBannedEvent":
        profile = {"channelId": message.text, "displayName": "Somebody"}
        details = {"bannedUserDetails": profile, "banType": "permanent"}
        return {"hasDisplayContent": False, "userBannedDetails": details}
    text, shown = message.text, message.text
    said: Json = {"textMessageDetails": {"messageText": text}}
    if message.type == "superChatEvent":
        shown = f'US$5.00 from {message.author_name}: "{text}"'
        amount = {"amountMicros": "5000000", "currency": "USD", "amountDisplayString": "US$5.00"}
        said = {"superChatDetails": {**amount, "userComment": text, "tier": 2}}
    if message.type == "memberMilestoneChatEvent":
        shown = f'{message.author_name} has been a member for 3 months: "{text}"'
        said = {"memberMilestoneChatDetails": {"userComment": text, "memberMonth": 3}}
    return {"hasDisplayContent": True, "displayMessage": shown, **said}


def _broadcast_of(state: State, chat_id: str) -> Broadcast:
    for held in state.broadcasts.values():
        if held.chat_id == chat_id:
            return held
    raise Refusal("liveChatNotFound")


def captions(state: State, key: str, seq_text: str, body: str) -> str:
    """Take the captions of one POST; answers the server's time in UTC.

    ``seq`` is one more than the last, or the same again for a retry, which adds nothing.  An
    empty body only asks for the time.

    Raises:
        CaptionRefused: no such key, a gap in ``seq``, a wrong time, or a time without text.
    """
    stream = state.stream_by_key(key)
    if stream is None:
        raise CaptionRefused("unknown cid")
    now = state.clock.now().strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
    if not body.strip():
        return now
    if not seq_text.isdigit():
        raise CaptionRefused("seq is missing")
    seq, last = int(seq_text), stream.caption_seq
    if last is not None and seq not in (last, last + 1):
        raise CaptionRefused(f"seq {seq} after {last}")
    found = _captions(seq, body)
    if seq != last:
        stream.captions.extend(found)
    stream.caption_seq = seq
    return now


def _captions(seq: int, body: str) -> list[Caption]:
    found: list[Caption] = []
    at, lines = "", list[str]()
    for line in [*body.strip().splitlines(), None]:
        first = (line or "").split(" ")[0]
        if line is not None and not re.match(r"\d{4}-\d\d-\d\dT", line):
            lines.append(line)
            continue
        if at and not lines:
            raise CaptionRefused("a time without text")
        if lines:
            if not at:
                raise CaptionRefused("text without a time")
            found.append(Caption(seq, at, "\n".join(lines)))
        if line is not None:
            at, lines = _caption_time(first), []
    return found


def _caption_time(text: str) -> str:
    if not _CAPTION_TIME.fullmatch(text):
        raise CaptionRefused(f"wrong time {text}")
    try:
        dt.datetime.fromisoformat(text)
    except ValueError:
        raise CaptionRefused(f"wrong time {text}") from None
    return text
