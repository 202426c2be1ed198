"""A representative with a unique name uses the whole site; then everything is searched for it.

It may appear in encrypted columns, in mails to the representative, on the pages behind their links
and on staff's pages; nowhere else.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import LocalePrefixPattern

from config.key_rotation import encrypted_fields
from config.models import AuditEntry
from signatories.models import Signature
from signatories.signing.links import CONFIRM, CONTACT, MANAGE, make_token
from tests.factories import TEXT, LetterFactory, RevisionFactory, SignatureFactory, form_data

pytestmark = pytest.mark.django_db
NAME, ROLE, EMAIL = "Zenobia Quillfeather", "Vexillologist", "zenobia.quill@forum.example.org"
SECOND_NAME, SECOND_EMAIL = "Xanthippe Underhill", "xanthippe@forum.example.org"
NEEDLES = ["zenobia", "quillfeather", "vexillologist", "quill@", "xanthippe", "underhill"]
ORGANISATION = "Forum for Free Speech"
# At DEBUG Django logs template variables; the settings keep its level above that.
LOGGERS = {"undersigned": logging.DEBUG, "django_tasks": logging.DEBUG, "django": logging.INFO}


def found_in(text: str) -> list[str]:
    return [needle for needle in NEEDLES if needle in text.casefold()]


def everything_stored() -> dict[str, str]:
    """The content of every column of every table as text, without the models."""
    stored = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            rows = cursor.fetchall()
            for number, (column, *_rest) in enumerate(cursor.description):
                stored[f"{table}.{column}"] = "\n".join(as_text(row[number]) for row in rows)
    return stored


def as_text(cell: object) -> str:
    if isinstance(cell, bytes | memoryview):
        return bytes(cell).decode(errors="replace")
    return str(cell)


def stored_in_the_clear() -> dict[str, list[str]]:
    found = {place: found_in(text) for place, text in everything_stored().items()}
    return {place: needles for place, needles in found.items() if needles}


def readable_in_encrypted_columns() -> str:
    return "\n".join(
        str(value)
        for model, names in encrypted_fields().items()
        for row in model._base_manager.values_list(*names)
        for value in row
    )


class Visitor:
    """A browser that records all responses outside the admin."""

    def __init__(self) -> None:
        self.client = Client()
        self.private: list[Any] = []
        self.public: list[Any] = []
        self.addresses: list[str] = []

    def get(self, address: str) -> Any:
        return self.keep(address, self.client.get(address))

    def post(self, address: str, data: dict[str, str] | None = None) -> Any:
        return self.keep(address, self.client.post(address, data or {}))

    def keep(self, address: str, response: Any) -> Any:
        is_private = re.search("/(confirm|signature|contact)/", address)
        (self.private if is_private else self.public).append(response)
        self.addresses += [address, response.get("Location", "")]
        return response


def sign(visitor: Visitor, outbox, name: str, email: str) -> str:
    """Sign and confirm by the mailed link; return the URL of the private page."""
    visitor.post(
        "/en/letters/speak/sign/",
        form_data(organisation=ORGANISATION, name=name, role=ROLE, email=email),
    )
    (message,) = [one for one in outbox.send() if one.to == [email]]
    (link,) = re.findall(r"http://testserver(/en/confirm/\S+)", message.body)
    visitor.get(link)
    return visitor.post(link, TEXT).url


@pytest.fixture
def logs(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Everything logged, at a lower level than the site's own."""
    for name, level in LOGGERS.items():
        caplog.set_level(level, name)
    django = logging.getLogger("django")  # hands nothing on to the root, where pytest listens
    django.addHandler(caplog.handler)
    yield caplog
    django.removeHandler(caplog.handler)


@pytest.fixture
def story(logs, outbox, staff_client) -> tuple[Visitor, str]:
    """Signed, confirmed, corrected, reviewed, seconded, handed over, reaffirmed and downloaded."""
    visitor = Visitor()
    letter = LetterFactory(slug="speak")
    visitor.post(
        "/en/letters/speak/sign/", form_data(organisation="", name=NAME, email=EMAIL, role=ROLE)
    )
    page = sign(visitor, outbox, NAME, EMAIL)
    correction = {"organisation_name": ORGANISATION, "name": NAME, "role": ROLE}
    visitor.post(page, correction | {"statement": "We agree."})
    visitor.post(f"{page}visibility/", {"visibility": "withheld"})
    visitor.post(f"{page}visibility/", {"visibility": "public"})
    signature = Signature.objects.get()
    review = f"/admin/signatories/signature/{signature.pk}/"
    assert NAME in staff_client.get(f"{review}change/").content.decode()
    staff_client.post(f"{review}change/", {})
    staff_client.post(f"{review}verify/")
    staff_client.post(f"{review}publish/")
    second = sign(visitor, outbox, SECOND_NAME, SECOND_EMAIL)
    (link,) = re.findall(r'href="(/en/contact/[^"]+)"', visitor.get(second).content.decode())
    visitor.post(link)
    staff_client.post(f"{review}contact/")
    RevisionFactory(letter=letter, number=2, title="Let all speak")
    visitor.get(f"{page}reaffirm/")
    visitor.post(f"{page}reaffirm/", {"revision": "2", "edition": "en"})
    visitor.get(page)
    visitor.get(f"{page}data/")
    visitor.post(f"{page}data/download/")
    for address in ("", "signatories/", "sign/", "sign/sent/", "revisions/"):
        visitor.get(f"/en/letters/speak/{address}")
    visitor.get(f"/en/letters/speak/signatories/?q={ORGANISATION}")
    for address in (
        "/letters/speak/live.json",
        "/letters/speak/signatories.json",
        "/letters/speak/signatories.csv",
        "/letters/speak/signatories.ndjson",
        "/api/v1/letters/speak",
        "/api/v1/letters/speak/signatories",
        "/api/v1/organisations",
        "/en/letters/speak/feed.atom",
        "/organisations.json?q=forum",
        "/en/privacy/",
        "/en/nowhere/",
    ):
        visitor.get(address)
    outbox.send()
    assert Signature.objects.public().get().representative_name == NAME
    return visitor, page


