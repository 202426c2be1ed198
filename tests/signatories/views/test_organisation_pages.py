"""An organisation's page and the index: public ones alone, under one address each."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.models import Campaign
from letters.models import Letter
from signatories.models import Organisation, OrganisationIdentifier, OrganisationName
from signatories.public import organisations
from signatories.register.actions import record_organisation, rename_organisation
from signatories.review.actions import merge_organisations, undo_merge
from signatories.signing.actions import change_visibility, withdraw_signature
from tests.factories import (
    CampaignFactory,
    LetterFactory,
    OrganisationFactory,
    SignatureFactory,
    StaffFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def forum() -> Organisation:
    return OrganisationFactory(
        name="Мемория", public_id="bcdfghjkmn", acronym="MEM", website="https://forum.example.org"
    )


ADDRESS = "/en/organisations/memoriya-bcdfghjkmn/"


def sign(organisation: Organisation, **kwargs):
    return SignatureFactory(organisation=organisation, **kwargs)


def test_the_page_shows_facts_about_the_organisation(client, forum):
    sign(forum)
    for name, kind, language in (
        ("Memory Forum", "translation", "en"),
        ("Forum de la mémoire", "translation", "fr"),
        ("Old Forum", "former", ""),
        ("MF", "acronym", ""),
    ):
        OrganisationName.objects.create(organisation=forum, name=name, kind=kind, language=language)
    OrganisationIdentifier.objects.create(organisation=forum, scheme="XI-ROR", value="05ab/12")
    OrganisationIdentifier.objects.create(organisation=forum, scheme="XI-WIKIDATA", value="Q42")
    OrganisationIdentifier.objects.create(organisation=forum, scheme="QX-OURS", value="7/a")
    page = client.get(ADDRESS).content.decode()
    assert "<h1><bdi>Memory Forum</bdi></h1>" in page
    facts = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page)
    facts = [(re.sub(r"<[^>]+>", "", word), text) for word, text in facts]
    assert [(word, re.sub(r"<[^>]+>", "", text)) for word, text in facts] == [
        ("Acronym", "MEM, MF"),
        ("Own name", "Мемория"),
        ("Other languages", "Forum de la mémoire"),
        ("Former name", "Old Forum"),
        ("Website", "https://forum.example.org"),
        ("QX-OURS", "7/a"),
        ("ROR", "05ab/12"),
        ("Wikidata", "Q42"),
    ]
    assert re.findall(r'href="(https?://[^"]+)" rel="([^"]+)"', page) == [
        ("https://forum.example.org", "nofollow noopener"),
        ("https://ror.org/05ab%2F12", "nofollow noopener"),
        ("https://www.wikidata.org/wiki/Q42", "nofollow noopener"),
    ]


def test_it_lists_publicly_signed_letters_newest_first(client, forum):
    then = datetime(2026, 5, 4, 22, tzinfo=UTC)
    first = LetterFactory(slug="first", words__title="The first", time_zone="Asia/Almaty")
    sign(forum, letter=first, published_at=then, statement="We agree.")
    sign(forum, letter__words__title="The second", published_at=then + timedelta(days=2))
    for hidden in ("withheld", "counted"):
        sign(forum, letter__words__title=f"That is {hidden}", visibility=hidden)
    sign(forum, letter__words__title="That is in review", in_review=True)
    sign(forum, letter__words__title="Of nobody", letter__campaign__published=False)
    page = client.get(ADDRESS).content.decode()
    assert re.findall(r'<h3><a href="[^"]+"><bdi lang="en">([^<]+)<', page) == [
        "The second",
        "The first",
    ]
    assert re.findall(r'<time datetime="([^"]+)"', page) == ["2026-05-06", "2026-05-05"]
    assert "<p>We agree.</p>" in page
    assert "/en/letters/first/revisions/1/" in page


@pytest.mark.parametrize(
    "address",
    [
        "/en/organisations/another-name-bcdfghjkmn/",
        "/en/organisations/bcdfghjkmn/",
    ],
)
def test_a_url_with_another_name_redirects_to_the_current_one(client, forum, address):
    sign(forum)
    response = client.get(address)
    assert (response.status_code, response["Location"]) == (301, ADDRESS)


def test_urls_of_merged_organisations_redirect_to_the_kept_one(client, forum, now):
    staff = StaffFactory()
    first, second = (OrganisationFactory(name=f"Another {number}") for number in (1, 2))
    addresses = [one.get_absolute_url() for one in (first, second)]
    sign(forum)
    # One after the other, so that the first stands two merges away.
    earlier = merge_organisations(kept=second, merged=first, by=staff, now=now)
    later = merge_organisations(kept=forum, merged=second, by=staff, now=now)
    for address in addresses:
        response = client.get(address)
        assert (response.status_code, response["Location"]) == (301, ADDRESS)
    undo_merge(merge=later, by=staff, now=now)
    undo_merge(merge=earlier, by=staff, now=now)
    assert [client.get(address).status_code for address in addresses] == [404, 404]


def hide(how: str, forum: Organisation) -> None:
    now = timezone.now()
    if how == "unconfirmed":
        return
    signature = sign(forum, in_review=how == "in_review")
    if how in ("withheld", "counted"):
        change_visibility(signature=signature, visibility=how, now=now)
    elif how == "withdrawn":
        withdraw_signature(signature=signature, now=now)
    elif how == "campaign":
        Campaign.objects.update(published=False)
    elif how == "merged":
        merge_organisations(
            kept=OrganisationFactory(name="Elsewhere"), merged=forum, by=StaffFactory(), now=now
        )
        change_visibility(signature=signature, visibility="withheld", now=now)


@pytest.mark.parametrize(
    "how",
    ["unconfirmed", "in_review", "withheld", "counted", "withdrawn", "campaign", "merged"],
)
def test_one_that_is_not_public_is_not_found_as_if_it_were_not_there(client, forum, how):
    hide(how, forum)
    with CaptureQueriesContext(connection) as asked:
        hidden = client.get(ADDRESS)
    with CaptureQueriesContext(connection) as asked_for_nothing:
        nothing = client.get(ADDRESS.replace("bcdf", "zzzz"))
    assert (hidden.status_code, nothing.status_code) == (404, 404)
    assert hidden.content.replace(b"bcdfghjkmn", b"") == nothing.content.replace(b"zzzzghjkmn", b"")
    assert dict(hidden.headers) == dict(nothing.headers)
    shapes = [
        [re.sub(r"'[^']*'|\b\d+\b", "?", query["sql"]) for query in queries.captured_queries]
        for queries in (asked, asked_for_nothing)
    ]
    assert shapes[0] == shapes[1]
    # Another spelling of it leads nowhere, either.
    assert client.get("/en/organisations/bcdfghjkmn/").status_code == 404
    index = client.get("/en/organisations/").content.decode()
    assert "bcdfghjkmn" not in index


def test_federation_and_sections_are_named_only_where_they_are_public(client, forum):
    parent = OrganisationFactory(name="The Federation")
    section, hidden = (OrganisationFactory(name=f"Section {n}", parent=forum) for n in (1, 2))
    forum.parent = parent
    forum.save()
    sign(forum)
    sign(hidden, visibility="withheld")
    related = re.compile(r"The Federation|Section \d")
    assert related.findall(client.get(ADDRESS).content.decode()) == []
    sign(parent)
    sign(section)
    assert set(related.findall(client.get(ADDRESS).content.decode())) == {
        "The Federation",
        "Section 1",
    }


# Whatever the page shows changes its name


def test_the_page_is_named_by_all_that_it_shows(client, forum, now):
    staff = StaffFactory()
    letter = LetterFactory()
    signature = sign(forum, letter=letter)
    parent, section = OrganisationFactory(name="Federation"), OrganisationFactory(name="Section")
    parents, sections = sign(parent), sign(section)
    etags = [client.get(ADDRESS)["ETag"]]
    assert client.get(ADDRESS, headers={"If-None-Match": etags[0]}).status_code == 304

    def changed() -> bool:
        answer = client.get(ADDRESS, headers={"If-None-Match": etags[-1]})
        etags.append(answer["ETag"])
        return answer.status_code == 200

    def save(organisation: Organisation, **values: object) -> None:
        Organisation.objects.filter(pk=organisation.pk).update(**values)
        record_organisation(organisation=organisation, by=staff, now=now)

    save(forum, acronym="NEW")
    assert changed()
    save(forum, parent=parent)
    assert changed()
    save(section, parent=forum)
    assert changed()
    rename_organisation(organisation=parent, name="Another Federation", by=staff, now=now)
    assert changed()
    section.refresh_from_db()
    rename_organisation(organisation=section, name="Another Section", by=staff, now=now)
    assert changed()
    change_visibility(signature=sections, visibility="withheld", now=now)
    assert changed()
    change_visibility(signature=parents, visibility="withheld", now=now)
    assert changed()
    other = SignatureFactory(organisation=forum, in_review=True)
    assert not changed()
    change_visibility(signature=other, visibility="counted", now=now)
    assert not changed()
    Letter.objects.filter(pk=letter.pk).bump_public_version()
    assert changed()
    Campaign.objects.filter(pk=letter.campaign_id).bump_public_version()
    assert changed()
    assert signature.organisation == forum


def test_the_same_number_of_queries_for_one_and_three_letters(client, forum):
    def add(number: int) -> None:
        sign(forum)
        sign(OrganisationFactory(name=f"Section {number}", parent=forum))
        OrganisationName.objects.create(
            organisation=forum, name=f"Name {number}", kind="translation", language="fr"
        )

    add(0)
    with CaptureQueriesContext(connection) as one:
        client.get(ADDRESS)
    add(1)
    add(2)
    with CaptureQueriesContext(connection) as three:
        client.get(ADDRESS)
    assert len(three) == len(one)


# The index


def shown(response) -> list[str]:
    return re.findall(r'"signatory-name">([^<]+)<', response.content.decode())


def test_the_index_has_all_public_organisations_once_in_the_order_of_the_language(client):
    for name, country in (("Łan", "PL"), ("Lob", "DE"), ("Zebra", "DE"), ("Форум", "RU")):
        sign(OrganisationFactory(name=name, country=country))
    sign(Organisation.objects.get(name="Lob"))
    sign(OrganisationFactory(name="Hidden"), visibility="withheld")
    assert shown(client.get("/en/organisations/")) == ["Łan", "Lob", "Zebra", "Форум"]
    assert shown(client.get("/pl/organisations/")) == ["Lob", "Łan", "Zebra", "Форум"]
    assert shown(client.get("/ru/organisations/")) == ["Форум", "Łan", "Lob", "Zebra"]
    assert shown(client.get("/en/organisations/?country=de")) == ["Lob", "Zebra"]
    assert shown(client.get("/en/organisations/?country=ES")) == []
    assert shown(client.get("/en/organisations/?country=nowhere")) == [
        "Łan",
        "Lob",
        "Zebra",
        "Форум",
    ]


def test_the_index_is_paginated_and_links_to_each_initial_letter(client, monkeypatch):
    monkeypatch.setattr(organisations, "PAGE", 2)
    for name in ("Ant", "Bee", "Bear", "Cat"):
        sign(OrganisationFactory(name=name))
    response = client.get("/en/organisations/?page=2")
    assert shown(response) == ["Bee", "Cat"]
    jumps = response.context["register"].jumps
    assert [(jump.heading.letter, jump.page) for jump in jumps] == [("A", 1), ("B", 1), ("C", 2)]
    (bee, cat) = response.context["under_headings"]
    assert (bee.is_continued, bee.count, cat.is_continued) == (True, 2, False)


@pytest.mark.parametrize(
    ("asked", "canonical"),
    [("", ""), ("?page=1&utm=x", ""), ("?country=de", "?country=DE"), ("?page=2", "?page=2")],
)
def test_the_index_has_one_canonical_url_for_the_same_names(client, monkeypatch, asked, canonical):
    monkeypatch.setattr(organisations, "PAGE", 1)
    for name in ("Ant", "Bee"):
        sign(OrganisationFactory(name=name))
    page = client.get(f"/en/organisations/{asked}").content.decode()
    (named,) = re.findall(r'rel="canonical" href="http://testserver([^"]+)"', page)
    assert named == f"/en/organisations/{canonical}"


def test_the_etag_of_the_index_depends_on_what_it_shows(client, now):
    address = "/en/organisations/"
    signature = sign(OrganisationFactory(name="Ant"))
    etag = client.get(address)["ETag"]
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304
    change_visibility(signature=signature, visibility="withheld", now=now)
    answer = client.get(address, headers={"If-None-Match": etag})
    assert (answer.status_code, shown(answer)) == (200, [])


def test_organisations_under_letters_that_nobody_can_read_are_not_offered(client):
    sign(
        OrganisationFactory(name="Ant Forum"),
        letter=LetterFactory(campaign=CampaignFactory(published=False)),
    )
    sign(OrganisationFactory(name="Ant House"))
    found = client.get("/organisations.json?q=ant").json()["organisations"]
    assert [one["name"] for one in found] == ["Ant House"]
