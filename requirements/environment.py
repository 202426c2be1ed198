"""Make sure that the environment in .venv is complete and up to date. `make` calls it each time.

A broken environment is created again, whatever happened to it: no pip, a missing or replaced
interpreter, a folder that was moved, an installation that was killed. This runs on the Python that
was found on the machine, so it imports nothing that has to be installed.
"""

from __future__ import annotations

import shutil
import subprocess  # nosec B404
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
NEWEST_ENOUGH = (3, 11)
# What an environment for development holds as well.
INCLUDES = {"base": ["base"], "dev": ["dev", "base"]}
PROBE = "import sys, pip; print(*sys.version_info[:2])"

WITHOUT_VENV = """\
This Python cannot make environments: a part of it is missing, which Debian and Ubuntu keep in a
package of its own. Install it and call make again:

    apt-get install python3-venv

If that does not help: apt-get install python3.{minor}-venv"""


def main(name: str) -> int:
    stamps = [VENV / f"{each}.stamp" for each in INCLUDES[name]]
    wanted = ROOT / "requirements" / f"{name}.txt"
    trouble = what_is_wrong(VENV)
    if not trouble and is_newer(stamps[0], wanted):
        return 0
    if trouble:
        if trouble != MISSING:
            print(f"The environment in .venv {trouble}; it is created again.")
        remove(VENV)
        if not make(VENV):
            remove(VENV)
            print(WITHOUT_VENV.format(minor=sys.version_info.minor))
            return 1
    print(f"Installing what requirements/{name}.txt pins, once …", flush=True)
    if not install(VENV, wanted):
        return 1
    for stamp in stamps:
        stamp.touch()
    return 0


MISSING = "is not there"


def what_is_wrong(venv: Path) -> str:
    """Why an environment cannot be used; "" if it can."""
    if not venv.exists():
        return "leads nowhere" if venv.is_symlink() else MISSING
    if unfinished(venv).exists():
        return "was not finished"
    try:
        command = [str(venv / "bin" / "python"), "-I", "-c", PROBE]
        probe = subprocess.run(command, capture_output=True, text=True)  # nosec B603
    except OSError:
        return "has no Python any more"
    if probe.returncode:
        return "has no pip, or its Python does not run"
    if tuple(map(int, probe.stdout.split())) < NEWEST_ENOUGH:
        return "has a Python that is too old"
    return "" if is_where_it_was_made(venv) else "was made in another folder"


def is_where_it_was_made(venv: Path) -> bool:
    """Whether it was not moved: its scripts begin with the path of its Python."""
    here = f"{venv.resolve()}/bin/python"
    try:
        begin = (venv / "bin" / "pip").read_text()[:1000]
    except OSError:
        return False
    # A long path, or one with a space, is on the second line, after the name of a shell.
    return any(f"{before}{here}" in begin for before in ("#!", "exec' ", "exec' \""))


def make(venv: Path) -> bool:
    """Create the environment. Returns whether it is complete."""
    result = subprocess.run(  # nosec B603
        [sys.executable, "-m", "venv", venv], capture_output=True, text=True
    )
    return result.returncode == 0 and not what_is_wrong(venv)


def install(venv: Path, wanted: Path) -> bool:
    """Install the pins. If this is killed, a marker file is left."""
    mark = unfinished(venv)
    mark.touch()
    pip = [
        str(venv / "bin" / "python"),
        "-m",
        "pip",
        "install",
        "-q",
        "--disable-pip-version-check",
    ]
    done = subprocess.run([*pip, "--require-hashes", "-r", str(wanted)])  # nosec B603
    mark.unlink(missing_ok=True)
    return done.returncode == 0


def unfinished(venv: Path) -> Path:
    return venv / "unfinished"


def is_newer(stamp: Path, wanted: Path) -> bool:
    return stamp.exists() and stamp.stat().st_mtime >= wanted.stat().st_mtime


def remove(venv: Path) -> None:
    """Remove the environment; of a symbolic link, only the link."""
    if venv.is_symlink() or venv.is_file():
        venv.unlink()
    else:
        shutil.rmtree(venv, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
