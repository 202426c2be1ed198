"""Three organisations whose names nobody may learn, and everything that anybody can ask for.

The public site is crawled in all languages, with every address that the URLs know; staff of another
team open every page of the admin; mails to others and logs are read. No answer, header or line has
a trace of them.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from io import BytesIO
from urllib.parse import quote, urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve
from django.utils import timezone
from PIL import Image

from letters.actions import publish_revision
from letters.models import Edition, Letter
from signatories.api.parameters import cursor_after
from signatories.housekeeping import tidy
from signatories.models import (
    Logo,
    Organisation,
    OrganisationDomain,
    OrganisationName,
    ProposedLogo,
    Signature,
)
from signatories.open_data.sitemaps import SITEMAPS
from signatories.register.actions import compare_new
from signatories.signing.actions import confirm_signature
from signatories.signing.links import CONFIRM, MANAGE, make_token
from tests.factories import (
    CampaignFactory,
    LetterFactory,
    OrganisationFactory,
    SignatureFactory,
    StaffFactory,
)

pytestmark = pytest.mark.django_db
Visibility = Signature.Visibility
CODES = [code for code, _name in settings.LANGUAGES]

# Everything of theirs that could leak, case-folded: names in all scripts, domains, people, texts.
TRACES = ["zorvanik", "зорваник", "zrvkagpt", "tajnopis", "perunova", "quillfeather", "zrvkqdnt"]

KINDS = ["card", "count", "list", "sign"]
FRAMES = [(code, kind) for code in CODES for kind in KINDS]
COLOURS = "?accent=005f50&ground=f2fff9"

# URLs that readers cannot open: they need a form, or a token that only a mail has.
NOT_FOR_READERS = {
    "confirm",
    "confirm-again",
    "manage",
    "withdraw",
    "visibility",
    "reaffirm",
    "contact",
    "new-link",
    "propose-logo",
    "proposed-logo",
    "own-data",
    "download-own-data",
    "erase-own-data",
    "erase-unconfirmed",
    "stop-mail",
}


# Requests to the API, besides the links in its responses.
QUESTIONS = ["", "limit=1", "limit=1&cursor=2d", "cursor=7a7a7a", "country=RU", "text=zorvanik"]


@pytest.fixture
def letter() -> Letter:
    letter = LetterFactory(
        slug="speak", campaign__slug="speech", publish_own_domain=True, proof_of_work=True
    )
    shown = SignatureFactory(letter=letter, organisation__name="Open Forum")
    logo = Logo(organisation=shown.organisation, key="bcdf", width=1, height=1, encoded="UklGRg==")
    logo.save()
    return letter


@pytest.fixture
def secret(letter) -> list[Signature]:
    """One withheld, one counted only, and one that was public until a moment ago."""
    found: list[Signature] = []
    for number, visibility in enumerate(("withheld", "counted", "public")):
        organisation = OrganisationFactory(
            public_id=f"zrvkqdnt{number}2",
            name=f"Zorvanik Union {number}",
            acronym=f"ZRVKAGPT{number}",
            country="RU",
            website=f"https://tajnopis{number}.example.org",
            protected=True,
        )
        OrganisationName.objects.create(
            organisation=organisation,
            name=f"Зорваник {number}",
            kind=OrganisationName.Kind.TRANSLATION,
            language="ru",
        )
        OrganisationDomain.objects.create(
            organisation=organisation, domain=f"mail.tajnopis{number}.example.org"
        )
        found.append(
            SignatureFactory(
                letter=letter,
                organisation=organisation,
                visibility=visibility,
                representative_name="Vera Perunova",
                representative_email=f"perunova@tajnopis{number}.example.org",
                statement="Quillfeather.",
            )
        )
        Logo.objects.create(
            organisation=organisation,
            key=f"zrvkqdntlogo{number}",
            encoded="UklGRg==",
            width=1,
            height=1,
        )
        ProposedLogo.objects.create(
            signature=found[-1],
            key=f"zrvkqdntproposed{number}",
            encoded="UklGRg==",
            width=1,
            height=1,
        )
    address = f"/en/signature/{make_token(found[2], MANAGE)}/visibility/"
    assert Client().post(address, {"visibility": Visibility.WITHHELD}).status_code == 303
    Edition.objects.filter(letter=letter).update(body="We write to all.\n\nPlease listen.")
    publish_revision(letter=letter, substantive=True, reason="A law.", now=timezone.now())
    tidy(now=timezone.now())
    compare_new()
    letter.refresh_from_db()
    return found


def traces(text: str) -> set[str]:
    folded = text.casefold()
    return {trace for trace in TRACES if trace in folded}


def public_patterns(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """The names of all URL patterns outside the admin."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            if not str(one.pattern).startswith("admin/"):
                yield from public_patterns(one)
        elif isinstance(one, URLPattern) and one.name:
            yield one.name


