"""Every page answers any request, and never with an error of its own."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote_from_bytes, unquote

import pytest
from django.apps import apps
from django.core.signals import got_request_exception
from django.db import transaction
from django.test import Client, RequestFactory
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from config.staff.invitation_links import make_token as joining_token
from config.staff.invitations import invite
from config.staff.roles import Role
from config.wsgi import application
from signatories.mailing.stopping import stop_link
from signatories.models import Pair, Signature
from signatories.signing.links import CONFIRM, CONTACT, MANAGE, make_token
from tests.factories import (
    CampaignFactory,
    LetterFactory,
    OrganisationFactory,
    SignatureFactory,
    StaffFactory,
    form_data,
)
from tests.fuzz.conftest import answers
from tests.fuzz.filled_in import fields_of
from tests.fuzz.nonsense import RAW, field_names, headers
from tests.fuzz.pages import Page, pages

pytestmark = pytest.mark.django_db

METHODS = ["GET", "GET", "GET", "POST", "POST", "POST", "HEAD", "OPTIONS", "PUT", "FOO"]
FORM = "application/x-www-form-urlencoded"
SECRET = "a" * 32  # the admin's forms carry one in a field and a cookie
REFUSALS = {501}  # oEmbed has no such format
SHARDS = 8  # parts that processes of a test run share between them


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes


@contextmanager
def errors_that_views_raise() -> Iterator[list[BaseException]]:
    found: list[BaseException] = []

    def note(**_: Any) -> None:
        error = sys.exc_info()[1]
        if error is not None:
            found.append(error)

    got_request_exception.connect(note)
    yield found
    got_request_exception.disconnect(note)


def ask(environ: dict[str, Any]) -> Answer:
    """The whole site's response. Its changes are rolled back. Raises what a view raised."""
    told: list[Any] = []
    body = environ.pop("body", b"")
    environ = environ | {"HTTP_ACCEPT_ENCODING": environ.get("HTTP_ACCEPT_ENCODING", "identity")}
    environ = RequestFactory()._base_environ(**environ) | {"wsgi.input": io.BytesIO(body)}
    with errors_that_views_raise() as errors, transaction.atomic():
        answer = application(environ, lambda *head: told.append(head))
        try:
            content = b"".join(answer)
        finally:
            getattr(answer, "close", lambda: None)()
        transaction.set_rollback(True)
    status = int(told[0][0].split()[0])
    if status >= 500 and errors:
        raise errors[0]
    assert status < 500 or status in REFUSALS, content
    return Answer(status, told[0][1], content)


@dataclass(frozen=True)
class Known:
    """Existing rows, so that pages are reached and not only their 404."""

    arguments: dict[str, list[str]]
    cookie: str

    def values(self, page: Page, name: str) -> list[str]:
        """Values that exist for a URL's argument."""
        for scope in (page.template, ""):
            for key, values in self.arguments.items():
                where, _colon, argument = key.rpartition(":")
                if argument == name and where == scope[: len(where)] and (where or not scope):
                    return values
        raise AssertionError(f"No value is known for {name} of {page}: add one to `known`.")


@pytest.fixture
def known(open_connection: None) -> Known:
    letter = LetterFactory(slug="speak", campaign=CampaignFactory(slug="speech"))
    organisation = OrganisationFactory(name="Forum", public_id="bcdfghjkmn")
    published: Signature = SignatureFactory(letter=letter, organisation=organisation)
    likely = Pair.objects.create(
        first=organisation, second=OrganisationFactory(name="Forums"), score=0.9
    )
    unconfirmed: Signature = SignatureFactory(letter=letter, unconfirmed=True)
    administrator = StaffFactory(username="ada")
    invitation = invite(
        email="bea@forum.example.org",
        role=Role.EDITOR,
        language="en",
        by=administrator,
        now=timezone.now() - timedelta(minutes=1),
    )
    client = Client()
    client.force_login(administrator)
    session = client.cookies["sessionid"].value
    numbers = [str(row.pk) for row in (letter, organisation, published)]
    return Known(
        {
            "admin/signatories/pair/:pk": [str(likely.pk)],
            "en/letters/:slug": ["speak"],
            "letters/:slug": ["speak"],
            "en/campaigns/:slug": ["speech"],
            "en/organisations/:slug": ["forum-bcdfghjkmn", "bcdfghjkmn"],
            "en/confirm/:token": [make_token(unconfirmed, CONFIRM)],
            "en/signature/:token": [make_token(published, MANAGE)],
            "en/contact/:token": [make_token(published, CONTACT)],
            "en/mail/:token": [stop_link(published).rstrip("/").rpartition("/")[2]],
            "admin/join/:token": [joining_token(invitation)],
            "letter": ["speak"],
            "campaign": ["speech"],
            "organisation": ["bcdfghjkmn"],
            "language": ["en", "ar"],
            "label": ["1"],
            "key": ["bcdfghjkmnbcdfghjkmn"],
            "name": ["campaigns/a.webp"],
            "row": ["1/1/"],
            "to": ["closed", "open"],
            "section": ["letters", "pages", "organisations"],
            "app_label": [app.label for app in apps.get_app_configs()],
            "object_id": numbers,
            "url": ["campaigns", "nowhere/"],
            "content_type_id": ["1"],
            "id": numbers,
            "pk": numbers,
        },
        f"sessionid={session}; csrftoken={SECRET}",
    )


