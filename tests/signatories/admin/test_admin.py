"""Review in the admin, singly and in bulk, by those who may."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from signatories.admin.decisions import DECISIONS
from signatories.models import Organisation, Signature
from tests.factories import OrganisationFactory, SignatureFactory, StaffFactory

pytestmark = pytest.mark.django_db
Status = Signature.Status
LIST = reverse("admin:signatories_signature_changelist")


def address(signature: Signature, name: str) -> str:
    return reverse(f"admin:signatories_signature_{name}", args=[signature.pk])


def reviewer(*teams) -> Client:
    """A staff user who may review, in the teams of these campaigns."""
    user = StaffFactory(is_superuser=False)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="signatories"))
    for campaign in teams:
        campaign.team.add(user)
    client = Client()
    client.force_login(user)
    return client


def organisation_data(**changes: str) -> dict[str, str]:
    """What the page of an organisation posts, without other names, domains and numbers."""
    data = {"name": "Forum", "country": "DE", "scope": "national", "namesake": "0"}
    for part in ("names", "domains", "identifiers"):
        data |= {f"{part}-TOTAL_FORMS": "0", f"{part}-INITIAL_FORMS": "0"}
    return data | changes


def messages(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_the_page_shows_what_a_reviewer_needs(staff_client):
    signature = SignatureFactory(
        in_review=True,
        organisation__website="https://forum.example.org",
        representative_email="rosa@elsewhere.example.net",
    )
    page = staff_client.get(address(signature, "change")).content.decode()
    for shown in (
        "Rosa Reader",
        "Director",
        "rosa@elsewhere.example.net",
        "the email address is not at the website’s domain",
        address(signature, "publish"),
        address(signature, "decline"),
    ):
        assert shown in page


def test_a_button_publishes(staff_client, staff):
    signature = SignatureFactory(in_review=True)
    response = staff_client.post(address(signature, "publish"), follow=True)
    signature.refresh_from_db()
    assert (signature.status, signature.decided_by) == (Status.PUBLISHED, staff)
    assert messages(response) == [f"{signature} is now on the public list."]


def test_a_button_declines_with_a_reason(staff_client):
    signature = SignatureFactory(in_review=True)
    staff_client.post(address(signature, "decline"), {"reason": "Not an organisation."})
    signature.refresh_from_db()
    assert (signature.status, signature.reason) == (Status.DECLINED, "Not an organisation.")


def test_declining_without_a_reason_says_so_and_changes_nothing(staff_client):
    signature = SignatureFactory(in_review=True)
    response = staff_client.post(address(signature, "decline"), {"reason": " "})
    signature.refresh_from_db()
    assert signature.status == Status.IN_REVIEW
    assert response.context["form"].errors == {"reason": ["Give a reason."]}


def test_a_correction_is_accepted_or_refused_by_button(staff_client):
    signature = SignatureFactory(proposed_name="The Forum")
    page = staff_client.get(address(signature, "change")).content.decode()
    assert "<ins>The Forum</ins>" in page
    staff_client.post(address(signature, "correction"), {"accept": "yes"})
    assert Organisation.objects.get().name == "The Forum"


@pytest.mark.parametrize("name", ["publish", "decline", "correction"])
def test_a_get_request_decides_nothing(name, staff_client):
    signature = SignatureFactory(in_review=True)
    assert staff_client.get(address(signature, name)).status_code == 405
    signature.refresh_from_db()
    assert signature.status == Status.IN_REVIEW


@pytest.mark.parametrize("name", ["publish", "decline", "correction"])
def test_decisions_need_the_admins_own_form(name, staff):
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff)
    signature = SignatureFactory(in_review=True)
    assert client.post(address(signature, name)).status_code == 403


def test_bulk_publishing_names_those_that_fail(staff_client):
    waiting = [SignatureFactory(in_review=True) for _ in range(3)]
    gone = SignatureFactory(withdrawn=True)
    response = staff_client.post(
        LIST,
        {"action": "publish_selected", "_selected_action": [s.pk for s in [*waiting, gone]]},
        follow=True,
    )
    assert Signature.objects.public().count() == 3
    assert sorted(messages(response)) == [
        "3 signatures have been published.",
        f"{gone}: A signature cannot change from “Withdrawn” to “Published”.",
    ]


def test_many_are_declined_with_one_reason_on_a_page_between(staff_client):
    waiting = [SignatureFactory(in_review=True) for _ in range(2)]
    chosen = {"action": "decline_selected", "_selected_action": [s.pk for s in waiting]}
    between = staff_client.post(LIST, chosen)
    assert between.context["title"] == "Decline signatures"
    assert Signature.objects.filter(status=Status.DECLINED).count() == 0
    staff_client.post(LIST, {**chosen, "decide": "yes", "reason": "Not organisations."})
    reasons = Signature.objects.filter(status=Status.DECLINED).values_list("reason", flat=True)
    assert list(reasons) == ["Not organisations."] * 2


def test_the_intermediate_page_keeps_the_selection_when_the_reason_is_missing(staff_client):
    signature = SignatureFactory(in_review=True)
    response = staff_client.post(
        LIST,
        {
            "action": "decline_selected",
            "_selected_action": [signature.pk],
            "decide": "yes",
            "reason": "",
        },
    )
    assert response.context["form"].errors == {"reason": ["Give a reason."]}
    assert list(response.context["signatures"]) == [signature]


def test_a_team_sees_and_decides_only_its_own():
    own, other = SignatureFactory(in_review=True), SignatureFactory(in_review=True)
    client = reviewer(own.letter.campaign)
    assert list(client.get(LIST).context["cl"].result_list) == [own]
    assert client.get(address(own, "change")).status_code == 200
    assert client.get(address(other, "change")).status_code == 302
    assert client.post(address(other, "publish")).status_code == 404
    client.post(LIST, {"action": "publish_selected", "_selected_action": [own.pk, other.pk]})
    assert list(Signature.objects.public()) == [own]


def test_staff_without_the_permission_decide_nothing():
    signature = SignatureFactory(in_review=True)
    user = StaffFactory(is_superuser=False)
    signature.letter.campaign.team.add(user)
    client = Client()
    client.force_login(user)
    assert client.post(address(signature, "publish")).status_code == 403


def test_nobody_adds_deletes_or_edits_a_signature_by_hand(staff_client):
    signature = SignatureFactory(in_review=True)
    assert staff_client.get(reverse("admin:signatories_signature_add")).status_code == 403
    assert staff_client.post(address(signature, "delete")).status_code == 403
    staff_client.post(address(signature, "change"), {"signed_as": "Other", "status": "published"})
    signature.refresh_from_db()
    assert (signature.signed_as, signature.status) == (str(signature), Status.IN_REVIEW)


def test_the_to_do_filter_finds_what_waits(staff_client):
    waiting = SignatureFactory(in_review=True)
    corrected = SignatureFactory(proposed_statement="New.")
    SignatureFactory()
    for todo, expected in (("review", [waiting]), ("correction", [corrected])):
        response = staff_client.get(LIST, {"todo": todo})
        assert list(response.context["cl"].result_list) == expected


@pytest.mark.parametrize("make", [SignatureFactory, OrganisationFactory])
def test_list_pages_ask_the_same_number_of_queries_for_one_and_three_rows(
    make, staff_client, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    name = make._meta.model._meta.model_name
    url = reverse(f"admin:signatories_{name}_changelist")
    make()
    staff_client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as one:
        staff_client.get(url)
    make(), make()
    with django_assert_num_queries(len(one)):
        staff_client.get(url)


def test_a_renamed_organisation_is_renamed_on_the_letter_and_on_the_record(staff_client):
    signature = SignatureFactory(organisation__name="Forum")
    organisation = signature.organisation
    staff_client.post(
        reverse("admin:signatories_organisation_change", args=[organisation.pk]),
        organisation_data(name="The Forum"),
    )
    organisation.refresh_from_db()
    signature.letter.refresh_from_db()
    assert (organisation.name, organisation.name_key) == ("The Forum", "the forum")
    assert signature.letter.public_version == 2


def test_a_name_that_is_taken_is_refused_in_words(staff_client):
    OrganisationFactory(name="Forum")
    response = staff_client.post(
        reverse("admin:signatories_organisation_add"),
        organisation_data(name="FORUM"),
    )
    assert response.context["adminform"].form.errors == {
        "name": ["An organisation with this name in this country is already on the register."]
    }


def test_the_admins_own_log_holds_no_personal_data(staff_client):
    signature = SignatureFactory(in_review=True)
    staff_client.post(address(signature, "publish"))
    written = " ".join(
        f"{entry.object_repr} {entry.change_message}" for entry in LogEntry.objects.all()
    )
    assert "Rosa" not in written
    assert "@" not in written


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda decision: decision.name)
def test_decisions_need_a_post_and_access_to_the_letter(decision):
    signature = SignatureFactory()
    own = reviewer(signature.letter.campaign)
    assert own.get(address(signature, decision.name)).status_code == 405
    assert reviewer().post(address(signature, decision.name)).status_code == 404


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda decision: decision.name)
def test_staff_who_may_only_view_signatures_cannot_decide(decision):
    signature = SignatureFactory()
    user = StaffFactory(is_superuser=False)
    user.user_permissions.set(Permission.objects.filter(codename="view_signature"))
    signature.letter.campaign.team.add(user)
    client = Client()
    client.force_login(user)
    assert client.post(address(signature, decision.name)).status_code == 403
