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
    """1 if a pin has a known vulnerability; otherwise 0, even if no database responds."""
    command = [sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip"]
    command += ["--format", "json", "--progress-spinner", "off"]
    for name in PINS:
        command += ["--requirement", str(HERE / name)]
    answer = subprocess.run(command, capture_output=True, text=True)  # nosec B603
    lines, is_vulnerable = summary(answer.stdout)
    print("\n".join(lines))
    return 1 if is_vulnerable else 0


def summary(report: str) -> tuple[list[str], bool]:
    """A summary of pip-audit's report, in lines, and whether a pin is vulnerable."""
    try:
        pins: list[dict[str, Any]] = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        pins = []
    looked_up = [pin for pin in pins if "vulns" in pin]
    if not looked_up:
        return ["No vulnerability database responds from here: NO PIN WAS LOOKED UP."], False
    lines = [
        f"{pin['name']} {pin['version']}: {vulnerability['id']},"
        f" fixed in {', '.join(vulnerability['fix_versions']) or 'no release yet'}"
        for pin in looked_up
        for vulnerability in pin["vulns"]
    ]
    is_vulnerable = bool(lines)
    lines.append(f"Looked up: {len(looked_up)} pins; known vulnerabilities: {len(lines)}.")
    if unknown := sorted(pin["name"] for pin in pins if "vulns" not in pin):
        lines.append(f"NOT LOOKED UP, as the database does not know them: {', '.join(unknown)}.")
    return lines, is_vulnerable


if __name__ == "__main__":
    sys.exit(main())