def requests(page: Page, known: Known, shown: dict[str, str]) -> st.SearchStrategy[dict[str, Any]]:
    """Any possible request to a page: mostly what it expects, mixed with nonsense."""
    expected = form_data() | shown | {"csrfmiddlewaretoken": SECRET}
    anywhere = st.sampled_from(field_names())
    name = st.one_of(anywhere, st.sampled_from(sorted(expected))).map(str.encode)
    sent = st.lists(st.tuples(st.one_of(name, RAW), RAW), max_size=4)
    asked = st.lists(st.tuples(st.one_of(anywhere.map(str.encode), RAW), RAW), max_size=3)

    @st.composite
    def drawn(draw: st.DrawFn) -> dict[str, Any]:
        values = {}
        for argument in page.arguments:
            leads, nonsense = st.sampled_from(known.values(page, argument)), RAW.map(_as_it_arrives)
            values[argument] = draw(st.one_of(leads, leads, nonsense))
        changes = draw(sent)
        named = {key for key, _value in changes}
        fields = [(key.encode(), value.encode()) for key, value in expected.items()]
        fields = [pair for pair in fields if pair[0] not in named] + changes
        kind, body = draw(st.sampled_from([_urlencoded, _multipart]))(fields)
        if draw(st.integers(0, 9)) == 0:
            body = draw(st.binary(max_size=200))
        environ = {
            "REQUEST_METHOD": draw(st.sampled_from(METHODS)),
            "PATH_INFO": page.path(values),
            "QUERY_STRING": _urlencoded(draw(asked))[1].decode("ascii"),
            "CONTENT_TYPE": kind,
            "CONTENT_LENGTH": str(len(body)),
            "body": body,
        }
        return environ | cookies(page, known) | draw(headers())

    return drawn()


def cookies(page: Page, known: Known) -> dict[str, str]:
    return {"HTTP_COOKIE": known.cookie} if page.is_for_staff else {}


def _as_it_arrives(raw: bytes) -> str:
    return raw.decode("latin-1")


def _urlencoded(pairs: list[tuple[bytes, bytes]]) -> tuple[str, bytes]:
    text = "&".join(f"{quote_from_bytes(name)}={quote_from_bytes(value)}" for name, value in pairs)
    return FORM, text.encode()


def _multipart(pairs: list[tuple[bytes, bytes]]) -> tuple[str, bytes]:
    """Every second part is a file, by its name."""
    parts = [
        b'--x\r\nContent-Disposition: form-data; name="%b"%b\r\n\r\n%b\r\n'
        % (name, b'; filename="%b.png"' % name if name in {b"logo", b"image"} else b"", value)
        for name, value in pairs
    ]
    return "multipart/form-data; boundary=x", b"".join(parts) + b"--x--\r\n"


# What a page needs besides its path; what has no file, picture or challenge here is not reached.
QUERIES = {
    "oembed": "url=http://testserver/en/letters/speak/",
    "embed.css": "accent=005f50&ground=f2fff9",
}
WITHOUT_CONTENT = {
    "/media/%(name)s",
    "/admin/campaigns/campaign/%(pk)s/image/",
    "/logos/%(key)s.webp",
    "/en/signature/%(token)s/logo/proposed.webp",
    "/admin/letters/edition/add/",
    "/admin/r/%(content_type_id)s/%(object_id)s/",
    "/admin/r/%(row)s/",
    "/admin/signatories/organisation/%(pk)s/logo/",
    "/admin/signatories/signature/%(pk)s/logo/",
}