def test_the_database_holds_the_person_in_encrypted_columns_alone(story):
    stored = everything_stored()
    assert ORGANISATION in stored["signatories_signature.signed_as"]  # the search does find it
    assert set(NEEDLES) == set(found_in(readable_in_encrypted_columns()))
    assert stored_in_the_clear() == {}


def test_no_log_contains_personal_data(story, logs):
    records = logs.get_records("setup")
    assert {"django.request", "django_tasks"} <= {record.name for record in records}
    told = "\n".join(f"{record.getMessage()} {vars(record)}" for record in records)
    assert found_in(told) == []


def test_no_url_and_no_public_response_contains_personal_data(story):
    visitor, _page = story
    assert found_in("\n".join(visitor.addresses)) == []
    typed_wrong, *others = visitor.public
    assert (typed_wrong.status_code, typed_wrong["Cache-Control"]) == (422, "no-store")
    assert NAME in typed_wrong.content.decode()  # the form is shown again with its input
    told = "\n".join(f"{answer.headers} {answer.content.decode()}" for answer in others)
    assert ORGANISATION in told
    assert found_in(told) == []


def test_public_data_names_only_the_organisation(story):
    visitor, _page = story
    data = visitor.client.get("/letters/speak/signatories.json")
    (entry,) = json.loads(data.content)["signatories"]
    assert (entry["name"], entry["statement"]) == (ORGANISATION, "We agree.")
    assert found_in(data.content.decode()) == []


def test_private_responses_show_the_person_and_are_not_cached(story):
    visitor, _page = story
    assert {answer["Cache-Control"] for answer in visitor.private} == {"no-store"}
    assert [a for a in visitor.private if NAME in a.content.decode()]


def test_neither_the_admins_log_nor_the_audit_trail_contains_personal_data(story):
    told = [f"{one.object_repr} {one.change_message}" for one in LogEntry.objects.all()]
    assert told  # staff did press Save
    trail = [f"{one.verb} {one.reason} {one.detail}" for one in AuditEntry.objects.all()]
    assert len(trail) > 8
    assert found_in("\n".join(told + trail)) == []


def test_after_erasing_nobody_can_read_it_with_any_key(story):
    visitor, page = story
    visitor.post(f"{page}data/erase/", {"withdraw": "yes"})
    kept = readable_in_encrypted_columns().casefold()
    assert "zenobia" not in kept
    assert "xanthippe" in kept  # the colleague's own
    assert stored_in_the_clear() == {}


def token_routes(patterns: list[Any], prefix: str = "/") -> list[tuple[str, str]]:
    """Every URL of the site with a token in it, and the name of its route."""
    found = []
    for one in patterns:
        if isinstance(one, URLResolver):
            is_language = isinstance(one.pattern, LocalePrefixPattern)
            inner = prefix + ("en/" if is_language else str(one.pattern))
            found += token_routes(one.url_patterns, inner) if "admin" not in inner else []
        elif isinstance(one, URLPattern) and "<str:token>" in prefix + str(one.pattern):
            found.append((prefix + str(one.pattern), str(one.name)))
    return found


ROUTES = token_routes(get_resolver().url_patterns)


def test_the_routes_with_tokens_are_found():
    names = {name for _route, name in ROUTES}
    assert {"confirm", "confirm-again", "manage", "withdraw", "own-data"} <= names


@pytest.mark.parametrize("route", [route for route, _name in ROUTES])
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("kind", ["right", "wrong", "ended"])
def test_no_response_at_a_url_with_a_token_is_cached(client, route, method, kind):
    is_confirm = "/confirm/" in route
    signature = SignatureFactory(unconfirmed=is_confirm)
    purpose = CONFIRM if is_confirm else CONTACT if "/contact/" in route else MANAGE
    token = make_token(signature, purpose)
    if kind == "ended":
        Signature.objects.update(
            representative_name="",
            representative_role="",
            representative_email="",
            email_index="",
            link_nonce="another",
        )
    address = route.replace("<str:token>", "nonsense" if kind == "wrong" else token)
    response = getattr(client, method)(address)
    if response.status_code == 405:
        assert response.content == b""  # the method is refused before the token is read
    else:
        assert response["Cache-Control"] == "no-store"
        assert response["X-Robots-Tag"] == "noindex, nofollow"


def test_every_column_named_like_a_persons_data_is_encrypted():
    """A new column for a person's name, role or address has to be encrypted, too."""
    personal = re.compile(r"(^|_)(e?mail|phone|telephone|role|first_name|last_name)($|_)|person")
    encrypted = {(model, name) for model, names in encrypted_fields().items() for name in names}
    plain = {
        f"{model._meta.label}.{field.attname}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if personal.search(field.attname) and (model, field.attname) not in encrypted
    }
    assert plain == {
        "auth.User.email",  # staff
        "auth.User.first_name",
        "auth.User.last_name",
        "campaigns.Campaign.organiser_email",  # public
        "config.Invitation.email_index",  # a keyed digest
        "signatories.Invalidation.email_domain",  # of a rule that staff wrote
        "signatories.Signature.email_index",  # a keyed digest
    }
