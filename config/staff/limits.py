"""Limits on log-in attempts, per username and network.

Anybody can fail with a username that they know, so the limit for a name from one network is low,
and the limit for the name alone far higher: somebody else's guesses do not lock out its owner. A
browser in which the owner has logged in before is counted separately (config/staff/devices.py).

Attempts are rows with keyed digests, which reveal no name or network. An attempt is stored before
the password is checked, so that simultaneous ones cannot slip through, and deleted if it succeeds
or is refused. So waits end by themselves, and a flood does not fill the table.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from config.encryption import blind_index
from config.models import LoginAttempt

log = logging.getLogger("undersigned.staff")

WINDOW = timedelta(minutes=15)
PER_NAME_AND_NETWORK = 10
# At most 14,400 guesses a day, even from many networks. A password of 12 characters that is on no
# list withstands that for longer than a lifetime.
PER_NAME = 150
PER_NETWORK = 100


def begin_attempt(
    *, name: str, network: str, now: datetime, device: str | None = None
) -> LoginAttempt | None:
    """Store an attempt; None if too many have failed within WINDOW.

    `device` identifies the browser if the user of this name has logged in with it before.
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
