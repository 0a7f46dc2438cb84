"""Refusals of the rules.

CommandRejected     an answer, not a fault: a stable dotted code and its parameters
"""


class CommandRejected(Exception):
    """The rules forbid the command in this state.

    ``code`` is stable and is what programs and translations rely on; ``params`` fill its sentence.
    """

    def __init__(self, code: str, **params: str | int | bool | None) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
