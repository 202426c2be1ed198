"""A PostgreSQL server for one test, which may crash."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from tests.faults.processes import free_port


def binaries() -> Path | None:
    """Debian's newest PostgreSQL programs, or those on the path."""
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    found = max(versions, key=lambda path: float(path.parent.parent.name), default=None)
    on_path = shutil.which("initdb")
    return found.parent if found else Path(on_path).parent if on_path else None


class Cluster:
    """A context manager: runs the server inside, and deletes it afterwards."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        self.port = free_port()
        # PostgreSQL refuses to run as root, so root runs it as its own user.
        self.user: dict[str, Any] = {}
        if os.geteuid() == 0:
            self.user = {"user": "postgres", "group": "postgres", "extra_groups": []}

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def __enter__(self) -> Cluster:
        # Not below pytest's own directory, which is closed to other users.
        self.directory = Path(tempfile.mkdtemp(prefix="undersigned-"))
        if self.user:
            shutil.chown(self.directory, "postgres", "postgres")
        try:
            self._run("initdb", "--auth=trust", "--username=postgres", "--no-sync")
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if (self.directory / "data" / "postmaster.pid").exists():
            self.crash()
        shutil.rmtree(self.directory)

    def start(self) -> None:
        options = f"-p {self.port} -k {self.directory} -c listen_addresses=127.0.0.1"
        self._run("pg_ctl", "-w", "-l", str(self.directory / "log"), "-o", options, "start")

    def crash(self) -> None:
        """Kill all processes without warning, as in a power failure."""
        self._run("pg_ctl", "-w", "-m", "immediate", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self.programs / program), "-D", str(self.directory / "data"), *arguments],
            cwd=self.directory,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **self.user,
        )
