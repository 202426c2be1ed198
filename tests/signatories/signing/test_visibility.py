"""A withheld name appears nowhere, and the numbers shown reveal none."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from config.models import AuditEntry
from signatories.errors import IllegalTransition
from signatories.models import Organisation, OrganisationName, Signature
from signatories.public.signatories import Counts, SignatoryList, counts_by_letter
from signatories.register.suggestions import suggest
from signatories.review.actions import decline_signature, publish_signature
from signatories.signing.actions import change_visibility, confirm_signature
from signatories.signing.links import MANAGE, make_token
from signatories.signing.queries import may_know_of_first
from tests.factories import (
    LetterFactory,
    OrganisationFactory,
    SignatureFactory,
    StaffFactory,
    form_data,
)

pytestmark = pytest.mark.django_db
Visibility = Signature.Visibility
NOW = timezone.now()


@pytest.fixture
def letter():
    return LetterFactory(slug="speak", campaign__slug="speech")


def signed(letter, number: int, country: str, visibility: str) -> list[Signature]:
    return [
        SignatureFactory(letter=letter, organisation__country=country, visibility=visibility)
        for _ in range(number)
    ]


def told(letter) -> tuple[list[tuple[str, int]], int, int, Counts]:
    found = SignatoryList(letter)
    rows = [(row.country.code, row.signatories) for row in found.hidden.withheld]
    return rows, found.hidden.withheld_elsewhere, found.hidden.counted, found.counts


def test_a_country_is_shown_only_if_three_withhold_their_names(letter):
    signed(letter, 1, "DE", Visibility.PUBLIC)
    signed(letter, 3, "RU", Visibility.WITHHELD)
    signed(letter, 2, "KZ", Visibility.WITHHELD)
    signed(letter, 4, "BY", Visibility.COUNTED)
    assert told(letter) == ([("RU", 3)], 2, 4, Counts(signatories=10, countries=2))
    assert counts_by_letter([letter]) == {letter.pk: Counts(signatories=10, countries=2)}


@pytest.mark.parametrize(("least", "codes"), [(1, ["KZ", "RU"]), (2, ["KZ"]), (4, [])])
def test_staff_set_how_many_withheld_names_show_a_country(letter, least, codes):
    letter.country_from = least
    signed(letter, 1, "RU", Visibility.WITHHELD)
    signed(letter, 2, "KZ", Visibility.WITHHELD)
    assert sorted(code for code, _number in told(letter)[0]) == codes
    assert counts_by_letter([letter])[letter.pk] == Counts(signatories=3, countries=len(codes))


@pytest.mark.parametrize(
    ("least", "words"),
    [
        (1, "The list shows the country of a withheld name."),
        (
            5,
            (
                "The list shows the country of withheld names only if at least 5 organisations from"
                " that country withhold theirs."
            ),
        ),
    ],
)
def test_the_form_states_the_threshold(client, letter, least, words):
    type(letter).objects.update(country_from=least)
    assert words in client.get("/en/letters/speak/sign/").content.decode()


def test_the_page_shows_numbers_but_no_country_of_few(client, letter):
    signed(letter, 3, "RU", Visibility.WITHHELD)
    signed(letter, 1, "KZ", Visibility.WITHHELD)
    signed(letter, 1, "BY", Visibility.COUNTED)
    page = client.get("/en/letters/speak/").content.decode()
    assert "3 organisations in Russia, names withheld" in page
    assert "1 organisation, name withheld" in page
    assert "1 organisation, counted only" in page
    assert 'data-key="KZ"' not in page
    assert 'data-key="BY"' not in page


def test_the_choice_in_the_form_holds_from_the_first_moment(client, letter):
    for number, choice in enumerate(Visibility.values):
        data = form_data(visibility=choice, email=f"{number}@forum.example.org")
        client.post("/en/letters/speak/sign/", data | {"organisation": f"Forum of {choice}"})
    kept = Signature.objects.order_by("pk").values_list("visibility", flat=True)
    assert list(kept) == Visibility.values


def test_a_form_without_the_choice_shows_the_name_as_it_always_did(client, letter):
    client.post("/en/letters/speak/sign/", form_data(visibility=""))
    assert Signature.objects.get().visibility == Visibility.PUBLIC


def test_hiding_takes_effect_at_once_and_everywhere(client, letter):
    (signature,) = signed(letter, 1, "RU", Visibility.PUBLIC)
    etag = client.get("/en/letters/speak/")["ETag"]
    address = f"/en/signature/{make_token(signature, MANAGE)}/"
    assert "Hide our name now" in client.get(address).content.decode()
    assert client.post(f"{address}visibility/", {"visibility": "withheld"}).status_code == 303
    answer = client.get("/en/letters/speak/", headers={"If-None-Match": etag})
    assert answer.status_code == 200
    assert str(signature) not in answer.content.decode()
    audit = AuditEntry.objects.get()
    assert (audit.actor, audit.detail) == (
        "representative",
        {"before": "public", "after": "withheld"},
    )


def test_choosing_the_same_again_or_nonsense_changes_nothing(client, letter):
    (signature,) = signed(letter, 1, "RU", Visibility.WITHHELD)
    address = f"/en/signature/{make_token(signature, MANAGE)}/visibility/"
    for choice in ("withheld", "nonsense", ""):
        client.post(address, {"visibility": choice})
    letter.refresh_from_db()
    assert letter.public_version == 1
    assert AuditEntry.objects.count() == 0


def test_a_get_request_hides_nothing(client, letter):
    (signature,) = signed(letter, 1, "RU", Visibility.PUBLIC)
    address = f"/en/signature/{make_token(signature, MANAGE)}/visibility/"
    assert client.get(address).status_code == 405


def test_staff_can_withhold_a_name_at_once(staff_client, letter):
    (signature,) = signed(letter, 1, "RU", Visibility.PUBLIC)
    staff_client.post(reverse("admin:signatories_signature_withhold", args=[signature.pk]))
    assert list(Signature.objects.public()) == []
    assert Signature.objects.published().count() == 1


def test_a_withdrawn_signature_has_nothing_to_show():
    with pytest.raises(IllegalTransition):
        change_visibility(
            signature=SignatureFactory(withdrawn=True), visibility="withheld", now=NOW
        )


def test_a_protected_organisation_starts_withheld(letter):
    OrganisationFactory(name="Forum for Free Speech", protected=True)
    signature: Signature = SignatureFactory(
        letter=letter, unconfirmed=True, signed_as="Forum for Free Speech", country="DE"
    )
    signature = confirm_signature(signature=signature, now=NOW)
    assert signature.visibility == Visibility.PUBLIC  # what the signer chose, and nobody can read
    published = publish_signature(signature=signature, by=StaffFactory(), now=NOW)
    assert published.visibility == Visibility.WITHHELD


def test_its_representative_can_choose_otherwise_for_good(letter):
    staff = StaffFactory()
    signature = SignatureFactory(letter=letter, in_review=True, organisation__protected=True)
    publish_signature(signature=signature, by=staff, now=NOW)
    change_visibility(signature=signature, visibility=Visibility.PUBLIC, now=NOW)
    decline_signature(signature=signature, by=staff, now=NOW, reason="By mistake.")
    published = publish_signature(signature=signature, by=staff, now=NOW)
    assert published.visibility == Visibility.PUBLIC


def test_staff_who_may_not_see_representatives_do_not_see_a_protected_name_in_review(letter):
    SignatureFactory(letter=letter, in_review=True, organisation__protected=True)
    seen = SignatureFactory(letter=letter, in_review=True)
    viewer = StaffFactory(is_superuser=False)
    viewer.user_permissions.add(Permission.objects.get(codename="view_signature"))
    letter.campaign.team.add(viewer)
    assert list(Signature.objects.visible_to(viewer)) == [seen]


def test_a_stranger_learns_nothing_of_a_withheld_signature(letter):
    (first,) = signed(letter, 1, "RU", Visibility.WITHHELD)
    stranger = SignatureFactory.build(letter=letter, organisation=first.organisation)
    assert not may_know_of_first(stranger, first)


@pytest.fixture
def hidden(letter) -> list[Organisation]:
    """Three organisations whose names are not shown, with all that could give them away."""
    found: list[Organisation] = []
    for number, choice in enumerate([Visibility.WITHHELD, Visibility.WITHHELD, Visibility.COUNTED]):
        organisation = OrganisationFactory(
            name=f"Sekretnyj Sojuz {number}",
            acronym=f"SSOJ{number}",
            website=f"https://sekretnyj{number}.example.org",
            country="RU",
            protected=True,
        )
        OrganisationName.objects.create(
            organisation=organisation, name="Секретный союз", kind="translation", language="en"
        )
        SignatureFactory(
            letter=letter,
            organisation=organisation,
            visibility=choice,
            statement="Sekretnoe slovo.",
            representative_email=f"tajna@sekretnyj{number}.example.org",
        )
        found.append(organisation)
    return found


ADDRESSES = [
    "/en/",
    "/en/campaigns/",
    "/en/campaigns/speech/",
    "/en/letters/speak/",
    "/en/letters/speak/sign/",
    "/en/letters/speak/signatories/",
    "/en/letters/speak/signatories/?q=sekret",
    "/en/letters/speak/signatories/?q=союз",
    "/en/letters/speak/signatories/?q=SSOJ",
    "/en/letters/speak/signatories/?country=RU",
    "/en/letters/speak/signatories/?page=2",
    "/en/letters/speak/figures/",
    "/letters/speak/live.json",
    "/letters/speak/signatories.json",
    "/letters/speak/signatories.csv",
    "/letters/speak/signatories.ndjson",
    "/api/v1/letters/speak",
    "/api/v1/letters/speak/signatories",
    "/api/v1/organisations",
    "/en/letters/speak/feed.atom",
    "/api/v1/letters/speak/signatories?country=RU",
    "/api/v1/organisations?text=sekret",
    "/organisations.json?q=sekret",
    "/organisations.json?q=ssoj",
    "/organisations.json?q=сек",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_public_answer_has_a_trace_of_a_hidden_name(client, hidden, letter, address):
    signed(letter, 1, "DE", Visibility.PUBLIC)
    response = client.get(address)
    answer = _without_what_was_asked(response.content.decode().casefold())
    answer += str(dict(response.headers)).casefold()
    for trace in ("sekret", "секрет", "союз", "ssoj", "tajna", "russia"):
        assert trace not in answer
    for organisation in hidden:
        assert f'data-key="{organisation.public_id}"' not in answer


def _without_what_was_asked(page: str) -> str:
    """The page without the choices of a form and without the search that it repeats."""
    page = re.sub(r"<option.*?</option>", "", page, flags=re.DOTALL)
    return re.sub(r'<input[^>]*type="search"[^>]*>|<a [^>]*hreflang[^>]*>', "", page)


def test_suggestions_and_mails_to_others_keep_the_secret(client, hidden, letter, outbox):
    assert suggest("sekret") == []
    SignatureFactory(
        letter=letter,
        unconfirmed=True,
        signed_as="Sekretnyj Sojuz 0",
        country="RU",
        representative_email="spy@gmail.com",
    )
    spy = Signature.objects.get(status="unconfirmed")
    confirm_signature(signature=spy, now=NOW)
    outbox.send()
    (told_to_spy,) = [message for message in mail.outbox if message.to == ["spy@gmail.com"]]
    assert "already" not in f"{told_to_spy.subject} {told_to_spy.body}"
