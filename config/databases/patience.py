"""How long a thread waits for the database.

No setting of PostgreSQL or TCP notices a server that hangs behind an open connection, as something
on the way still acknowledges every packet. So the client counts the seconds. Requests and the
worker's steps are limited; commands such as `migrate`, `backup` and `restore` are not.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

CONNECTING = 2  # seconds; the shortest that psycopg allows
LEFT_TO_CONNECT = 1.0  # seconds; with less, do not try to connect
CHECKING = 1.0  # seconds to check that a reused connection still works


@dataclass(frozen=True)
class Patience:
    """Seconds for one statement, and the monotonic instant by which all must end."""

    statement: float
    until: float

    def left(self) -> float:
        """Seconds for the next statement; 0 or less if the time is used up."""
        return min(self.statement, self.until - monotonic())


class _Threads(threading.local):
    patience: Patience | None = None


_here = _Threads()


def patience_here() -> Patience | None:
    """The limits of this thread; None if it has none."""
    return _here.patience


@contextmanager
def patience(*, statement: float, seconds: float = float("inf")) -> Iterator[None]:
    """Limit, in seconds, how long the block waits for the database.

    `statement` limits each statement, `seconds` all of them together. Nested limits can only be
    shorter.
    """
    before, until = _here.patience, monotonic() + seconds
    if before is not None:
        statement, until = min(statement, before.statement), min(until, before.until)
    _here.patience = Patience(statement, until)
    try:
        yield
    finally:
        _here.patience = before
