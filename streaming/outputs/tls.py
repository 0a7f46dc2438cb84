"""TLS towards a target.  Its certificate is always verified; nothing turns that off."""

import socket
import ssl

from streaming.outputs.errors import OutputError

_CODES = {
    9: "output.tls_expired",  # not yet valid: one of the two clocks is wrong
    10: "output.tls_expired",
    18: "output.tls_untrusted",  # signed by itself
    19: "output.tls_untrusted",  # by an authority that signed itself and is not known here
    20: "output.tls_untrusted",
    21: "output.tls_untrusted",
    62: "output.tls_wrong_host",
    64: "output.tls_wrong_host",  # an address instead of a name
}
"""OpenSSL's X509_V_ERR numbers.  Anything else is ``output.tls``."""


def secured(link: socket.socket, host: str, authorities: str = "") -> socket.socket:
    """Wrap a connected socket; keeps its time-out.  Closes it when that fails.

    ``authorities`` names a PEM file of certificates to trust besides the system's own: the
    authority of a private ingest, or its self-signed certificate itself.

    Raises:
        OutputError: ``output.tls_untrusted``, ``output.tls_expired``, ``output.tls_wrong_host``;
            ``output.tls_settings``, the file cannot be used; ``output.tls``, anything else in the
            handshake; ``output.timeout``.
    """
    try:
        context = ssl.create_default_context()
        if authorities:
            context.load_verify_locations(authorities)
    except OSError as error:  # ssl.SSLError is one
        link.close()
        raise OutputError("output.tls_settings") from error
    try:
        return context.wrap_socket(link, server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        raise OutputError(_CODES.get(error.verify_code, "output.tls")) from error
    except TimeoutError as error:
        raise OutputError("output.timeout") from error
    except OSError as error:
        raise OutputError("output.tls") from error
    finally:
        # A wrapped socket has taken the descriptor over; otherwise this closes it.
        link.close()
