"""How often a name may be tried at the log-in, and how often from one network.

Counts are rows under keyed digests that say nothing of whom they count. An attempt is written
down before the password is looked at, so that many at once cannot slip through, and is taken back
when it succeeds or is refused. So a wait ends by itself, and a flood does not fill the table.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from config.encryption import blind_index
from config.models import LoginAttempt

WINDOW = timedelta(minutes=15)
PER_NAME = 10
PER_NETWORK = 50


def begin_attempt(*, name: str, network: str, now: datetime) -> LoginAttempt | None:
    """Write down an attempt; None when this name or network has failed too often in WINDOW."""
    LoginAttempt.objects.filter(at__lte=now - WINDOW).delete()
    attempt = LoginAttempt.objects.create(
        name_key=blind_index(f"log-in name:{name}"),
        network_key=blind_index(f"log-in network:{network}"),
        at=now,
    )
    recent = LoginAttempt.objects.filter(at__gt=now - WINDOW)
    of_name = recent.filter(name_key=attempt.name_key).count()
    of_network = recent.filter(network_key=attempt.network_key).count()
    if of_name > PER_NAME or of_network > PER_NETWORK:
        attempt.delete()
        return None
    return attempt
