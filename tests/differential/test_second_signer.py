"""Signing for an organisation does not reveal whether it has signed without being public.

A stranger signs for an organisation in two worlds that differ in one thing: in one, it has signed
this or another letter and its name is hidden; in the other, another body has, and the organisation
is unknown. All responses are equal to the byte, and so is the SQL that ran for them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from letters.models import Letter
from signatories.models import DomainSource, Organisation, OrganisationName, Signature
from signatories.register.actions import index_organisation, learn_domain
from tests.differential.second_signer import Clock, SecondSigner, Told, differences
from tests.factories import (
    CampaignFactory,
    LetterFactory,
    OrganisationFactory,
    SignatureFactory,
)

pytestmark = pytest.mark.django_db
NAME = "Zyzzogeton Watch Canarywith"
TYPED = "ZYZZOGETON Watch Canarywith"
Worlds = Callable[[Callable[[Clock], Any]], Any]


def body(name: str, **facts: Any) -> Organisation:
    """An organisation with everything that recognition could know it by."""
    facts = {"website": f"https://{name.split()[0].lower()}.example.org", "country": "DE"} | facts
    organisation = OrganisationFactory(name=name, **facts)
    OrganisationName.objects.create(
        organisation=organisation,
        name=f"{name.split()[0]} Wacht",
        kind="translation",
        language="de",
    )
    index_organisation(organisation)
    return organisation


def letter_of(policy: dict[str, Any]) -> Letter:
    closes = timezone.now() + timedelta(days=90)
    letter = LetterFactory(slug="speak", campaign__slug="speech", closes_at=closes, **policy)
    SignatureFactory(letter=letter, organisation__name="Open Forum")
    return letter


# How the first one signed without its name being public.
FIRST: dict[str, dict[str, Any]] = {
    "withheld": {"visibility": "withheld"},
    "counted": {"visibility": "counted"},
    "in review": {"in_review": True},
    "protected": {"visibility": "withheld", "organisation": {"protected": True}},
    "international": {"visibility": "withheld", "organisation": {"scope": "international"}},
    "known by its own form": {
        "visibility": "withheld",
        "organisation": {"website_source": DomainSource.SIGNATURE},
    },
}
POLICIES: dict[str, dict[str, Any]] = {
    "publishes from the own domain": {"publish_own_domain": True},
    "reviews all": {"publish_own_domain": False},
    "asks for a proof": {"publish_own_domain": True, "proof_of_work": True},
}
# What the stranger enters.
STRANGERS: dict[str, dict[str, str]] = {
    "the name": {"organisation": TYPED, "website": ""},
    "the name, with another website": {"organisation": TYPED},
    "another of its names": {"organisation": "Zyzzogeton Wacht", "website": ""},
    "a name like it": {"organisation": "Zyzzogeton Watch Canarywyth"},
    "its website": {"organisation": TYPED, "website": "https://zyzzogeton.example.org"},
    "a domain of their own": {
        "organisation": TYPED,
        "website": "https://evil.example.net",
        "email": "me@evil.example.net",
    },
}


def first_signs(letter: Letter, name: str, how: dict[str, Any]) -> None:
    how = dict(how)
    SignatureFactory(
        letter=letter,
        organisation=body(name, **how.pop("organisation", {})),
        representative_email="first@zyzzogeton.example.org",
        **how,
    )


def told_in(
    worlds: Worlds,
    arrange: Callable[[], Letter],
    live: Callable[[SecondSigner], None],
    typed: dict[str, str],
) -> list[Told]:
    def story(clock: Clock) -> list[Told]:
        signer = SecondSigner(arrange(), clock, **typed)
        live(signer)
        return signer.told

    told: list[Told] = worlds(story)
    return told


def everything(signer: SecondSigner) -> None:
    signer.live_through_everything(NAME)


def in_short(signer: SecondSigner) -> None:
    """Sign, confirm, open every page and download the data."""
    private = signer.sign_and_confirm()
    signer.look_around(private)
    signer.ask("post", f"{private}data/download/")


def compare(
    worlds: Worlds,
    *arranged: Callable[[], Letter],
    typed: dict[str, str],
    live: Callable[[SecondSigner], None] = in_short,
) -> None:
    secret, baseline = (told_in(worlds, arrange, live, typed) for arrange in arranged)
    assert len(secret) > 15
    assert differences(secret, baseline) == []


def signed_by(name: str, how: dict[str, Any], policy: dict[str, Any]) -> Callable[[], Letter]:
    def arrange() -> Letter:
        letter = letter_of(policy)
        first_signs(letter, name, how)
        return letter

    return arrange


def test_no_page_mail_or_statement_reveals_it(in_a_world):
    how, policy = FIRST["withheld"], POLICIES["publishes from the own domain"]
    arranged = [signed_by(name, how, policy) for name in (NAME, "Quite Another Body")]
    compare(in_a_world, *arranged, live=everything, typed=STRANGERS["the name"])


@pytest.mark.parametrize("first", list(FIRST)[1:])
def test_it_is_not_revealed_whoever_signed_first(in_a_world, first):
    how, policy = FIRST[first], POLICIES["publishes from the own domain"]
    arranged = [signed_by(name, how, policy) for name in (NAME, "Quite Another Body")]
    compare(in_a_world, *arranged, typed=STRANGERS["the name"])


@pytest.mark.parametrize("policy", list(POLICIES)[1:])
def test_it_is_not_revealed_whatever_the_letter_publishes(in_a_world, policy):
    arranged = [
        signed_by(name, FIRST["withheld"], POLICIES[policy])
        for name in (NAME, "Quite Another Body")
    ]
    compare(in_a_world, *arranged, typed=STRANGERS["the name"])


@pytest.mark.parametrize("stranger", list(STRANGERS)[1:])
def test_it_is_not_revealed_whatever_the_stranger_types(in_a_world, stranger):
    policy = POLICIES["publishes from the own domain"]
    arranged = [signed_by(name, FIRST["withheld"], policy) for name in (NAME, "Quite Another Body")]
    compare(in_a_world, *arranged, typed=STRANGERS[stranger])


@pytest.mark.one_engine  # the stories before it ask each engine the same
@pytest.mark.parametrize("language", ["fr", "de", "es", "pl", "ru", "kk", "ar"])
def test_it_is_not_revealed_in_any_language(in_a_world, language):
    policy = POLICIES["publishes from the own domain"]
    arranged = [
        signed_by(name, FIRST["protected"], policy) for name in (NAME, "Quite Another Body")
    ]
    typed = STRANGERS["the name"] | {"language": language}
    compare(in_a_world, *arranged, typed=typed)


def test_it_is_not_revealed_by_lapsing(in_a_world):
    policy = {"silence": "leaves", "silence_days": 7}
    arranged = [signed_by(name, FIRST["withheld"], policy) for name in (NAME, "Quite Another Body")]
    compare(
        in_a_world,
        *arranged,
        live=SecondSigner.be_silent,
        typed=STRANGERS["the name"],
    )


def test_it_is_not_revealed_when_staff_decline(in_a_world):
    arranged = [signed_by(name, FIRST["withheld"], {}) for name in (NAME, "Quite Another Body")]
    compare(
        in_a_world,
        *arranged,
        live=lambda signer: signer.be_decided_on("decline"),
        typed=STRANGERS["the name"],
    )


def test_it_is_not_revealed_of_one_that_is_public_elsewhere(in_a_world):
    """The organisation is public; whether it has signed this letter, too, is hidden."""

    def arranged(signs: bool) -> Callable[[], Letter]:
        def arrange() -> Letter:
            letter = letter_of(POLICIES["publishes from the own domain"])
            known = body(NAME)
            SignatureFactory(letter=LetterFactory(slug="other"), organisation=known)
            signer = known if signs else body("Quite Another Body")
            SignatureFactory(letter=letter, organisation=signer, visibility="withheld")
            return letter

        return arrange

    typed = STRANGERS["the name"]
    compare(in_a_world, arranged(True), arranged(False), live=everything, typed=typed)


# Known from elsewhere, and hidden


@pytest.mark.parametrize("stranger", STRANGERS)
@pytest.mark.parametrize("where", ["same campaign", "another campaign"])
def test_the_register_does_not_answer_with_a_hidden_name(in_a_world, where, stranger):
    def arranged(name: str) -> Callable[[], Letter]:
        def arrange() -> Letter:
            letter = letter_of(POLICIES["publishes from the own domain"])
            same = where == "same campaign"
            campaign = letter.campaign if same else CampaignFactory(slug="other")
            other = LetterFactory(slug="other", campaign=campaign)
            first_signs(other, name, FIRST["protected"])
            return letter

        return arrange

    compare(in_a_world, arranged(NAME), arranged("Quite Another Body"), typed=STRANGERS[stranger])


def test_the_register_does_not_answer_whatever_the_stranger_does(in_a_world):
    def arranged(name: str) -> Callable[[], Letter]:
        def arrange() -> Letter:
            letter = letter_of(POLICIES["publishes from the own domain"])
            other = LetterFactory(slug="other", campaign=letter.campaign)
            first_signs(other, name, FIRST["protected"])
            return letter

        return arrange

    typed = STRANGERS["the name"]
    compare(
        in_a_world, arranged(NAME), arranged("Quite Another Body"), live=everything, typed=typed
    )


@pytest.mark.parametrize("where", ["same campaign", "another campaign"])
def test_a_hidden_name_is_not_answered_when_staff_publish(in_a_world, where):
    """Staff publish the signature, which still does not reveal the body's name on the register."""

    def arranged(name: str) -> Callable[[], Letter]:
        def arrange() -> Letter:
            letter = letter_of({})
            same = where == "same campaign"
            campaign = letter.campaign if same else CampaignFactory(slug="other")
            first_signs(
                LetterFactory(slug="other", campaign=campaign), name, {"visibility": "withheld"}
            )
            return letter

        return arrange

    compare(
        in_a_world,
        arranged(NAME),
        arranged("Quite Another Body"),
        live=lambda signer: signer.be_decided_on("publish"),
        typed={"organisation": TYPED, "website": "", "visibility": "withheld"},
    )


