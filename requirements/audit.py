"""`make audit`: look up every pinned library among known vulnerabilities, if a database answers.

pip-audit reports a library that it cannot find as “skipped”, and succeeds even if it has looked up
nothing at all. This command says so clearly.
"""

from __future__ import annotations

import json
import subprocess  # nosec B404
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PINS = ("base.txt", "dev.txt")


def main() -> int:
    """1 when a pin has a known weakness, else 0, also where nobody could be asked."""
    command = [sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip"]
    command += ["--format", "json", "--progress-spinner", "off"]
    for name in PINS:
        command += ["--requirement", str(HERE / name)]
    answer = subprocess.run(command, capture_output=True, text=True)  # nosec B603
    lines, weak = summary(answer.stdout)
    print("\n".join(lines))
    return 1 if weak else 0


def summary(report: str) -> tuple[list[str], bool]:
    """What pip-audit's report says, in lines, and whether a pin is weak."""
    try:
        pins: list[dict[str, Any]] = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        pins = []
    looked_up = [pin for pin in pins if "vulns" in pin]
    if not looked_up:
        return ["No database of known weaknesses answers from here: NO PIN WAS LOOKED UP."], False
    lines = [
        f"{pin['name']} {pin['version']}: {weakness['id']},"
        f" mended in {', '.join(weakness['fix_versions']) or 'no release yet'}"
        for pin in looked_up
        for weakness in pin["vulns"]
    ]
    weak = bool(lines)
    lines.append(f"Looked up: {len(looked_up)} pins; known weaknesses: {len(lines)}.")
    if unknown := sorted(pin["name"] for pin in pins if "vulns" not in pin):
        lines.append(f"NOT LOOKED UP, as the database does not know them: {', '.join(unknown)}.")
    return lines, weak


if __name__ == "__main__":
    sys.exit(main())
