"""Numbers in pages, mails, help texts and documents come from the constants behind them."""

from __future__ import annotations

import ast
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from campaigns.images import LARGEST_AREA, LARGEST_FILE
from config.mail import outbox
from config.staff import devices, invitations, limits, reauthentication, sessions
from letters.models import Letter
from signatories.defence import limits as signing_limits
from signatories.defence.proof import LASTS
from signatories.signing.links import UNCONFIRMED_DAYS

ROOT: Path = settings.BASE_DIR
ROOMS = ["campaigns", "config", "letters", "signatories"]
TEMPLATES = [path for path in (ROOT / "templates").rglob("*") if path.is_file()]

WORDS = "one two three four five six seven eight nine ten eleven twelve fourteen fifteen twenty"
WORDS += " thirty forty sixty ninety hundred"
UNITS = ["second", "minute", "hour", "day", "week", "month", "year"]
TYPED = re.compile(
    rf"\b(?:\d+|{'|'.join(WORDS.split())})[ -](?:{'|'.join(UNITS)})s?\b", re.IGNORECASE
)

# About people, not the program: how long it takes to fill in the form.
OF_PEOPLE = {("templates/signatories/home.html", "two minutes")}

GETTEXT = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}


def strings_for_readers(path: Path) -> list[str]:
    """The texts of a module that are translated: what people read."""
    found = []
    for call in ast.walk(ast.parse(path.read_text())):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in GETTEXT:
            texts = [part.value for part in call.args if isinstance(part, ast.Constant)]
            found += [text for text in texts if isinstance(text, str)]
    return found


def test_no_template_types_how_long_something_lasts():
    typed = {
        (str(path.relative_to(ROOT)), found)
        for path in TEMPLATES
        for found in TYPED.findall(path.read_text())
    }
    assert typed == OF_PEOPLE


def test_no_text_of_the_program_types_how_long_something_lasts():
    typed = {
        (str(path.relative_to(ROOT)), found)
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if "migrations" not in path.parts
        for text in strings_for_readers(path)
        for found in TYPED.findall(text)
    }
    assert typed == set()


@pytest.mark.parametrize(
    "text", ["erased after 14 days", "Wait for ten minutes", "every 30 seconds", "a 7-day limit"]
)
def test_a_typed_length_is_found(text):
    assert TYPED.search(text)


@pytest.mark.parametrize("text", ["after {{ days }} days", "for %(minutes)d minutes", "today"])
def test_a_length_that_is_filled_in_is_not(text):
    assert not TYPED.search(text)


def minutes(length: timedelta) -> str:
    return f"{length // timedelta(minutes=1)} minutes"


def network(name: str) -> str:
    limit = signing_limits.LIMITS[name]
    return f"| {limit.burst} | {limit.sustained:,} |"


# Texts in documents, built from the constants behind them.
DOCUMENTED = [
    ("docs/privacy.md", f"{UNCONFIRMED_DAYS} days if never confirmed"),
    ("docs/privacy.md", f"**Never confirmed**: {UNCONFIRMED_DAYS} days after signing"),
    ("docs/privacy.md", f"unconfirmed: after {UNCONFIRMED_DAYS} days"),
    ("docs/privacy.md", f"a reference for up to {outbox.KEEP_FINISHED.days} days"),
    ("docs/privacy.md", f"for up to {outbox.KEEP_FINISHED.days} days after it was sent"),
    ("docs/privacy.md", f"{Letter._meta.get_field('contact_days').default} by default"),
    ("docs/abuse.md", f"| within {minutes(signing_limits.BURST)} | within a day |"),
    ("docs/abuse.md", f"one private link | {signing_limits.UPLOADS} |"),
    ("docs/abuse.md", f"its email waits {minutes(signing_limits.BURST)}"),
    ("docs/abuse.md", f"until they would expire, {minutes(LASTS)}"),
    *(("docs/abuse.md", network(name)) for name in signing_limits.LIMITS),
    ("docs/configuration.md", f"- {limits.PER_NAME_AND_NETWORK} failed log-ins of one name"),
    ("docs/configuration.md", f"within {minutes(limits.WINDOW)} make all further ones wait"),
    ("docs/configuration.md", f"within {devices.LIFETIME.days} days does not wait"),
    ("docs/configuration.md", f"ends after {minutes(sessions.IDLE)} without a page"),
    ("docs/configuration.md", f"after {settings.SESSION_COOKIE_AGE // 3600} hours"),
    ("docs/configuration.md", f"not shown in the last {minutes(reauthentication.RECENT)}"),
    ("docs/security.md", f"link in an email, once, {invitations.LIFETIME.days} days"),
    ("docs/security.md", f"log-in page, {devices.LIFETIME.days} days"),
    ("docs/security.md", f"{minutes(sessions.IDLE)} idle"),
    ("docs/security.md", f"{settings.SESSION_COOKIE_AGE // 3600} hours at most"),
    ("docs/security.md", f"password and code within {minutes(reauthentication.RECENT)}"),
    ("docs/security.md", f"at most {LARGEST_FILE} MB and {LARGEST_AREA // 10**6} megapixels"),
    (
        "docs/security.md",
        f"takes {signing_limits.UPLOADS} images in {minutes(signing_limits.BURST)}",
    ),
    ("docs/security.md", f"is tried again after {minutes(outbox.STUCK_AFTER)}"),
    ("docs/security.md", f"{outbox.GIVE_UP_ATTEMPT} times in about"),
    ("static/js/proof.js", f"the site accepts a proof for {minutes(LASTS)}"),
]


@pytest.mark.parametrize(("document", "text"), DOCUMENTED)
def test_a_document_says_what_the_constant_says(document, text):
    assert text in (ROOT / document).read_text()
