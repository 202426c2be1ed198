"""How often a name may be tried at the log-in, from where, and how often from one network.

Anybody who knows a name can fail with it, so a few failures count for the name and the network
together, and far more for the name alone: somebody else's guesses do not keep its owner out.
A browser in which the owner has logged in before counts by itself alone, whatever is guessed
elsewhere (config/staff/devices.py).

Counts are rows under keyed digests that say nothing of whom they count. An attempt is written
down before the password is looked at, so that many at once cannot slip through, and is taken back
when it succeeds or is refused. So a wait ends by itself, and a flood does not fill the table.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from config.encryption import blind_index
from config.models import LoginAttempt

log = logging.getLogger("undersigned.staff")

WINDOW = timedelta(minutes=15)
PER_NAME_AND_NETWORK = 10
# 14,400 guesses a day at most, by whoever has many networks. A password of 12 characters that is
# on no list stands that for longer than anybody lives.
PER_NAME = 150
PER_NETWORK = 100


def begin_attempt(
    *, name: str, network: str, now: datetime, device: str | None = None
) -> LoginAttempt | None:
    """Write down an attempt; None when too many have failed in WINDOW.

    `device` names the browser if the owner of this name has logged in with it before.
    """
    LoginAttempt.objects.filter(at__lte=now - WINDOW).delete()
    source = f"device:{device}" if device else f"network:{network}"
    attempt = LoginAttempt.objects.create(
        name_key=blind_index(f"log-in name:{name}"),
        network_key=blind_index(f"log-in {source}"),
        at=now,
    )
    recent = LoginAttempt.objects.filter(at__gt=now - WINDOW)
    of_name = recent.filter(name_key=attempt.name_key)
    of_network = recent.filter(network_key=attempt.network_key)
    counted = {"a name from one place": (of_name & of_network, PER_NAME_AND_NETWORK)}
    if device is None:
        counted |= {"a name": (of_name, PER_NAME), "a network": (of_network, PER_NETWORK)}
    for what, (attempts, most) in counted.items():
        if attempts.count() > most:
            attempt.delete()
            log.warning("log-in refused: more than %s attempts of %s", most, what)
            return None
    return attempt