class Crawler:
    """Opens every page that pages link to, once, and stores the responses."""

    def __init__(self, client: Client, within: str = "/") -> None:
        self.client, self.within = client, within
        self.answers: dict[str, str] = {}
        self.names: set[str] = set()

    def crawl(self, *addresses: str) -> dict[str, str]:
        waiting = list(addresses)
        while waiting:
            address = waiting.pop()
            if address in self.answers or not address.startswith(self.within):
                continue
            response = self.client.get(address)
            body = response.getvalue().decode(errors="replace")
            self.answers[address] = f"{dict(response.headers)}\n{body}"
            if response.status_code in (200, 302):
                with suppress(Resolver404):  # an address without its language leads on to one
                    self.names.add(resolve(urlsplit(address).path).url_name or "")
            waiting += [response["Location"]] if "Location" in response else []
            waiting += self.links(body, address)
        return self.answers

    @staticmethod
    def links(body: str, address: str) -> list[str]:
        found = re.findall(r'(?:href|src|action|data-[a-z-]+|content)="([^"#]+)', body)
        found += re.findall(r'"(https?://[^"]+)"', body)
        own = [link.removeprefix(settings.SITE_URL).replace("&amp;", "&") for link in found]
        own = [urlsplit(address).path + link if link.startswith("?") else link for link in own]
        static = ("/static/", "//", "/admin/logout/", "/admin/password_change/")
        pages = [link for link in own if link.startswith("/") and not link.startswith(static)]
        # The admin offers to order and to filter its lists in any combination.
        return [urlsplit(page).path if page.startswith("/admin/") else page for page in pages]


@pytest.fixture
def media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_no_page_format_language_or_header_has_a_trace(secret, letter, media):
    picture = BytesIO()
    Image.new("RGB", (4, 2)).save(picture, "WEBP")
    letter.campaign.image_text = "A crowd."
    letter.campaign.image.save("crowd.webp", ContentFile(picture.getvalue()))
    crawler = Crawler(Client())
    plain = [
        "challenge.json",
        "live.json",
        "signatories.json",
        "signatories.csv",
        "signatories.ndjson",
        "revisions/1.json",
        "revisions/2.json",
    ]
    listed = ["campaigns", "letters", "letters/speak/signatories", "organisations"]
    cursors = [cursor_after(one.organisation.public_id) for one in secret]
    asked = [quote(word) for word in (*TRACES, "union", "RU")]
    crawler.crawl(
        "/",
        "/healthz",
        "/readyz",
        "/.well-known/security.txt",
        "/robots.txt",
        "/sitemap.xml",
        *(f"/sitemap-{section}.xml" for section in SITEMAPS),
        *(f"/letters/speak/{address}" for address in plain),
        "/api/",
        "/api/v1/campaigns/speech",
        "/api/v1/letters/speak",
        f"/api/v1/organisations/{Organisation.objects.get(name='Open Forum').public_id}",
        "/api/v1/nowhere?zorvanik",
        *(f"/api/v1/{rows}?{question}" for rows in listed for question in QUESTIONS),
        *(f"/api/v1/organisations/{one.organisation.public_id}" for one in secret),
        *(f"/api/v1/letters/speak/signatories?cursor={cursor}" for cursor in cursors),
        *(f"/{code}/letters/speak/in/en/" for code in CODES),
        *(f"/{code}/letters/speak/sign/sent/" for code in CODES),
        *(f"/{code}/letters/speak/embed/sign/sent/" for code in CODES),
        *(
            f"/{code}/letters/speak/embed/?kind={kind}&language={code}"
            for code in CODES
            for kind in KINDS
        ),
        *(f"/{code}/letters/speak/in/en/preview.png" for code in CODES),
        *(f"/{code}/privacy/erased/" for code in CODES),
        f"/embed.css{COLOURS}",
        "/embed.js",
        *(f"/en/letters/speak/embed/{kind}/{COLOURS}" for kind in KINDS),
        *(
            f"/oembed?format={form}&url={settings.SITE_URL}/letters/speak"
            for form in ("json", "xml")
        ),
    )
    answers = crawler.answers
    assert {address: found for address in answers if (found := traces(answers[address]))} == {}
    for answer in answers.values():
        assert "Russia" not in re.sub(r"<option.*?</option>", "", answer, flags=re.DOTALL)
    # Every URL pattern was opened; a new one has to be linked from somewhere, or named above.
    assert set(public_patterns(get_resolver())) - crawler.names == NOT_FOR_READERS
    # A search for them finds what a search for nothing finds.
    client = Client()
    for word in asked:
        page = client.get(f"/en/letters/speak/signatories/?q={word}&country=RU").content.decode()
        assert 'class="signatory"' not in page
        assert client.get(f"/organisations.json?q={word}").json() == {"organisations": []}
        for rows in ("letters/speak/signatories", "organisations"):
            answer = client.get(f"/api/v1/{rows}?text={word}&country=RU").json()
            assert (answer["data"], answer["next"]) == ([], None)
    for one in secret:
        told = client.get(f"/api/v1/organisations/{one.organisation.public_id}")
        nothing = client.get("/api/v1/organisations/2222222222")
        assert (told.status_code, told.content) == (404, nothing.content)


