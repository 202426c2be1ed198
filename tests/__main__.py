"""`make test`: every test on SQLite; if PostgreSQL answers, those that depend on the engine there.
`make test-quick`: the quick tests, on SQLite.

TEST_DATABASE_URL names the PostgreSQL server. Other arguments go to pytest.
"""

from __future__ import annotations

import os
import subprocess  # nosec B404
import sys
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import psycopg

from tests import quick

ROOT = Path(__file__).resolve().parent.parent
SQLITE = "sqlite:///:memory:"
POSTGRESQL = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
NOTHING_COLLECTED = 5


def answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.Error:
        return False
    return True


def start(url: str, arguments: list[str], output: IO[bytes] | None = None) -> subprocess.Popen:
    workers = str(min(4, os.cpu_count() or 1))
    command = [sys.executable, "-m", "pytest", "-n", workers, "--dist", "loadgroup", *arguments]
    environment = os.environ | {"DATABASE_URL": url}
    return subprocess.Popen(  # nosec B603
        command, cwd=ROOT, env=environment, stdout=output, stderr=output
    )


def main(arguments: list[str]) -> int:
    """Run both engines at once, as each often waits; PostgreSQL's output follows at the end."""
    if arguments[:1] == ["--quick"]:
        return start(SQLITE, [*quick.ARGUMENTS, *arguments[1:]]).wait()
    if not (has_postgresql := answers(POSTGRESQL)) and (
        "TEST_DATABASE_URL" in os.environ or os.environ.get("CI")
    ):
        print("PostgreSQL does not answer at TEST_DATABASE_URL.")
        return 1
    with TemporaryFile() as output:
        running = {"SQLite": start(SQLITE, arguments)}
        if has_postgresql:
            running["PostgreSQL"] = start(POSTGRESQL, arguments, output)
        outcomes = {name: process.wait() for name, process in running.items()}
        output.seek(0)
        print(output.read().decode(errors="replace"))
    if has_postgresql and outcomes["PostgreSQL"] == NOTHING_COLLECTED:
        outcomes["PostgreSQL"] = outcomes["SQLite"]  # no selected test depends on the engine
    for name, outcome in outcomes.items():
        print(f"{name}: {'green' if outcome == 0 else 'FAILED'}")
    if not has_postgresql:
        print("PostgreSQL: not run, because none answers. TEST_DATABASE_URL names another server.")
    return max(outcomes.values())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
