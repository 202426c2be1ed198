"""The two letters: that of 2014 has its known facts, the other one nothing real."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest

from letters.models import Letter
from letters.wording import paragraphs
from seeds.loader import HERE
from signatories.models import Signature
from signatories.names.cleaning import clean_name
from tests.seeds.conftest import LOADED_AT

pytestmark = pytest.mark.xdist_group("seeds")

Status = Signature.Status
SCRIPTS = {
    "ARABIC",
    "ARMENIAN",
    "BENGALI",
    "CJK",
    "CYRILLIC",
    "DEVANAGARI",
    "ETHIOPIC",
    "GEORGIAN",
    "GREEK",
    "HANGUL",
    "HEBREW",
    "HIRAGANA",
    "KATAKANA",
    "LATIN",
    "SINHALA",
    "TAMIL",
    "THAI",
}


# The letter of 2014


def test_speakout_is_the_campaign_of_amnesty_international_in_one_week_of_october(speakout):
    campaign = speakout.letter.campaign
    assert (campaign.hashtag, campaign.organiser_name) == ("#SpeakOut", "Amnesty International")
    assert (campaign.first_day, campaign.last_day) == (date(2014, 10, 6), date(2014, 10, 12))
    assert campaign.published


def test_speakout_addresses_the_president(speakout):
    addressees = [(one.name, one.office) for one in speakout.letter.addressees.all()]
    assert addressees == [("Vladimir Putin", "President of the Russian Federation")]


def test_speakout_has_its_demands_in_order(speakout):
    assert [demand.text for demand in speakout.letter.original.demands.all()] == [
        "Stop the clampdown on freedom of association.",
        "End reprisals against independent NGOs in Russia.",
        "Repeal the “foreign agents” law so that NGOs can work without hindrance, harassment,"
        " stigmatisation or reprisals.",
    ]


def test_speakout_reads_in_five_languages_part_by_part_alike(speakout):
    wording = speakout.letter.revision.wording
    assert wording.languages == ["en", "de", "fr", "pl", "ru"]
    shapes = {
        (len(paragraphs(one.body)), len(paragraphs(one.note)), len(one.demands), one.is_original)
        for one in wording.editions
    }
    assert shapes == {(6, 3, 3, True), (6, 3, 3, False)}


def test_speakout_says_that_its_text_is_a_summary(speakout):
    assert speakout.letter.original.note.startswith("This is a summary in our own words.")


def test_speakout_holds_the_reported_numbers_with_their_source(speakout):
    letter = speakout.letter
    assert (letter.reported_signatories, letter.reported_countries) == (148, 32)
    assert letter.reported_by == "ECRE and the Norwegian Helsinki Committee"
    assert urlsplit(letter.reported_url).hostname == "ecre.org"


def test_speakout_lists_the_four_known_names(speakout):
    listed = [(o.acronym, o.name, o.country.code, o.scope) for o in speakout.organisations]
    assert sorted(listed) == [
        ("BHRC", "Bar Human Rights Committee of England and Wales", "GB", "national"),
        ("ECRE", "European Council on Refugees and Exiles", "BE", "international"),
        ("EHRAC", "European Human Rights Advocacy Centre", "GB", "national"),
        ("NHC", "Norwegian Helsinki Committee", "NO", "national"),
    ]
    assert len(speakout.signatures) == 4


def test_each_known_name_says_where_it_was_found(speakout):
    assert {urlsplit(signature.source_url).hostname for signature in speakout.signatures} == {
        "ecre.org",
        "ehrac.org.uk",
        "nhc.no",
        "www.barhumanrights.org.uk",
    }


def test_speakout_delivery_holds_one_date_and_tells_of_the_other(speakout):
    [delivery] = speakout.timeline("delivery")
    assert delivery.day == date(2014, 11, 19)
    assert delivery.place == "Presidential Administration, Ilinka Street 23/16, Moscow"
    assert "ECRE gives 19 November 2014" in delivery.note
    assert "20 November 2014" in delivery.note
    assert "15:00 Moscow time" in delivery.note


def test_speakout_was_covered_by_two_outlets(speakout):
    assert [entry.outlet for entry in speakout.timeline("coverage")] == ["TV Rain", "Novaya Gazeta"]


def test_speakout_was_delivered_and_not_answered(speakout):
    assert speakout.letter.status == Letter.Status.DELIVERED
    assert speakout.timeline("response") == []


def test_speakout_knows_a_name_in_its_own_language(speakout):
    (helsinki,) = [one for one in speakout.organisations if one.acronym == "NHC"]
    assert helsinki.name_in("nb") == "Den norske Helsingforskomité"


def test_speakout_names_its_sources(speakout):
    publishers = {re.sub(r" \(.*", "", one.publisher) for one in speakout.letter.sources.all()}
    assert publishers == {
        "Amnesty International",
        "Amnesty International Polska",
        "Bar Human Rights Committee of England and Wales",
        "European Council on Refugees and Exiles",
        "European Human Rights Advocacy Centre",
        "Norwegian Helsinki Committee",
        "Rights in Russia",
        "World Organisation Against Torture",
    }


def test_speakout_uses_moscow_time(speakout):
    letter = speakout.letter
    moscow = [instant.astimezone(letter.zone) for instant in (letter.opens_at, letter.closes_at)]
    assert [f"{instant:%Y-%m-%d %H:%M %z}" for instant in moscow] == [
        "2014-10-06 00:00 +0400",
        "2014-11-19 00:00 +0300",
    ]


# The invented letter


def test_the_invented_letter_says_that_it_is_invented(invented):
    assert "made-up" in invented.letter.campaign.summary
    assert "made up" in invented.letter.original.note


def test_the_invented_letter_is_open_for_forty_days_more(invented):
    assert invented.letter.is_open(LOADED_AT)
    assert invented.letter.days_left(LOADED_AT) == 40


def test_about_120_organisations_have_signed(invented):
    organisations = invented.organisations
    assert 110 <= len(organisations) <= 130
    assert len({organisation.country.code for organisation in organisations}) >= 40
    assert len([one for one in organisations if one.scope == "international"]) >= 5
    assert len([one for one in organisations if one.acronym]) >= 10
    assert len([signature for signature in invented.published if signature.statement]) >= 8


def test_names_are_written_in_many_scripts(invented):
    letters = {letter for one in invented.organisations for letter in one.name if letter.isalpha()}
    scripts = {re.split("[ -]", unicodedata.name(letter))[0] for letter in letters}
    assert scripts >= SCRIPTS


def test_names_are_as_the_form_would_clean_them(invented):
    names = [signature.signed_as for signature in invented.signatures]
    assert [name for name in names if clean_name(name) != name] == []


def test_more_than_forty_countries_had_signed_when_the_update_said_so(invented):
    update = invented.timeline("update")[-1]
    assert "from more than forty countries" in update.note
    by_then = [one for one in invented.published if one.published_at.date() < update.day]
    assert len({one.organisation.country.code for one in by_then}) > 40


def test_names_came_in_over_weeks(invented):
    instants = [signature.published_at for signature in invented.published]
    assert max(instants) - min(instants) > timedelta(weeks=3)
    assert len({instant.date() for instant in instants}) > 15


def test_some_signatures_wait_for_staff_and_some_for_their_representatives(invented):
    assert len(invented.having(Status.IN_REVIEW)) == 4
    assert len(invented.having(Status.UNCONFIRMED)) == 2
    own_domain = Signature.Authority.OWN_DOMAIN
    assert len([one for one in invented.published if one.authority == own_domain]) == 5


def test_every_domain_of_the_invented_letter_ends_with_example(invented):
    addresses = [invented.letter.campaign.organiser_url]
    mails = [invented.letter.campaign.organiser_email]
    for signature in invented.signatures:
        addresses += [signature.website, signature.source_url]
        addresses += [signature.organisation.website] if signature.organisation else []
        mails += [signature.representative_email]
    hosts = {urlsplit(address).hostname or "" for address in addresses if address}
    hosts |= {mail.partition("@")[2] for mail in mails if mail}
    assert len(hosts) > 100
    assert {host for host in hosts if not host.endswith(".example")} == set()


def test_no_file_of_the_invented_letter_names_a_real_host():
    for path in (HERE / "open_assembly").rglob("*.*"):
        found = re.findall(r"https?://[^/\s,\"]+|[\w.]+@[\w.-]+", path.read_text(encoding="utf-8"))
        assert [address for address in found if not address.endswith(".example")] == [], path