def test_no_page_of_data_is_shorter_or_longer_for_names_that_are_not_shown(secret, letter):
    """Each page is full but the last, and its cursor is the key of a name that it shows."""
    for number in range(4):
        SignatureFactory(letter=letter, organisation__name=f"Open House {number}")
    shown = set(Organisation.objects.filter(name__startswith="Open").values_list("public_id"))
    for rows, key in (("letters/speak/signatories", "organisation"), ("organisations", "id")):
        address, sizes = f"/api/v1/{rows}?limit=2", []
        while address:
            answer = Client().get(address).json()
            sizes.append(len(answer["data"]))
            assert {(row[key],) for row in answer["data"]} <= shown
            if answer["next"]:
                last = cursor_after(answer["data"][-1][key])
                assert answer["next"].endswith(f"limit=2&cursor={last}")
            address = (answer["next"] or "").removeprefix(settings.SITE_URL)
        assert sizes == [2, 2, 1]


def test_no_figure_or_list_tells_when_they_came(secret, letter):
    """Names, numbers and dates shown are the same, however long ago they signed."""
    for days in (1, 2, 4):  # a curve has something to show
        SignatureFactory(letter=letter, signed_at=timezone.now() - timedelta(days=days))
    addresses = [
        "/letters/speak/live.json",
        "/letters/speak/signatories.json",
        *(
            f"/{code}/letters/speak/{page}/"
            for code in CODES
            for page in ("figures", "signatories")
        ),
    ]
    keys = [signature.pk for signature in secret]
    seen = []
    for days in (0, 3, 200):
        at = timezone.now() - timedelta(days=days)
        hidden = Signature.objects.filter(pk__in=keys)
        hidden.update(signed_at=at, confirmed_at=at, published_at=at)
        answers = [Client().get(address) for address in addresses]
        seen.append(
            [(answer.status_code, answer.headers["ETag"], answer.content) for answer in answers]
        )
    assert {status for status, _etag, _body in seen[0]} == {200}
    assert seen[0] == seen[1] == seen[2]


@pytest.mark.parametrize("code", CODES)
def test_a_search_for_them_finds_what_a_search_for_nothing_finds(secret, letter, code):
    client = Client()
    typed = [*TRACES, *(f"{trace[:-2]}{trace[-1]}{trace[-2]}" for trace in TRACES), "union"]
    typed += [f"zorvanik union {number}" for number in range(3)]
    answers = set()
    for words in [*typed, "kelpwort bruin"]:
        client.get(f"/{code}/search/", {"q": words})
        with CaptureQueriesContext(connection) as asked:
            page = client.get(f"/{code}/search/", {"q": words}).content.decode()
        # What was typed is repeated in the form, the title and the addresses of other languages.
        page = re.sub(r'href="[^"]*\?q=[^"]*"', "", page).replace(words, "")
        answers.add((page, len(asked)))
    assert len(answers) == 1


