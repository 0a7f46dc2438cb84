"""What can go wrong with a target.

    OutputError     one attempt at a target is over; carries a stable dotted code

Codes: ``output.unknown_host`` (its name leads nowhere), ``output.refused`` (nobody listens),
``output.no_answer`` (not even a connection), ``output.unreachable`` (no way there),
``output.timeout`` (connected, then silence), ``output.not_rtmp`` (something else answers),
``output.rejected`` (publishing was refused: usually the key), ``output.tls_untrusted`` (nobody we
trust signed the certificate), ``output.tls_expired`` (or not yet valid), ``output.tls_wrong_host``
(a certificate for another name), ``output.tls_settings`` (our own file of authorities cannot be
read), ``output.tls`` (anything else in the handshake), ``output.lost`` (the connection broke),
``output.bad_url``, ``output.disk_full``, ``output.disk_failed`` (the disk cannot be written),
``output.no_program`` (no engine has ever run, or not in this language), ``output.format_changed``
(the program is another one now: begin again), ``output.crashed`` (the output process itself ended).
"""


class OutputError(Exception):
    """An attempt at a target failed; ``code`` is stable, there is no sentence in it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
