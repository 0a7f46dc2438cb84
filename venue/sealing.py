"""Where an output goes, as it lies in Redis: encrypted, so that no dump and no log of it has a key.

The key of the cipher is made from Rotunda's own secret, as that of the channels' tokens is.
"""

import base64
from dataclasses import dataclass

import msgspec
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Unreadable(ValueError):
    """It was encrypted with another secret, or is none of ours."""


@dataclass(frozen=True, slots=True, repr=False)
class Address:
    """Where an output goes, with its key; ``repr`` shows nothing of it."""

    url: str
    lang: str | None = None
    kind: str = "rtmp"
    plain: bool = False
    """It lay there unencrypted, as a former version wrote it."""


class _Kept(msgspec.Struct, frozen=True, omit_defaults=True):
    kind: str = "rtmp"
    lang: str | None = None
    sealed: str = ""
    url: str = ""
    """Of a former version."""


class Seal:
    """Shuts and opens with one secret."""

    def __init__(self, secret: str) -> None:
        derived = HKDF(SHA256(), 32, None, b"rotunda output addresses").derive(secret.encode())
        self._fernet = Fernet(base64.urlsafe_b64encode(derived))

    def shut(self, address: Address) -> bytes:
        """What may be written down."""
        sealed = self._fernet.encrypt(address.url.encode()).decode()
        return msgspec.json.encode(_Kept(kind=address.kind, lang=address.lang, sealed=sealed))

    def opened(self, raw: bytes) -> Address:
        """What was written down.

        Raises:
            Unreadable: Not with this secret.
        """
        try:
            kept = msgspec.json.decode(raw, type=_Kept)
            if kept.url:
                return Address(kept.url, kept.lang, kept.kind, plain=True)
            url = self._fernet.decrypt(kept.sealed.encode()).decode()
        except (msgspec.DecodeError, InvalidToken) as error:
            raise Unreadable from error
        return Address(url, kept.lang, kept.kind)
