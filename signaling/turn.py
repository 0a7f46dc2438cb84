"""Time-limited relay credentials, as coturn's ``use-auth-secret`` understands them."""

import base64
import hashlib
import hmac

from signaling.config import TurnConfig

CREDENTIAL_LIFE_S = 6 * 3600

IceServer = dict[str, object]


def credentials(secret: str, who: str, now_s: int) -> tuple[str, str]:
    """User name and password of one person until their life ends."""
    user = f"{now_s + CREDENTIAL_LIFE_S}:{who}"
    digest = hmac.new(secret.encode(), user.encode(), hashlib.sha1).digest()
    return user, base64.b64encode(digest).decode()


def ice_servers(turn: TurnConfig | None, who: str, now_s: int) -> list[IceServer]:
    """What a browser puts in its ``RTCConfiguration``."""
    if turn is None:
        return []
    servers: list[IceServer] = []
    stun = [url for url in turn.urls if url.startswith("stun")]
    relays = [url for url in turn.urls if not url.startswith("stun")]
    if stun:
        servers.append({"urls": stun})
    if relays:
        user, password = credentials(turn.secret, who, now_s)
        servers.append({"urls": relays, "username": user, "credential": password})
    return servers


def link_headers(servers: list[IceServer]) -> list[str]:
    """The same servers as ``Link`` header values (RFC 9725, section 4.6)."""
    links = []
    for server in servers:
        urls = server["urls"]
        for url in urls if isinstance(urls, list) else []:
            link = f'<{url}>; rel="ice-server"'
            if "username" in server:
                link += f'; username="{server["username"]}"; credential="{server["credential"]}"'
                link += '; credential-type="password"'
            links.append(link)
    return links