@pytest.mark.parametrize("typed", ["the name", "another of its names"])
def test_the_stranger_is_taken_for_the_one_that_signed_in_secret(in_a_world, typed):
    """Otherwise the tests above would compare two bodies that are unknown."""

    def live(signer: SecondSigner) -> None:
        signer.sign_and_confirm()
        taken_for = Organisation.objects.get(provisional=True).recognised_as
        assert taken_for is not None
        assert taken_for.name == NAME

    told_in(in_a_world, signed_by(NAME, FIRST["withheld"], {}), live, STRANGERS[typed])


def taught(name: str, visibility: str) -> Callable[[], Letter]:
    """The organisation is public, and another body signed elsewhere from the stranger's domain.

    `name` is that body's.
    """

    def arrange() -> Letter:
        letter = letter_of(POLICIES["publishes from the own domain"])
        known = body(NAME, website="")
        SignatureFactory(letter=letter, organisation=known)
        signature = SignatureFactory(
            letter=LetterFactory(slug="other", campaign=letter.campaign),
            organisation=known if name == NAME else body(name, website=""),
            visibility=visibility,
            representative_email="first@zyz.example.net",
        )
        assert learn_domain(signature, now=timezone.now())
        return letter

    return arrange


FROM_THERE = {"organisation": "Watch Zyzzogeton", "website": "", "email": "me@zyz.example.net"}


