"""Translations in the admin, and publishing changed words."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages

from config.models import AuditEntry
from letters.actions import save_edition, set_demands
from letters.models import Edition, Letter, Revision
from letters.translating import lags
from tests.factories import EditionFactory, LetterFactory
from tests.letters.conftest import INDEX, change_url, problems, seen, sent_by

pytestmark = pytest.mark.django_db
EDITIONS = "/admin/letters/edition/"
WRITTEN = {
    "language": "fr",
    "status": "published",
    "translator": "Rosa",
    "addressed_to": "Ada; Présidente",
    "title": "Laissez parler",
    "salutation": "Madame la Présidente,",
    "body": "Nous vous écrivons.",
    "demands": "Abrogez la loi.\r\n\r\n  Libérez-les. \r\n",
    "call_to_sign": "Signez.",
    "summary": "En bref.",
    "note": "De 2014.",
}
CORRECTION = {"kind": "correction", "reason": "Why."}
SUBSTANTIVE = {"kind": "substantive", "reason": "It was unclear."}


@pytest.fixture
def letter() -> Letter:
    return LetterFactory()


@pytest.fixture
def french(letter: Letter) -> Edition:
    edition = EditionFactory.build(letter=letter, language="fr", is_original=False)
    return save_edition(edition=edition)


def add_url(letter: Letter) -> str:
    return f"{EDITIONS}add/?letter={letter.pk}"


def page(edition: Edition, name: str = "change") -> str:
    return f"{EDITIONS}{edition.pk}/{name}/"


def revise_url(letter: Letter) -> str:
    return f"{INDEX}{letter.pk}/revise/"


def edit(letter: Letter, **changes: str) -> None:
    letter.editions.filter(is_original=True).update(**changes)


def messages_in(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def behind(edition: Edition) -> list[str]:
    originals = Edition.objects.filter(is_original=True)
    original = originals.get(letter=edition.letter)
    return [lag.part for lag in lags(Edition.objects.get(pk=edition.pk), original)]


def fields_on_record() -> list[str]:
    return AuditEntry.objects.get(verb="letter changed").detail["fields"]


# Adding


def test_a_translation_is_added_to_its_letter_and_is_on_record(staff, staff_client, letter):
    response = staff_client.post(add_url(letter), WRITTEN)
    assert response.headers.get("Location") == change_url(letter), problems(response)
    edition = Edition.objects.get(is_original=False)
    words = Edition.objects.values(*WRITTEN.keys() - {"demands"}).get(pk=edition.pk)
    demands = [demand.text for demand in edition.demands.all()]
    assert words | {"demands": WRITTEN["demands"]} == WRITTEN
    assert (edition.letter, demands) == (letter, ["Abrogez la loi.", "Libérez-les."])
    assert behind(edition) == []
    assert AuditEntry.objects.values_list("by", "subject_id").get() == (staff.pk, letter.pk)
    assert sorted(fields_on_record()) == sorted(f"fr: {name}" for name in WRITTEN)


def test_the_page_shows_an_empty_draft_beside_the_original(staff_client, letter):
    response = staff_client.get(add_url(letter))
    form = response.context["adminform"].form
    assert (form["language"].value(), form["status"].value()) == ("", "draft")
    assert response.context["adminform"].fieldsets[0][1]["fields"] == list(WRITTEN)
    assert response.content.decode().count("<strong>Let everyone speak</strong>") == 1


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"language": "en"},
            {"language": ["This letter already has an edition in this language."]},
        ),
        ({"language": "FR"}, {"language": ["Enter a language code, such as en or pt-br."]}),
        ({"body": " \r\n"}, {"body": ["This field is required."]}),
        ({"demands": "x" * 501}, {"demands": ["Use at most 500 characters for each demand."]}),
    ],
)
def test_a_wrong_value_is_reported_beside_its_field_and_keeps_what_was_typed(
    staff_client, letter, changes, expected
):
    written = WRITTEN | changes
    response = staff_client.post(add_url(letter), written)
    assert problems(response) == expected
    form = response.context["adminform"].form
    assert {name: form[name].value() for name in WRITTEN} == written
    assert (Edition.objects.count(), AuditEntry.objects.count()) == (1, 0)


@pytest.mark.parametrize("query", ["", "?letter=", "?letter=0", "?letter=²", "?letter=99999"])
def test_a_translation_of_no_letter_cannot_be_added(staff_client, query):
    assert staff_client.get(f"{EDITIONS}add/{query}").status_code == 404
    assert staff_client.post(f"{EDITIONS}add/{query}", WRITTEN).status_code == 404


# Changing and removing


def test_a_changed_translation_is_stored_and_on_record(staff, staff_client, french):
    sent = sent_by(staff_client, page(french), title="Parlons", demands="Abrogez-la.")
    response = staff_client.post(page(french), sent)
    assert response.headers.get("Location") == change_url(french.letter), problems(response)
    assert Edition.objects.get(pk=french.pk).title == "Parlons"
    assert [demand.text for demand in french.demands.all()] == ["Abrogez-la."]
    assert AuditEntry.objects.get().by == staff
    assert fields_on_record() == ["fr: title", "fr: demands"]


def test_saving_what_was_shown_changes_nothing(staff_client, french):
    before = Edition.objects.values().get(pk=french.pk)
    staff_client.post(page(french), sent_by(staff_client, page(french)))
    assert Edition.objects.values().get(pk=french.pk) == before
    assert fields_on_record() == []


def test_the_language_of_another_edition_is_taken_and_ones_own_is_not(staff_client, french):
    sent = sent_by(staff_client, page(french), language="en")
    assert problems(staff_client.post(page(french), sent)) == {
        "language": ["This letter already has an edition in this language."]
    }
    assert staff_client.post(page(french), sent | {"language": "fr"}).status_code == 302


def test_a_translation_is_removed_and_stays_on_record(staff_client, french):
    staff_client.post(page(french, "delete"), {"post": "yes"})
    assert [edition.language for edition in Edition.objects.all()] == ["en"]
    assert fields_on_record() == ["fr: removed"]


def test_the_original_is_no_translation(staff_client, letter):
    original = letter.editions.get()
    for name in ("change", "delete", "history"):
        response = staff_client.post(page(original, name), {"post": "yes"})
        assert (response.status_code, response.headers["Location"]) == (302, "/admin/"), name
    assert staff_client.post(page(original, "follow")).status_code == 404
    assert letter.editions.count() == 1


def test_translations_are_listed_on_their_letters_page_alone(staff_client, letter, french):
    edit(letter, title="Changed")
    assert staff_client.get(EDITIONS).headers["Location"] == INDEX
    shown = staff_client.get(change_url(letter)).content.decode()
    assert shown.count(f'<a href="{page(french)}">French</a>') == 1
    assert shown.count("<mark>1 paragraph</mark>") == 1
    assert shown.count(f'href="{add_url(letter)}"') == 1


# Following the original


def test_ticked_changes_are_done_and_the_others_stay(staff, staff_client, letter, french):
    edit(letter, title="Changed", salutation="Dear Ada,")
    title, _salutation = staff_client.get(page(french)).context["lags"]
    assert staff_client.get(page(french, "follow")).status_code == 405
    response = staff_client.post(page(french, "follow"), {"checked": [title.key]})
    assert response.headers["Location"] == page(french)
    assert messages_in(response) == ["The translation is marked as up to date."]
    assert behind(french) == ["salutation"]
    assert AuditEntry.objects.values_list("verb", "by").get() == ("translation checked", staff.pk)


def test_the_page_has_a_tick_for_each_change_and_shows_its_words(staff_client, letter, french):
    assert staff_client.get(page(french)).content.decode().count('name="checked"') == 0
    edit(letter, title="Let all speak", salutation="")
    shown = seen(staff_client.get(page(french)).content.decode())
    assert shown.count('name="checked"') == 2
    assert shown.count("Let <del>everyone</del><ins>all</ins> speak") == 1
    assert shown.count("<del>Dear President,</del>") == 1


def test_without_a_tick_nothing_is_marked_and_an_error_is_shown(staff_client, letter, french):
    edit(letter, title="Changed")
    response = staff_client.post(page(french, "follow"))
    assert (messages_in(response), behind(french)) == (["You did not tick anything."], ["title"])


def test_everything_is_followed_by_one_tick_when_saving(staff_client, letter, french):
    edit(letter, title="Changed", salutation="Dear Ada,")
    sent = sent_by(staff_client, page(french), title="Nouveau")
    staff_client.post(page(french), sent)
    assert behind(french) == ["title", "salutation"]
    staff_client.post(page(french), sent | {"follows_now": "on"})
    assert behind(french) == []


# Publishing


def test_the_page_shows_what_would_be_published_and_publishes_it(staff, staff_client, letter):
    edit(letter, title="Let all speak")
    shown = seen(staff_client.get(revise_url(letter)).content.decode())
    assert shown.count("Let <del>everyone</del><ins>all</ins> speak") == 1
    response = staff_client.post(revise_url(letter), SUBSTANTIVE)
    assert response.headers.get("Location") == change_url(letter)
    assert messages_in(response) == ["Published as revision 2."]
    revision = Letter.objects.get().revision
    assert (revision.label, revision.reason, revision.frozen_by) == ("2", "It was unclear.", staff)
    assert revision.wording.original.title == "Let all speak"


def test_a_correction_is_published_and_pressing_twice_is_harmless(staff_client, letter):
    edit(letter, title="Changed")
    for _ in range(2):
        assert staff_client.post(revise_url(letter), CORRECTION).status_code == 302
    assert (Letter.objects.get().revision.label, AuditEntry.objects.count()) == ("1.1", 1)


@pytest.mark.parametrize(
    ("sent", "errors"),
    [
        ({"reason": "Why."}, {"kind": ["Choose what kind of change this is."]}),
        ({"kind": "correction"}, {"reason": ["Give a reason. Everyone will see it."]}),
    ],
)
def test_an_error_is_reported_beside_its_field_keeps_what_was_typed_and_publishes_nothing(
    staff_client, letter, sent, errors
):
    edit(letter, title="Changed")
    response = staff_client.post(revise_url(letter), sent)
    form = response.context["form"]
    assert form.errors == errors
    shown = response.content.decode()
    for messages in errors.values():
        assert shown.count(f"<li>{messages[0]}</li>") == 1
    assert form["reason"].value() == sent.get("reason")
    assert form["kind"].value() == sent.get("kind")
    assert shown.count("checked") == (1 if sent.get("kind") == "correction" else 0)
    assert Revision.objects.count() == 1


@pytest.mark.parametrize("lacking", ["text", "addressee"])
def test_a_text_that_lacks_something_is_not_published(staff_client, letter, lacking):
    edit(letter, body=" \n" if lacking == "text" else "We demand.")
    if lacking == "addressee":
        letter.addressees.all().delete()
    told = str(staff_client.post(revise_url(letter), CORRECTION).context["form"].errors)
    assert "The letter cannot be published like this." in told
    assert Revision.objects.count() == 1


def test_a_reason_that_is_too_long_once_normalised_is_refused(staff_client, letter):
    edit(letter, title="Changed")
    typed = SUBSTANTIVE | {"reason": "\u0958" * 400}  # each is two letters in NFC
    response = staff_client.post(revise_url(letter), typed)
    assert list(response.context["form"].errors) == ["reason"]


def test_the_original_cannot_take_the_language_of_a_translation(staff_client, letter, french):
    sent = sent_by(staff_client, change_url(letter)) | {"editions-0-language": "fr"}
    assert problems(staff_client.post(change_url(letter), sent)) == {
        "editions-0-language": ["This letter already has an edition in this language."]
    }


def test_an_outdated_translation_is_reported_and_the_form_stays_filled_in(
    staff_client, letter, french
):
    edit(letter, title="Changed")
    response = staff_client.post(revise_url(letter), SUBSTANTIVE)
    assert response.context["form"].non_field_errors() == [
        "These translations are not up to date with the original: French."
    ]
    assert response.content.decode().count("It was unclear.</textarea>") == 1
    assert Revision.objects.count() == 1


@pytest.mark.parametrize(
    ("status", "title", "offered"),
    [
        ("open", "Changed", True),
        ("open", "Let everyone speak", False),
        ("archived", "Changed", False),
        ("draft", "Changed", False),
    ],
)
def test_publishing_is_offered_where_there_is_something_that_may_change(
    staff_client, status, title, offered
):
    letter = LetterFactory(status=status)
    edit(letter, title=title)
    link = f'href="{revise_url(letter)}"'
    assert staff_client.get(change_url(letter)).content.decode().count(link) == offered
    button = '<form method="post" class="revise">'
    assert staff_client.get(revise_url(letter)).content.decode().count(button) == offered


@pytest.mark.parametrize("status", Letter.Status)
def test_the_silence_policy_can_only_be_edited_in_a_draft(staff_client, status):
    letter = LetterFactory(status=status)
    sent = sent_by(staff_client, change_url(letter))
    assert ("silence" in sent, "silence_days" in sent) == (status == "draft", status == "draft")
    staff_client.post(change_url(letter), sent | {"silence": "leaves", "silence_days": "30"})
    stored = Letter.objects.values_list("silence", "silence_days").get()
    assert stored == (("leaves", 30) if status == "draft" else ("keeps", None))


@pytest.mark.parametrize(
    ("silence", "days", "message"),
    [
        ("leaves", "", "Enter the number of days after which names are removed."),
        ("keeps", "30", "Leave this empty: names stay."),
    ],
)
def test_days_that_do_not_fit_are_reported_beside_the_field(staff_client, silence, days, message):
    url = change_url(LetterFactory(status="draft"))
    sent = sent_by(staff_client, url, silence=silence, silence_days=days)
    assert problems(staff_client.post(url, sent)) == {"silence_days": [message]}


# Who may


def test_staff_of_another_campaign_reach_nothing(staff_client, member_client, letter, french):
    edit(letter, title="Changed")
    sent = sent_by(staff_client, page(french), title="Forged")
    assert member_client.post(add_url(letter), WRITTEN | {"language": "de"}).status_code == 404
    assert member_client.get(add_url(letter)).status_code == 404
    for name in ("change", "delete", "history"):
        assert member_client.get(page(french, name)).headers["Location"] == "/admin/", name
    assert member_client.post(page(french), sent).headers["Location"] == "/admin/"
    assert member_client.post(page(french, "delete"), {"post": "yes"}).status_code == 302
    ticked = {"checked": [lag.key for lag in lags(french, letter.original)]}
    assert member_client.post(page(french, "follow"), ticked).status_code == 404
    assert member_client.get(revise_url(letter)).status_code == 404
    assert member_client.post(revise_url(letter), CORRECTION).status_code == 404
    assert (Edition.objects.get(pk=french.pk).title, behind(french)) == (french.title, ["title"])
    assert (Revision.objects.count(), AuditEntry.objects.count()) == (1, 0)


def test_staff_of_the_campaign_reach_all_of_it(member, member_client, letter, french):
    letter.campaign.team.add(member)
    edit(letter, title="Changed")
    assert member_client.post(page(french, "follow")).status_code == 302
    assert member_client.post(revise_url(letter), CORRECTION).status_code == 302
    assert member_client.post(page(french, "delete"), {"post": "yes"}).status_code == 302
    assert (Revision.objects.count(), Edition.objects.count()) == (2, 1)


def test_staff_who_may_only_read_publish_and_mark_nothing(member, member_client, letter, french):
    letter.campaign.team.add(member)
    member.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    edit(letter, title="Changed")
    assert member_client.post(revise_url(letter), CORRECTION).status_code == 403
    assert member_client.get(revise_url(letter)).status_code == 403
    ticked = {"checked": [lag.key for lag in lags(french, letter.original)]}
    assert member_client.post(page(french, "follow"), ticked).status_code == 403
    assert member_client.post(page(french), WRITTEN).status_code == 403
    set_demands(edition=french, texts=["Abrogez la loi."])
    read = member_client.get(page(french)).content.decode()
    assert ("Abrogez la loi." in read, "follows_now" in read) == (True, False)
    assert (Revision.objects.count(), behind(french)) == (1, ["title"])


def test_the_thousandth_letter_leads_to_the_form_for_its_translations_too(staff_client):
    letter = LetterFactory(pk=1234)
    page = staff_client.get(f"/admin/letters/letter/{letter.pk}/change/").content.decode()
    address = re.search(r'"(/admin/letters/edition/add/[^"]+)"', page)
    assert address
    assert address[1] == "/admin/letters/edition/add/?letter=1234"
    assert staff_client.get(address[1]).status_code == 200
