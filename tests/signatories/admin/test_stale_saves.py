"""Two people edit the same row: nobody overwrites the other in silence."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from campaigns.models import Campaign
from letters.models import Addressee, Edition, Letter
from signatories.models import Organisation, Signature
from tests.factories import (
    CampaignFactory,
    EditionFactory,
    LetterFactory,
    OrganisationFactory,
    SignatureFactory,
    StaffFactory,
)
from tests.letters import conftest
from tests.letters.conftest import one_more, problems

pytestmark = pytest.mark.django_db
REFUSED = "Somebody changed this after you opened the page. Your changes have not been saved yet."


@pytest.fixture
def colleague() -> Client:
    client = Client()
    client.force_login(StaffFactory(username="ada"))
    return client


def translation() -> Edition:
    return EditionFactory(letter=LetterFactory(), language="fr", is_original=False, title="Paix")


def sent_by(client: Client, path: str, **changes: str) -> dict[str, str]:
    """What a browser sends, which sends nothing where nothing is chosen."""
    sent = conftest.sent_by(client, path, **changes)
    nothing = {("team", "[]"), ("image", "")}
    return dict(pair for pair in sent.items() if pair not in nothing)


def url(row: Any) -> str:
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"


def differences(response: Any) -> list[tuple[str, str, str]]:
    form = response.context["adminform"].form
    return [(one.label, one.stored, one.typed) for one in form.differences]


ROWS = [
    (LetterFactory, "goal", "100", "200", "Goal"),
    (translation, "title", "Liberté", "Parole", "Title"),
    (CampaignFactory, "summary", "Theirs.", "Mine.", "Summary"),
    (OrganisationFactory, "acronym", "FFS", "F4S", "Acronym"),
]


@pytest.mark.parametrize(("make", "field", "theirs", "mine", "label"), ROWS)
def test_a_save_over_a_newer_one_is_refused_and_shows_the_differences(
    staff_client, colleague, make, field, theirs, mine, label
):
    row = make()
    my_page = sent_by(staff_client, url(row))
    assert (
        colleague.post(url(row), sent_by(colleague, url(row), **{field: theirs})).status_code == 302
    )
    response = staff_client.post(url(row), my_page | {field: mine})
    assert problems(response) == {"__all__": [REFUSED]}
    assert differences(response) == [(label, theirs, mine)]
    row.refresh_from_db()
    assert str(getattr(row, field)) == theirs
    page = response.content.decode()
    assert "ada last saved this on" in page
    assert f'value="{mine}"' in page or f">\n{mine}</textarea>" in page


@pytest.mark.parametrize(("make", "field", "theirs", "mine", "label"), ROWS)
def test_changing_one_field_does_not_revert_somebody_elses_change_to_another(
    staff_client, colleague, make, field, theirs, mine, label
):
    row = make()
    before = str(getattr(row, field) or "")
    my_page = sent_by(staff_client, url(row))
    colleague.post(url(row), sent_by(colleague, url(row), **{field: theirs}))
    response = staff_client.post(url(row), my_page | {"slug": "another", "website": "x.example"})
    assert differences(response) == [(label, theirs, before)]
    row.refresh_from_db()
    assert str(getattr(row, field)) == theirs


@pytest.mark.parametrize(("make", "field", "theirs", "mine", "label"), ROWS)
def test_saving_again_after_having_seen_it_replaces_it(
    staff_client, colleague, make, field, theirs, mine, label
):
    row = make()
    my_page = sent_by(staff_client, url(row), **{field: mine})
    colleague.post(url(row), sent_by(colleague, url(row), **{field: theirs}))
    refused = staff_client.post(url(row), my_page)
    seen = refused.context["adminform"].form["as_shown"].value()
    assert staff_client.post(url(row), my_page | {"as_shown": seen}).status_code == 302
    row.refresh_from_db()
    assert str(getattr(row, field)) == mine


@pytest.mark.parametrize(("make", "field", "theirs", "mine", "label"), ROWS)
def test_the_same_form_sent_twice_is_harmless(staff_client, make, field, theirs, mine, label):
    row = make()
    sent = sent_by(staff_client, url(row), **{field: mine})
    assert [staff_client.post(url(row), sent).status_code for _ in range(2)] == [302, 302]


def test_one_page_saved_twice_in_a_row_with_other_words_is_not_stale(staff_client):
    letter = LetterFactory()
    for goal in ("100", "200"):
        sent = sent_by(staff_client, url(letter), goal=goal)
        assert staff_client.post(url(letter), sent).status_code == 302


def test_changes_to_fields_that_the_page_does_not_show_do_not_count(staff_client):
    """The worker raises the version and moves the status while staff write."""
    letter = LetterFactory()
    sent = sent_by(staff_client, url(letter), goal="7")
    Letter.objects.bump_public_version()
    Letter.objects.update(status="closed")
    assert staff_client.post(url(letter), sent).status_code == 302


def test_the_words_of_the_original_are_compared_too(staff_client, colleague):
    letter = LetterFactory()
    my_page = sent_by(staff_client, url(letter))
    theirs = {"editions-0-body": "Theirs.", "editions-0-demands": "Free all."}
    colleague.post(url(letter), sent_by(colleague, url(letter)) | theirs)
    response = staff_client.post(url(letter), my_page | {"editions-0-body": "Mine."})
    assert [(stored, typed) for _label, stored, typed in differences(response)] == [
        ("Theirs.", "Mine."),
        ("Free all.", "Repeal the law."),
    ]
    assert Edition.objects.get().body == "Theirs."


def test_rows_added_or_removed_meanwhile_are_shown(staff_client, colleague):
    letter = LetterFactory()
    my_page = sent_by(staff_client, url(letter), goal="5")
    page = sent_by(colleague, url(letter)) | {"addressees-0-DELETE": "on"}
    colleague.post(url(letter), one_more(page, "addressees", position="2", name="Bo Example"))
    response = staff_client.post(url(letter), my_page)
    assert differences(response) == [
        ("Addressee", "2, Bo Example", "(not on your page)"),
        ("Addressee", "(removed)", "(on your page)"),
    ]
    assert Letter.objects.get().goal is None


def test_a_row_that_was_added_is_not_added_twice_by_a_form_sent_twice(staff_client):
    letter = LetterFactory()
    page = sent_by(staff_client, url(letter))
    sent = one_more(page, "addressees", position="2", name="Bo Example")
    assert [staff_client.post(url(letter), sent).status_code for _ in range(2)] == [302, 200]
    assert Addressee.objects.filter(name="Bo Example").count() == 1


def test_a_row_that_both_remove_is_no_difference(staff_client, colleague):
    letter = LetterFactory()
    gone = {"addressees-0-DELETE": "on"}
    mine, theirs = (sent_by(one, url(letter), **gone) for one in (staff_client, colleague))
    assert colleague.post(url(letter), theirs).status_code == 302
    assert staff_client.post(url(letter), mine).status_code == 302


def test_choices_are_shown_by_their_labels(staff_client, colleague):
    mine, theirs = CampaignFactory(title="Mine"), CampaignFactory(title="Theirs")
    letter = LetterFactory()
    my_page = sent_by(staff_client, url(letter), campaign=str(mine.pk))
    sent = sent_by(colleague, url(letter), campaign=str(theirs.pk))
    colleague.post(url(letter), sent)
    response = staff_client.post(url(letter), my_page)
    assert differences(response) == [("Campaign", "Theirs", "Mine")]


def test_a_team_that_grew_meanwhile_is_not_cut_back(staff_client, colleague):
    campaign = CampaignFactory()
    my_page = sent_by(staff_client, url(campaign), title="Mine")
    member = StaffFactory(username="bo")
    sent = sent_by(colleague, url(campaign))
    colleague.post(url(campaign), sent | {"team": [str(member.pk)]})
    response = staff_client.post(url(campaign), my_page)
    assert differences(response) == [("Team", "bo", "")]
    assert list(Campaign.objects.get().team.all()) == [member]


def test_nonsense_in_the_hidden_field_saves_nothing_over_others(staff_client):
    organisation = OrganisationFactory(acronym="OLD")
    sent = sent_by(staff_client, url(organisation), acronym="NEW", as_shown="[1")
    assert problems(staff_client.post(url(organisation), sent)) == {"__all__": [REFUSED]}
    assert Organisation.objects.get().acronym == "OLD"


def test_staff_who_may_only_read_are_shown_no_hidden_field(client):
    reader = StaffFactory(is_superuser=False)
    campaign = CampaignFactory()
    campaign.team.add(reader)
    reader.user_permissions.add(Permission.objects.get(codename="view_campaign"))
    client.force_login(reader)
    assert "as_shown" not in client.get(url(campaign)).content.decode()


# Decisions on a signature


def decide(client: Client, signature: Signature, name: str, page: Any, **sent: str) -> list[str]:
    """Press a button of this page; what is said then."""
    shown = page.context["as_shown"]
    path = f"/admin/signatories/signature/{signature.pk}/{name}/"
    response = client.post(path, {"as_shown": shown} | sent, follow=True)
    return [str(message) for message in response.context["messages"]]


def test_a_correction_that_changed_meanwhile_is_not_accepted_unseen(staff_client):
    signature = SignatureFactory(proposed_name="Forum of Berlin")
    page = staff_client.get(url(signature))
    Signature.objects.update(proposed_name="Forum of Paris")
    assert decide(staff_client, signature, "correction", page, accept="yes") == [
        "These have changed since you opened the page: Proposed name. Your decision was not saved."
    ]
    signature.refresh_from_db()
    assert signature.proposed_name == "Forum of Paris"
    assert signature.organisation.name != "Forum of Paris"


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"status": "withdrawn", "withdrawn_at": timezone.now()}, "Status"),
        ({"visibility": "withheld"}, "Visibility"),
        ({"statement": "Other words."}, "Statement"),
    ],
)
def test_a_signature_changed_since_the_page_was_shown_is_not_published(staff_client, change, names):
    signature = SignatureFactory(in_review=True)
    page = staff_client.get(url(signature))
    Signature.objects.update(**change)
    (said,) = decide(staff_client, signature, "publish", page)
    assert (
        said
        == f"These have changed since you opened the page: {names}. Your decision was not saved."
    )
    assert not Signature.objects.published().exists()


def test_a_signature_unchanged_since_the_page_was_shown_is_published(staff_client):
    signature = SignatureFactory(in_review=True)
    page = staff_client.get(url(signature))
    Letter.objects.bump_public_version()
    decide(staff_client, signature, "publish", page)
    assert Signature.objects.published().exists()


def test_every_button_of_a_signature_submits_what_was_shown(staff_client):
    signature = SignatureFactory(in_review=True, proposed_name="Forum of Berlin")
    forms = staff_client.get(url(signature)).content.decode().split("<form")[1:]
    buttons = f' method="post" action="/admin/signatories/signature/{signature.pk}/'
    acting = [one for one in forms if one.startswith(buttons)]
    assert len(acting) >= 5
    assert all('name="as_shown" value="{&quot;status' in one for one in acting)