def test_a_domain_that_a_hidden_signature_taught_changes_nothing(in_a_world):
    arranged = [taught(name, "withheld") for name in (NAME, "Quite Another Body")]
    compare(in_a_world, *arranged, typed=FROM_THERE)


def test_one_that_a_public_signature_taught_does(in_a_world):
    """Otherwise the test above would compare a domain that nobody uses."""
    told = [
        told_in(in_a_world, taught(name, "public"), in_short, FROM_THERE)
        for name in (NAME, "Quite Another Body")
    ]
    assert differences(*told) != []


# The one exception


def test_a_colleague_learns_of_it_by_mail_only(in_a_world):
    policy = POLICIES["publishes from the own domain"]

    def told(name: str) -> list[Told]:
        def live(signer: SecondSigner) -> None:
            signer.look_around(signer.sign_and_confirm())

        return told_in(
            in_a_world,
            signed_by(name, FIRST["withheld"], policy),
            live,
            {"organisation": TYPED, "email": "colleague@zyzzogeton.example.org", "website": ""},
        )

    # Where another body has signed, neither this one nor its domain is known.
    secret, baseline = told(NAME), told("Another Body Altogether")
    pages = [[one for one in kept if one.what != "mail"] for kept in (secret, baseline)]
    assert differences(*pages, statements=False) == []
    mails = ["\n".join(one.lines) for one in secret if one.what == "mail"]
    assert "A colleague has already signed" in "\n".join(mails)


# What is compared


def routes(patterns: list[Any]) -> set[str]:
    found: set[str] = set()
    for one in patterns:
        if isinstance(one, URLResolver):
            found |= routes(one.url_patterns) if "admin" not in str(one.pattern) else set()
        elif isinstance(one, URLPattern):
            found.add(str(one.name))
    return found


PRIVATE = {
    "confirm",
    "confirm-again",
    "manage",
    "reaffirm",
    "withdraw",
    "visibility",
    "propose-logo",
    "proposed-logo",
    "new-link",
    "contact",
    "own-data",
    "download-own-data",
    "erase-own-data",
}


def test_every_page_of_the_private_side_is_compared(in_a_world):
    """A new page behind a link is added to the story above, or this test fails."""
    told = told_in(in_a_world, lambda: letter_of({}), everything, typed=STRANGERS["the name"])
    asked = {one.what.split()[-1] for one in told if one.what != "mail"}
    names = {
        get_resolver().resolve(path.split("?")[0].replace("TOKEN", "us_x")).url_name
        for path in asked
    }
    assert names >= PRIVATE
    private = {name for name in routes(get_resolver().url_patterns) if takes_token(name)}
    assert private - names <= {"erase-unconfirmed"}
    assert Signature.objects.count() == 0  # nothing of a world stays


def takes_token(name: str) -> bool:
    patterns = get_resolver().reverse_dict.getlist(name)
    return any("token" in params for possible, *_rest in patterns for _path, params in possible)
