"""Read and time-shift the outbox of a running site from outside."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from django.db.models import F
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from tests.databases import inside


def make_older(by: timedelta) -> None:
    """Move all times in the outbox back, as if this much time had passed."""
    instants = ("enqueued_at", "started_at", "finished_at")
    DBTaskResult.objects.update(**{name: F(name) - by for name in instants})
    # The furthest instant stands for “at once”.
    timed = DBTaskResult.objects.exclude(run_after=get_date_max())
    timed.update(run_after=F("run_after") - by)


def let_time_pass(database: str, by: timedelta) -> None:
    with inside(database):
        make_older(by)


def outcomes(database: str) -> Counter[str]:
    with inside(database):
        return outcomes_here()


def outcomes_here() -> Counter[str]:
    """Count mails by how they ended, and unfinished ones by status."""
    rows = DBTaskResult.objects.values_list("status", "return_value")
    return Counter(
        str(outcome) if status == TaskResultStatus.SUCCESSFUL else status
        for status, outcome in rows
    )
