"""Writing and editing letters in the admin."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from config.models import AuditEntry
from config.text.slugs import typed_slug
from letters.actions import save_letter
from letters.models import Addressee, Demand, Edition, Letter, TimelineEntry
from tests.factories import CampaignFactory, DemandFactory, LetterFactory, StaffFactory
from tests.letters.conftest import INDEX, change_url, one_more, problems, sent_by

pytestmark = pytest.mark.django_db
ADD = f"{INDEX}add/"
OPENS = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)  # 00:30 in Brussels, before clocks go forward
CLOSES = datetime(2026, 5, 31, 21, 59, tzinfo=UTC)  # 23:59 in Brussels


def written(client: Client, **changes: str) -> dict[str, str]:
    """A whole new letter."""
    campaign = CampaignFactory()
    sent = sent_by(
        client,
        ADD,
        campaign=str(campaign.pk),
        slug="speakout",
        time_zone="Europe/Brussels",
        opens_at_0="2026-03-29",
        opens_at_1="00:30",
        closes_at_0="2026-05-31",
        closes_at_1="23:59",
    )
    sent |= {
        "editions-0-title": "Let everyone speak",
        "editions-0-salutation": "Dear President,",
        "editions-0-body": "We write to you.",
        "editions-0-demands": "Repeal the law.\r\n\r\n  Free all.  \r\n",
    }
    return (
        one_more(sent, "addressees", position="1", name="Ada Example", office="President") | changes
    )


@pytest.fixture
def letter() -> Letter:
    letter = LetterFactory(time_zone="Europe/Brussels", opens_at=OPENS, closes_at=CLOSES)
    edition = letter.editions.get()
    DemandFactory(edition=edition, position=2, text="Free all.")
    return letter


def demands() -> list[str]:
    return list(Demand.objects.order_by("position").values_list("text", flat=True))


def changed_fields() -> list[str]:
    return AuditEntry.objects.get(verb="letter changed").detail["fields"]


def test_a_whole_letter_is_added_at_once(staff, staff_client):
    response = staff_client.post(ADD, written(staff_client))
    assert response.headers.get("Location") == INDEX, problems(response)
    letter = Letter.objects.get()
    assert (typed_slug(letter.slug), letter.status) == ("speakout", Letter.Status.DRAFT)
    edition = Edition.objects.get()
    assert (edition.title, edition.language, edition.is_original, edition.body) == (
        "Let everyone speak",
        "en",
        True,
        "We write to you.",
    )
    assert demands() == ["Repeal the law.", "Free all."]
    assert list(letter.addressees.values_list("name", "office")) == [("Ada Example", "President")]
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.by, entry.subject_id) == ("letter added", staff, letter.pk)


def test_a_letter_needs_its_words(staff_client):
    lacking = written(staff_client) | {"editions-0-title": "", "editions-0-body": ""}
    required = ["This field is required."]
    assert problems(staff_client.post(ADD, lacking)) == {
        "editions-0-title": required,
        "editions-0-body": required,
    }
    assert (Letter.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_instants_are_read_in_the_letters_own_time_zone(staff_client):
    staff_client.post(ADD, written(staff_client))
    letter = Letter.objects.get()
    assert (letter.opens_at, letter.closes_at) == (OPENS, CLOSES)


@pytest.mark.parametrize("field", ["opens_at", "closes_at"])
def test_a_time_that_the_clocks_skip_is_refused_beside_the_field(staff_client, field):
    date = {"opens_at": "2026-03-29", "closes_at": "2027-03-28"}[field]
    sent = written(staff_client, **{f"{field}_0": date, f"{field}_1": "02:30"})
    found = problems(staff_client.post(ADD, sent))
    assert list(found) == [field]
    assert found[field][0].startswith("This time does not exist in Europe/Brussels")
    assert not Letter.objects.exists()


def test_of_an_hour_that_comes_twice_a_letter_opens_in_the_first_and_closes_in_the_second(
    staff_client,
):
    days = dict.fromkeys(["opens_at_0", "closes_at_0"], "2026-10-25")
    times = dict.fromkeys(["opens_at_1", "closes_at_1"], "02:30")
    staff_client.post(ADD, written(staff_client, **days, **times))
    letter = Letter.objects.get()
    assert letter.opens_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert letter.closes_at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    staff_client.post(change_url(letter), sent_by(staff_client, change_url(letter)))
    letter.refresh_from_db()
    assert (letter.opens_at.hour, letter.closes_at.hour) == (0, 1)


def test_instants_are_shown_in_the_letters_own_time_zone(staff_client, letter):
    sent = sent_by(staff_client, change_url(letter))
    assert [sent[f"opens_at_{part}"] for part in (0, 1)] == ["2026-03-29", "00:30:00"]
    assert [sent[f"closes_at_{part}"] for part in (0, 1)] == ["2026-05-31", "23:59:00"]


def messages_in(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


@pytest.mark.parametrize("status", ["open", "closed", "delivered"])
@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/St_Johns"])
def test_another_time_zone_leaves_the_instants_of_a_public_letter_and_says_so(
    staff_client, status, zone
):
    letter = LetterFactory(
        time_zone="Europe/Brussels", opens_at=OPENS, closes_at=CLOSES, status=status
    )
    sent = sent_by(staff_client, change_url(letter), time_zone=zone)
    page = staff_client.post(change_url(letter), sent, follow=True)
    letter.refresh_from_db()
    assert (letter.time_zone, letter.opens_at, letter.closes_at) == (zone, OPENS, CLOSES)
    said = messages_in(page)[0]
    assert f"The time zone is now {zone}." in said
    assert "(before: 31 May 2026, 23:59 (Europe/Brussels))" in said
    assert f"({zone})" in said


def test_an_instant_that_is_typed_with_another_zone_is_read_there(staff_client, letter):
    sent = sent_by(staff_client, change_url(letter), time_zone="UTC", closes_at_1="20:00")
    staff_client.post(change_url(letter), sent)
    letter.refresh_from_db()
    assert (letter.opens_at, letter.closes_at) == (OPENS, CLOSES.replace(hour=20, minute=0))


def test_the_second_of_two_equal_clock_times_stays(staff_client):
    """02:30 comes twice in Brussels on 25 October; saving the page does not move it by an hour."""
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    letter = LetterFactory(time_zone="Europe/Brussels", opens_at=OPENS, closes_at=second)
    staff_client.post(change_url(letter), sent_by(staff_client, change_url(letter), goal="5"))
    letter.refresh_from_db()
    assert (letter.goal, letter.closes_at) == (5, second)


def test_a_draft_is_read_on_the_clocks_of_its_new_zone_and_says_so(staff_client):
    letter = LetterFactory(
        time_zone="Europe/Brussels", opens_at=OPENS, closes_at=CLOSES, status="draft"
    )
    sent = sent_by(staff_client, change_url(letter), time_zone="UTC")
    page = staff_client.post(change_url(letter), sent, follow=True)
    letter.refresh_from_db()
    assert letter.opens_at == datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    assert "The times of this draft are now in the time zone UTC." in messages_in(page)[0]


def test_the_form_names_the_clocks_that_it_is_read_on(staff_client, letter):
    form = staff_client.get(change_url(letter)).context["adminform"].form
    assert form.fields["closes_at"].help_text == (
        "Time zone: Europe/Brussels. If this time comes twice because the clocks go back, the"
        " second one counts."
    )


def test_saving_what_was_shown_changes_nothing(staff_client, letter):
    response = staff_client.post(change_url(letter), sent_by(staff_client, change_url(letter)))
    assert response.headers.get("Location") == INDEX, problems(response)
    stored = Letter.objects.get()
    assert (stored.opens_at, stored.closes_at, stored.status) == (OPENS, CLOSES, letter.status)
    assert (demands(), changed_fields()) == (["Repeal the law.", "Free all."], [])


def test_an_edit_raises_the_version_and_is_on_record(staff, staff_client, letter):
    staff_client.post(change_url(letter), sent_by(staff_client, change_url(letter), goal="100"))
    stored = Letter.objects.get()
    assert (stored.goal, stored.public_version) == (100, 2)
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.by, entry.detail) == ("letter changed", staff, {"fields": ["goal"]})


def test_demands_are_shown_and_edited_one_a_line(staff_client, letter):
    sent = sent_by(staff_client, change_url(letter))
    assert sent["editions-0-demands"] == "Repeal the law.\r\nFree all."
    sent["editions-0-demands"] = "Free all.\r\nPay them.\r\nRepeal the law."
    staff_client.post(change_url(letter), sent)
    assert demands() == ["Free all.", "Pay them.", "Repeal the law."]
    assert (Letter.objects.get().public_version, changed_fields()) == (2, ["editions"])


def test_a_demand_that_is_too_long_is_reported_beside_its_field_and_changes_nothing(
    staff_client, letter
):
    sent = sent_by(staff_client, change_url(letter))
    sent["editions-0-demands"] = f"Free all.\r\n{'x' * 501}"
    assert problems(staff_client.post(change_url(letter), sent)) == {
        "editions-0-demands": ["Use at most 500 characters for each demand."]
    }
    assert demands() == ["Repeal the law.", "Free all."]


@pytest.mark.parametrize(
    ("prefix", "fields"),
    [
        ("addressees", {"position": "2", "name": "Eve Example", "office": "Minister"}),
        ("timeline", {"kind": "update", "day": "2026-05-02", "note": "News."}),
        ("timeline", {"kind": "delivery", "day": "2026-05-02", "place": "Moscow"}),
        ("sources", {"publisher": "Amnesty", "title": "Report", "url": "example.org"}),
    ],
)
def test_a_part_that_is_added_raises_the_version_and_is_on_record(
    staff_client, letter, prefix, fields
):
    before = getattr(letter, prefix).count()
    sent = one_more(sent_by(staff_client, change_url(letter)), prefix, **fields)
    response = staff_client.post(change_url(letter), sent)
    assert response.headers.get("Location") == INDEX, problems(response)
    assert getattr(letter, prefix).count() == before + 1
    assert (Letter.objects.get().public_version, changed_fields()) == (2, [prefix])


def test_a_part_that_is_changed_raises_the_version_and_is_on_record(staff_client, letter):
    sent = sent_by(staff_client, change_url(letter)) | {"addressees-0-office": "Minister"}
    staff_client.post(change_url(letter), sent)
    assert Addressee.objects.get().office == "Minister"
    assert (Letter.objects.get().public_version, changed_fields()) == (2, ["addressees"])


def test_a_part_that_is_removed_raises_the_version_and_is_on_record(staff_client, letter):
    sent = sent_by(staff_client, change_url(letter)) | {"addressees-0-DELETE": "on"}
    staff_client.post(change_url(letter), sent)
    assert Addressee.objects.count() == 0
    assert (Letter.objects.get().public_version, changed_fields()) == (2, ["addressees"])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"closes_at_0": "2026-03-28"},
            {"closes_at": ["The closing time is before the opening time."]},
        ),
        ({"closes_at_0": "31 May"}, {"closes_at": ["Enter a valid date."]}),
        (
            {"closes_at_0": "", "closes_at_1": ""},
            {"closes_at": ["This is required once the letter is no longer a draft."]},
        ),
        ({"goal": "-1"}, {"goal": ["Ensure this value is greater than or equal to 0."]}),
        ({"slug": "a b"}, None),
        (
            {"reported_signatories": "148", "reported_url": "example.org"},
            {"reported_by": ["Give a source for the reported number."]},
        ),
        (
            {"reported_countries": "32", "reported_by": "A", "reported_url": "example.org"},
            {"reported_signatories": ["Give a source for the reported number."]},
        ),
    ],
)
def test_a_wrong_value_is_reported_beside_its_field_and_changes_nothing(
    staff_client, letter, changes, expected
):
    sent = sent_by(staff_client, change_url(letter), **changes)
    found = problems(staff_client.post(change_url(letter), sent))
    assert (found if expected else list(found)) == (expected or ["slug"])
    assert (Letter.objects.get().public_version, AuditEntry.objects.count()) == (1, 0)


def test_a_draft_may_lack_its_instants(staff_client):
    none = dict.fromkeys(["opens_at_0", "opens_at_1", "closes_at_0", "closes_at_1"], "")
    staff_client.post(ADD, written(staff_client, **none))
    letter = Letter.objects.get()
    assert (letter.opens_at, letter.closes_at) == (None, None)


def test_an_incomplete_timeline_entry_is_reported(staff_client, letter):
    sent = sent_by(staff_client, change_url(letter))
    sent = one_more(sent, "timeline", kind="delivery", day="2026-05-02")
    assert problems(staff_client.post(change_url(letter), sent)) == {
        "timeline-0-__all__": ["Enter where the letter was delivered."]
    }
    assert TimelineEntry.objects.count() == 0


def test_an_edit_while_another_publishes_a_change_leaves_status_and_version_right(
    staff_client, letter
):
    """The page was opened before; fields that it does not show are not sent back."""
    sent = sent_by(staff_client, change_url(letter), goal="100")
    Letter.objects.update(status=Letter.Status.CLOSED, public_version=9)
    staff_client.post(change_url(letter), sent)
    stored = Letter.objects.get()
    assert (stored.goal, stored.status, stored.public_version) == (100, Letter.Status.CLOSED, 10)


def test_staff_who_may_only_see_the_words_cannot_change_the_demands(letter):
    user = StaffFactory(is_superuser=False)
    names = ["view_letter", "change_letter", "view_edition"]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    letter.campaign.team.add(user)
    client = Client()
    client.force_login(user)
    assert "Repeal the law.<br>Free all." in client.get(change_url(letter)).content.decode()
    sent = {
        name: value
        for name, value in sent_by(client, change_url(letter), goal="7").items()
        if name.endswith("_FORMS") or not name.startswith("editions")
    }
    response = client.post(change_url(letter), sent)
    assert response.headers.get("Location") == INDEX, problems(response)
    assert (demands(), changed_fields()) == (["Repeal the law.", "Free all."], ["goal"])


def test_the_list_runs_the_same_queries_with_one_letter_and_with_three(
    staff_client, django_assert_num_queries, django_assert_max_num_queries
):
    LetterFactory()
    staff_client.get(INDEX)  # what is looked up once in the life of a process
    with django_assert_max_num_queries(50) as one:
        staff_client.get(INDEX)
    LetterFactory()
    LetterFactory()
    with django_assert_num_queries(len(one.captured_queries)):
        response = staff_client.get(INDEX)
    assert len(response.context["cl"].result_list) == 3


@pytest.mark.parametrize("query", ["?q=everyone", "?q=speakout", "?status__exact=open"])
def test_letters_are_found_by_title_slug_and_status(staff_client, query):
    wanted = LetterFactory(slug="speakout", words__title="Let everyone speak")
    LetterFactory(slug="other", words__title="Peace", status=Letter.Status.CLOSED)
    assert list(staff_client.get(INDEX + query).context["cl"].result_list) == [wanted]


@pytest.mark.parametrize(("number", "stored"), [("5", 5), ("2", 3)])
def test_the_threshold_for_countries_can_only_be_raised(staff_client, letter, number, stored):
    """Organisations saw the number when they signed."""
    sent = sent_by(staff_client, change_url(letter), country_from=number)
    response = staff_client.post(change_url(letter), sent)
    if stored == 3:
        assert list(problems(response)) == ["country_from"]
    assert Letter.objects.get().country_from == stored


def test_an_edit_of_a_letter_that_was_read_before_cannot_lower_it_either(letter):
    Letter.objects.update(country_from=7)
    save_letter(letter=letter)
    assert Letter.objects.get().country_from == 7


# The URL


def test_a_former_slug_of_another_letter_is_refused_beside_its_field(staff_client, letter):
    other = LetterFactory(slug="other")
    other.slug = "another"
    save_letter(letter=other)
    sent = sent_by(staff_client, change_url(letter), slug="other")
    assert problems(staff_client.post(change_url(letter), sent)) == {
        "slug": [
            "This URL already redirects to another letter, which used it before."
            " Choose another one."
        ]
    }


def test_a_letter_may_have_its_former_slug_back(staff_client, letter):
    former, letter.slug = letter.slug, "another"
    save_letter(letter=letter)
    sent = sent_by(staff_client, change_url(letter), slug=former)
    assert staff_client.post(change_url(letter), sent).status_code == 302
    letter.refresh_from_db()
    assert letter.slug == former


def test_a_letter_is_found_in_the_list_by_its_former_slug(staff_client, letter):
    former, letter.slug = letter.slug, "another"
    save_letter(letter=letter)
    LetterFactory()
    found = staff_client.get(INDEX, {"q": former}).context["cl"].result_list
    assert list(found) == [letter]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"opens_at_0": "0001-01-01"},
            {"opens_at": ["Choose a year between 1900 and 2999."]},
        ),
        (
            {"closes_at_0": "9999-12-31"},
            {"closes_at": ["Choose a year between 1900 and 2999."]},
        ),
        (
            {"contact_days": "2147483647"},
            {"contact_days": ["Ensure this value is less than or equal to 3650."]},
        ),
    ],
)
def test_an_impossible_date_is_reported_beside_its_field(staff_client, letter, changes, expected):
    for zone in ("Pacific/Auckland", "America/Los_Angeles"):
        sent = sent_by(staff_client, change_url(letter), time_zone=zone, **changes)
        assert problems(staff_client.post(change_url(letter), sent)) == expected