@pytest.mark.parametrize("shard", range(SHARDS))
def test_no_page_fails_whatever_is_sent_to_it(known: Known, shard: int) -> None:
    looked_at = pages()[shard::SHARDS]
    assert looked_at
    failures = []
    for page in looked_at:
        try:
            look_at(page, known)
        except Exception as error:  # reported below, with those of the other pages
            error.add_note(str(page))
            failures.append(error)
    if failures:
        raise ExceptionGroup(f"{len(failures)} pages fail", failures)


def look_at(page: Page, known: Known) -> None:
    """First a valid request, or everything else would only test the 404."""
    values = {name: known.values(page, name)[0] for name in page.arguments}
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": page.path(values)} | cookies(page, known)
    answer = ask(environ | {"QUERY_STRING": QUERIES.get(page.template, "")})
    is_reached = answer.status in {200, 204, 301, 302, 303, 403, 405}
    assert is_reached != (str(page) in WITHOUT_CONTENT), answer.status
    shown = fields_of(answer.body) if b"<form" in answer.body else {}

    for environ in simple_nonsense(page, known, values, shown):
        holds_for(page, environ)

    @settings(settings.get_profile("fuzz"))
    @given(requests(page, known, shown))
    def holds(environ: dict[str, Any]) -> None:
        holds_for(page, environ)

    holds()


def holds_for(page: Page, environ: dict[str, Any]) -> None:
    answer = ask(environ)
    answers[str(page), answer.status] += 1
    if not page.is_for_staff:
        assert not any(name == "Set-Cookie" for name, _value in answer.headers)


def simple_nonsense(
    page: Page, known: Known, values: dict[str, str], shown: dict[str, str]
) -> Iterator[dict[str, Any]]:
    """The likeliest nonsense in every place at once: a number that is too large, and NUL."""
    there = {"PATH_INFO": page.path(values)} | cookies(page, known)
    names = [name.encode() for name in field_names()]
    queries = [[(name, value) for name in names] for value in (b"9" * 20, b"ab\x00")]
    for query in [*queries, [(b"q", b"ab\x00")]]:
        yield there | {"REQUEST_METHOD": "GET", "QUERY_STRING": _urlencoded(query)[1].decode()}
    expected = form_data() | shown | {"csrfmiddlewaretoken": SECRET}
    fields = [(name.encode(), f"{text}\0".encode()) for name, text in expected.items()]
    kind, body = _urlencoded(fields)
    sent = {"CONTENT_TYPE": kind, "CONTENT_LENGTH": str(len(body)), "body": body}
    yield there | {"REQUEST_METHOD": "POST"} | sent


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/organisations.json?q=ab%00", 200),
        ("/en/letters/speak/signatories/?page=99999999999999999999", 200),
        ("/en/letters/speak/signatories/?page=-1", 200),
        ("/en/organisations/?page=%C2%B2", 200),
        ("/en/organisations/?country=" + "a" * 5000, 200),
        ("/en/letters/speak/embed/?language=%FF", 200),
        ("/oembed?url=http://testserver/en/letters/speak/&maxwidth=" + "9" * 5000, 200),
        ("/sitemap-letters.xml?p=99999999999999999999", 404),
        ("/en/confirm/us_" + "9" * 5000 + "~a~b/", 404),
        ("/en/letters/" + "a" * 5000 + "/", 404),
        ("/letters/speak/revisions/" + "9" * 400 + ".json", 404),
        ("/en/letters/%ED%A0%80/", 404),
        ("/admin/signatories/signature/?p=99999999999999999999", 200),
        ("/admin/signatories/signature/?p=-1", 200),
        ("/admin/signatories/signature/?o=99.-99.x", 200),
        ("/admin/signatories/signature/?letter__id__exact=99999999999999999999", 200),
        ("/admin/signatories/signature/99999999999999999999/change/", 302),
        ("/admin/signatories/signature/-1/history/", 302),
        ("/admin/signatories/signature/_00/change/", 302),
        ("/admin/signatories/signature/_ED_A0_80/change/", 302),
        ("/admin/signatories/signature/" + "9" * 5000 + "/change/", 302),
    ],
    ids=lambda value: str(value)[:60],
)
def test_urls_found_elsewhere_are_answered(known: Known, address: str, status: int) -> None:
    path, _mark, query = address.partition("?")
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": unquote(path, "latin-1")}
    answer = ask(environ | {"QUERY_STRING": query, "HTTP_COOKIE": known.cookie})
    assert answer.status == status
