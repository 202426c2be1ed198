"""`make test`: every test on SQLite, and again on PostgreSQL where one answers.

TEST_DATABASE_URL names the PostgreSQL server; other arguments go to pytest.
"""

from __future__ import annotations

import os
import subprocess  # nosec B404
import sys
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent
POSTGRESQL = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
NOTHING_COLLECTED = 5


def answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.Error:
        return False
    return True


def run(url: str, arguments: list[str]) -> int:
    workers = str(min(4, os.cpu_count() or 1))
    command = [sys.executable, "-m", "pytest", "-n", workers, "--dist", "loadgroup", *arguments]
    return subprocess.call(command, cwd=ROOT, env={**os.environ, "DATABASE_URL": url})  # nosec B603


def main(arguments: list[str]) -> int:
    engines = {"SQLite": "sqlite:///:memory:"}
    if answers(POSTGRESQL):
        engines["PostgreSQL"] = POSTGRESQL
    elif "TEST_DATABASE_URL" in os.environ or os.environ.get("CI"):
        print("PostgreSQL does not answer at TEST_DATABASE_URL.")
        return 1
    outcomes = {}
    for name, url in engines.items():
        print(f"\n== {name}", flush=True)
        outcomes[name] = run(url, arguments)
    print()
    for name, outcome in outcomes.items():
        print(f"{name}: {'green' if outcome == 0 else 'FAILED'}")
    if "PostgreSQL" not in outcomes:
        print("PostgreSQL: not run, because none answers. TEST_DATABASE_URL names another server.")
    return max(outcomes.values())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
