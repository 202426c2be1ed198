"""How many examples: few and deterministic in the suite; `make fuzz` runs more."""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

from hypothesis import HealthCheck, settings

# Examples for each page; `make fuzz` sets it.
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES") or 1)

# What was answered, by page; told at the end of a long look.
answers: Counter[tuple[str, int]] = Counter()

settings.register_profile(
    "fuzz",
    max_examples=EXAMPLES,
    derandomize="FUZZ_EXAMPLES" not in os.environ,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=False,
)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if "FUZZ_EXAMPLES" not in os.environ:
        return
    statuses: Counter[int] = Counter()
    for (_page, status), number in answers.items():
        statuses[status] += number
    told = ", ".join(f"{status}: {number:,}" for status, number in sorted(statuses.items()))
    terminalreporter.write_line(
        f"{statuses.total():,} requests to {len({page for page, _status in answers})} pages,"
        f" answered with {told}"
    )
