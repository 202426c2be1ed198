"""Load the letters in this folder, with the actions that staff and representatives use.

Each letter has its own folder:

    letter.toml            campaign, letter, addressees, timeline, sources
    description.md         a longer description of the campaign
    editions/<code>.toml   the letter's text in one language
    register.csv           organisations that staff enter before they sign, if there are any
    signatories.csv        organisations whose signatures staff enter
    representatives.csv    signatures made with the form, if there are any
    names.csv              other names of the organisations, if any are known

seeds/moments.py says how the files write dates and times. A letter that is already on the site is
not touched, whatever has changed since, so loading twice changes nothing.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django_tasks_db.models import DBTaskResult

from campaigns.actions import save_campaign
from campaigns.models import Campaign
from letters.actions import change_status, record_edit, save_edition, save_letter
from letters.models import Addressee, Edition, Letter, Source, TimelineEntry
from seeds.moments import Clock
from signatories.models import Organisation, OrganisationName, Signature
from signatories.register.actions import record_organisation, store_organisation
from signatories.review.actions import enter_signature
from signatories.signing.actions import confirm_signature, settle_signature, sign_letter
from signatories.signing.actions.signatures import SigningEntry
from signatories.signing.agreement import Shown

HERE = Path(__file__).parent
FOLDERS = ["speakout", "open_assembly"]

NETWORK = "192.0.2.0/24"  # reserved for documentation
CONFIRMATION_DELAY = timedelta(minutes=20)  # between signing and confirming

# An action to call at its instant, passed as `now`.
Event = tuple[datetime, Callable[..., object]]


@dataclass(frozen=True)
class Loaded:
    """The result for one letter; `signatures` counts all statuses, and is 0 if it existed."""

    slug: str
    is_new: bool
    signatures: int = 0


def load_seeds(*, now: datetime) -> list[Loaded]:
    """Load every letter that is not on the site yet."""
    return [load_letter(folder=HERE / name, now=now) for name in FOLDERS]


@transaction.atomic
def load_letter(*, folder: Path, now: datetime) -> Loaded:
    """Load one letter with its campaign and signatures, unless it exists.

    Actions run in the order of their instants, none of which may be later than `now`, except the
    closing.
    """
    data = tomllib.loads(_text(folder, "letter.toml"))
    slug = data["letter"]["slug"]
    if Letter.objects.filter(slug=slug).exists():
        return Loaded(slug=slug, is_new=False)
    clock = Clock(now=now, zone=ZoneInfo(data["letter"]["time_zone"]))
    campaign = _find_or_add_campaign(folder, data["campaign"], clock)
    letter = _add_letter(folder, data, campaign, clock)
    events = [
        *_on_register(folder, clock),
        *_entered(folder, letter, clock),
        *_signed_by_form(folder, letter, clock),
        *_other_names(folder, letter, clock),
        *_statuses(data, letter, clock),
        *_timeline(data, letter, clock),
    ]
    for instant, act in sorted(events, key=lambda event: event[0]):
        act(now=instant)
    _drop_mails(letter)
    return Loaded(slug, is_new=True, signatures=Signature.objects.filter(letter=letter).count())


# The letter


def _find_or_add_campaign(folder: Path, values: dict[str, Any], clock: Clock) -> Campaign:
    known = Campaign.objects.filter(slug=values["slug"]).first()
    if known:
        return known
    days = {name: clock.day(values[name]) for name in ("first_day", "last_day")}
    campaign = Campaign(**(values | days), description=_text(folder, "description.md"))
    campaign.full_clean()
    return save_campaign(campaign=campaign, now=clock.instant(values["first_day"]))


def _add_letter(folder: Path, data: dict[str, Any], campaign: Campaign, clock: Clock) -> Letter:
    """Add the letter as a draft, with its editions, addressees and sources."""
    values = dict(data["letter"])
    original = values.pop("original")
    instants = {name: clock.instant(values[name]) for name in ("opens_at", "closes_at")}
    letter = Letter(campaign=campaign, **(values | instants))
    letter.full_clean()
    save_letter(letter=letter)
    for position, addressee in enumerate(data["addressees"], start=1):
        Addressee.objects.create(letter=letter, position=position, **addressee)
    for path in sorted(
        (folder / "editions").glob("*.toml"), key=lambda path: path.stem != original
    ):
        _add_edition(letter, path, is_original=path.stem == original)
    for source in data.get("sources", []):
        Source.objects.create(letter=letter, **source)
    return record_edit(letter=letter, now=clock.instant(data["campaign"]["first_day"]), added=True)


def _add_edition(letter: Letter, path: Path, *, is_original: bool) -> None:
    words = tomllib.loads(path.read_text(encoding="utf-8"))
    demands = words.pop("demands")
    edition = Edition(letter=letter, language=path.stem, is_original=is_original, **words)
    edition.full_clean()
    save_edition(edition=edition, demands=demands)


def _statuses(data: dict[str, Any], letter: Letter, clock: Clock) -> list[Event]:
    return [
        (clock.instant(step["at"]), partial(change_status, letter=letter, to=step["to"]))
        for step in data["statuses"]
    ]


def _timeline(data: dict[str, Any], letter: Letter, clock: Clock) -> list[Event]:
    """Each entry is added at noon on its day."""
    events: list[Event] = []
    for values in data["timeline"]:
        day = clock.day(values["day"])
        entry = TimelineEntry(letter=letter, **(values | {"day": day}))
        noon = clock.instant(day) + timedelta(hours=12)
        events.append((noon, partial(_add_timeline_entry, entry)))
    return events


def _add_timeline_entry(entry: TimelineEntry, *, now: datetime) -> None:
    entry.full_clean()
    entry.save()
    record_edit(letter=entry.letter, now=now, changed=["timeline"])


# The signatures


def _on_register(folder: Path, clock: Clock) -> list[Event]:
    """Staff enter these with their domains, so that signatures from those are published at once."""
    return [
        (clock.instant(row.pop("entered")), partial(_add_organisation, row))
        for row in _table(folder, "register.csv")
    ]


def _add_organisation(row: dict[str, Any], *, now: datetime) -> None:
    organisation = Organisation(entered=True, **row)
    store_organisation(organisation)
    record_organisation(organisation=organisation, by=None, now=now, added=True)


def _entered(folder: Path, letter: Letter, clock: Clock) -> list[Event]:
    return [
        (clock.instant(row.pop("signed")), partial(enter_signature, letter=letter, by=None, **row))
        for row in _table(folder, "signatories.csv")
    ]


def _signed_by_form(folder: Path, letter: Letter, clock: Clock) -> list[Event]:
    events: list[Event] = []
    for row in _table(folder, "representatives.csv"):
        instant = clock.instant(row.pop("signed"))
        confirmed = row.pop("confirmed") == "yes"
        entry = SigningEntry(**row)
        shown = Shown(revision="1", language="en")
        sign = partial(
            sign_letter, letter=letter, entry=entry, shown=shown, network=NETWORK, language="en"
        )
        events.append((instant, sign))
        if confirmed:
            events.append((instant + CONFIRMATION_DELAY, partial(_confirm, letter, entry)))
    return events


def _other_names(folder: Path, letter: Letter, clock: Clock) -> list[Event]:
    return [
        (clock.instant(row.pop("known")), partial(_add_name, letter, row.pop("organisation"), row))
        for row in _table(folder, "names.csv")
    ]


def _add_name(letter: Letter, organisation: str, row: dict[str, Any], *, now: datetime) -> None:
    known = Organisation.objects.get(name=organisation, signatures__letter=letter)
    name = OrganisationName(organisation=known, **row)
    name.full_clean()
    name.save()
    record_organisation(organisation=known, by=None, now=now, changed=["names"])


def _confirm(letter: Letter, entry: SigningEntry, *, now: datetime) -> None:
    signature = Signature.objects.get(
        letter=letter, signed_as=entry.organisation, status=Signature.Status.UNCONFIRMED
    )
    signature = confirm_signature(signature=signature, now=now)
    settle_signature(signature=signature, now=now)


def _drop_mails(letter: Letter) -> None:
    """Remove the mails of these signatures from the outbox.

    In the story they were sent long ago; and a real mail server should get no addresses under
    .example.
    """
    signatures = list(Signature.objects.filter(letter=letter).values_list("pk", flat=True))
    DBTaskResult.objects.filter(args_kwargs__args__1__signature_id__in=signatures).delete()


# The files


def _text(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8").strip()


def _table(folder: Path, name: str) -> list[dict[str, Any]]:
    path = folder / name
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
