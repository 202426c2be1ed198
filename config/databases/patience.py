"""How long a thread waits for the database.

No setting of PostgreSQL or TCP notices a server that hangs behind an open connection: something on
the way still acknowledges every packet. So the client counts the seconds itself. Requests and the
worker's steps do so; commands such as `migrate`, `backup` and `restore` have no such limit.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

CONNECTING = 2  # seconds; the shortest that psycopg knows
LEFT_TO_CONNECT = 1.0  # seconds; with less, connecting is not begun
CHECKING = 1.0  # second for whether a connection that was kept still works


@dataclass(frozen=True)
class Patience:
    """Seconds for one statement, and the monotonic instant at which all of them have to end."""

    statement: float
    until: float

    def left(self) -> float:
        """Seconds for the next statement; 0 or less when there is no time for another one."""
        return min(self.statement, self.until - monotonic())


class _Threads(threading.local):
    patience: Patience | None = None


_here = _Threads()


def patience_here() -> Patience | None:
    """What this thread waits at most; None where there is no limit."""
    return _here.patience


@contextmanager
def patience(*, statement: float, seconds: float = float("inf")) -> Iterator[None]:
    """Let nothing wait longer than this for the database.

    `statement` limits each single statement, `seconds` all that is asked in the `with`. Inside
    another one it can only shorten.
    """
    before, until = _here.patience, monotonic() + seconds
    if before is not None:
        statement, until = min(statement, before.statement), min(until, before.until)
    _here.patience = Patience(statement, until)
    try:
        yield
    finally:
        _here.patience = before
