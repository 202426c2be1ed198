"""A site with something in every corner, and empty ones to restore it into.

Where the tests run on PostgreSQL, backups go from each engine into each.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db.models import Model

from campaigns.models import Campaign
from config.backups.making import make_backup
from config.backups.restoring import restore_backup
from config.mail.outbox import post
from letters.models import Letter
from signatories.models import Organisation, Pair, ProposedLogo
from signatories.signing import emails
from signatories.signing.actions import withdraw_signature
from tests.databases import OF_THIS_RUN, Databases, inside, migrated
from tests.factories import (
    CampaignFactory,
    LetterFactory,
    OrganisationFactory,
    SignatureFactory,
    StaffFactory,
)

NOW = datetime(2026, 5, 4, 12, 0, 0, 123456, tzinfo=UTC)
NAME, ROLE, EMAIL = "Rosa Reader", "Director of everything", "rosa@forum.example.org"
IMAGE = "campaigns/öffentlich.webp"

Routes = list[tuple[str, str]]
ROUTES: Routes = [("sqlite", "sqlite")]
if OF_THIS_RUN == "postgresql":
    ROUTES = [("postgresql", "postgresql"), ("sqlite", "postgresql"), ("postgresql", "sqlite")]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run these tests in one process, so that the sites are made once."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("backups"))


@pytest.fixture(scope="session")
def filled(databases: Databases) -> Callable[[str], str]:
    """Returns a database of an engine with a whole site in it, to copy from."""
    made: dict[str, str] = {}

    def of(engine: str) -> str:
        if engine not in made:
            made[engine] = databases.new(engine, like=migrated(engine))
            with inside(made[engine]):
                fill()
        return made[engine]

    return of


def fill() -> None:
    staff = StaffFactory(username="ада", last_login=NOW)
    campaign = CampaignFactory(
        title='Two\nlines, a tab\t, a backslash \\N, "quotes" and 人権', first_day=date(2026, 2, 28)
    )
    campaign.team.add(staff)
    Campaign.objects.update(image=IMAGE, image_text="A crowd")
    letter = LetterFactory(campaign=campaign)
    LetterFactory(campaign=campaign, status=Letter.Status.DRAFT)
    signature = SignatureFactory(
        letter=letter,
        representative_name=NAME,
        representative_role=ROLE,
        representative_email=EMAIL,
        signed_at=NOW.replace(microsecond=0),
    )
    ProposedLogo.objects.create(signature=signature, encoded="UklGRg==", width=2, height=1)
    post(emails.published, signature_id=signature.pk)
    withdraw_signature(
        signature=SignatureFactory(letter=letter, representative_email=EMAIL), now=NOW
    )
    first, second = Organisation.objects.order_by("pk")
    reasons = [{"b": 1e16, "a": 0.1, "none": None, "n": 2**60}, "é", [1.0, -1e-7, True]]
    Pair.objects.create(first=first, second=second, score=1 / 3, reasons=reasons)
    OrganisationFactory().delete()  # its number stays taken
    Session.objects.create(session_key="k" * 32, session_data="x", expire_date=NOW)


every_route = pytest.mark.parametrize(
    "route", ROUTES, ids=[f"{one} into {other}" for one, other in ROUTES], indirect=True
)


@pytest.fixture
def route(request: pytest.FixtureRequest) -> tuple[str, str]:
    """The engines of the backup and of the restore."""
    return getattr(request, "param", ROUTES[0])


@pytest.fixture
def media(tmp_path: Path, settings: Any) -> Path:
    """Uploads with one image that a campaign names."""
    settings.MEDIA_ROOT = tmp_path / "media"
    path = settings.MEDIA_ROOT / IMAGE
    path.parent.mkdir(parents=True)
    path.write_bytes(bytes(range(256)) * 9)
    return settings.MEDIA_ROOT


@pytest.fixture
def source(filled: Callable[[str], str], route: tuple[str, str]) -> str:
    """A whole site for all tests; a test that changes it takes a copy."""
    return filled(route[0])


@pytest.fixture
def backup(source: str, media: Path, tmp_path: Path) -> Path:
    target = tmp_path / "backup.tar"
    with inside(source):
        make_backup(target, now=NOW)
    return target


@pytest.fixture
def empty(
    databases: Databases, route: tuple[str, str], backup: Path, tmp_path: Path, settings: Any
) -> str:
    """A database without tables, and no uploads, for the backup."""
    settings.MEDIA_ROOT = tmp_path / "restored"
    return databases.new(route[1])


@pytest.fixture(scope="session")
def used(databases: Databases, filled: Callable[[str], str]) -> Callable[[str], str]:
    made: dict[str, str] = {}

    def of(engine: str) -> str:
        if engine not in made:
            made[engine] = databases.new(engine, like=filled(engine))
            with inside(made[engine]):
                LetterFactory(slug="of-the-other-site")
        return made[engine]

    return of


@pytest.fixture
def other_site(
    used: Callable[[str], str], route: tuple[str, str], backup: Path, tmp_path: Path, settings: Any
) -> str:
    """A site that is in use: with a letter and an upload of its own, and another image.

    A test that changes its database takes a copy.
    """
    settings.MEDIA_ROOT = tmp_path / "in use"
    (settings.MEDIA_ROOT / "campaigns").mkdir(parents=True)
    (settings.MEDIA_ROOT / "campaigns" / "other.webp").write_bytes(b"other")
    (settings.MEDIA_ROOT / IMAGE).write_bytes(b"changed")
    return used(route[1])


@pytest.fixture
def to_replace(databases: Databases, other_site: str, route: tuple[str, str]) -> str:
    """A copy of it, to be changed."""
    return databases.new(route[1], like=other_site)


@pytest.fixture(scope="session")
def restored_once() -> dict[tuple[str, str], str]:
    return {}


@pytest.fixture
def restored(
    backup: Path,
    route: tuple[str, str],
    restored_once: dict[tuple[str, str], str],
    request: pytest.FixtureRequest,
) -> str:
    """A restored site, to check its constraints."""
    if route not in restored_once:
        empty = request.getfixturevalue("empty")
        with inside(empty):
            restore_backup(backup, replace=False)
        restored_once[route] = empty
    return restored_once[route]


def everything(url: str) -> dict[str, list[dict[str, Any]]]:
    """All rows of a database as the models read them, decrypted, except sessions."""
    with inside(url):
        models: list[type[Model]] = [
            model for model in apps.get_models(include_auto_created=True) if model is not Session
        ]
        return {
            model._meta.label: list(model._default_manager.order_by("pk").values())
            for model in models
        }


def uploads(root: Path) -> dict[str, bytes]:
    files = [path for path in root.rglob("*") if path.is_file()]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}