def test_they_have_no_page_and_are_in_no_index(secret, letter):
    client = Client()
    for one in secret:
        organisation = one.organisation
        assert organisation is not None
        for code in CODES:
            for slug in (organisation.slug, organisation.public_id):
                answer = client.get(f"/{code}/organisations/{slug}/")
                assert answer.status_code == 404
            for logo in (organisation.logo, one.proposed_logo):
                assert client.get(f"/logos/{logo.key}.webp").status_code == 404
            index = client.get(f"/{code}/organisations/?country=RU").content.decode()
            assert organisation.public_id not in index


def test_a_representative_of_another_organisation_learns_nothing(secret, letter, outbox):
    other = SignatureFactory(letter=letter)
    unconfirmed = SignatureFactory(letter=letter, unconfirmed=True)
    crawler = Crawler(Client())
    crawler.crawl(
        f"/en/signature/{make_token(other, MANAGE)}/",
        f"/en/signature/{make_token(other, MANAGE)}/withdraw/",
        f"/en/confirm/{make_token(unconfirmed, CONFIRM)}/",
    )
    answers = crawler.answers
    assert {address: found for address in answers if (found := traces(answers[address]))} == {}


def test_mails_to_others_have_no_trace(secret, letter, outbox):
    """Not even mails to somebody else who signs for the same organisation."""
    name = str(secret[0].organisation)
    for email in ("spy@gmail.com", "spy@elsewhere.example.org"):
        spy = SignatureFactory(
            letter=letter,
            unconfirmed=True,
            signed_as=name.upper()[:4] + name[4:],
            country="RU",
            representative_name="A Stranger",
            representative_email=email,
        )
        confirm_signature(signature=spy, now=timezone.now())
    mails = [one for one in outbox.send() if not one.to[0].startswith("perunova")]
    assert len(mails) >= 2
    typed = re.compile(re.escape(name), re.IGNORECASE)
    for message in mails:
        assert traces(typed.sub("", f"{message.subject} {message.body} {message.to}")) == set()
        assert "already" not in message.body


def test_staff_of_another_team_find_no_trace_on_any_page_of_the_admin(secret, letter):
    colleague = StaffFactory(is_superuser=False)
    colleague.groups.set(Group.objects.filter(name="editor"))
    campaign = CampaignFactory()
    campaign.team.add(colleague)
    theirs = LetterFactory(campaign=campaign)
    # Recognition must not tell them of a likely duplicate either.
    SignatureFactory(letter=theirs, in_review=True, organisation__name="Zorvanic Uniom 0")
    compare_new()
    client = Client()
    client.force_login(colleague)
    crawler = Crawler(client, within="/admin/")
    lists = ["organisation", "signature", "pair", "merge"]
    crawler.crawl(
        "/admin/",
        *(
            f"/admin/signatories/{name}/?q={quote(word)}"
            for name in lists
            for word in ("union", "RU")
        ),
        *(f"/admin/signatories/{name}/?all=" for name in lists),
        *(f"/admin/signatories/organisation/{one.organisation_id}/change/" for one in secret),
        *(f"/admin/signatories/organisation/{one.organisation_id}/history/" for one in secret),
        *(f"/admin/signatories/signature/{one.pk}/change/" for one in secret),
        "/admin/autocomplete/?app_label=signatories&model_name=organisation&field_name=parent&term=u",
    )
    answers = crawler.answers
    assert len(answers) > 20
    assert {address: found for address in answers if (found := traces(answers[address]))} == {}


def test_logs_have_no_trace(secret, letter, caplog):
    caplog.set_level(logging.DEBUG)
    for logger in ("undersigned", "django", "django.request", "django_tasks"):
        logging.getLogger(logger).propagate = True
    client = Client(raise_request_exception=False)
    token = make_token(secret[0], MANAGE)
    for address in (
        f"/en/signature/{token}/",
        f"/en/signature/{token[:-2]}/",
        f"/en/signature/{token}/nowhere/",
        "/en/letters/speak/",
    ):
        client.get(address)
        client.post(address, {"name": "Vera Perunova", "statement": "Quillfeather"})
    tidy(now=timezone.now())
    written = "\n".join(record.getMessage() for record in caplog.records)
    assert traces(written) == set()
    assert Organisation.objects.filter(protected=True).count() == 3
