"""What each role may see and do, and for which teams' campaigns."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from django.contrib.auth.models import Group, Permission, User

from campaigns.models import Campaign
from config.staff.roles import Role, give_role, needs_second_factor, role_of
from letters.models import Letter
from signatories.models import Pair, Signature
from tests.config.staff.conftest import browser
from tests.factories import (
    CampaignFactory,
    LetterFactory,
    OrganisationFactory,
    SignatureFactory,
    StaffFactory,
)

pytestmark = pytest.mark.django_db
VIEWER, REVIEWER, EDITOR, ADMINISTRATOR = ROLES = list(Role)
ALL = set(ROLES)
REVIEWERS = {REVIEWER, EDITOR, ADMINISTRATOR}
EDITORS = {EDITOR, ADMINISTRATOR}
ADMINISTRATORS = {ADMINISTRATOR}


@pytest.fixture
def ours() -> dict[str, object]:
    """A campaign with a letter and a signature, and a pair of likely duplicates."""
    signature = SignatureFactory(in_review=True, letter__campaign__title="Ours")
    first, second = sorted([OrganisationFactory(), OrganisationFactory()], key=lambda one: one.pk)
    return {
        "campaign": signature.letter.campaign,
        "letter": signature.letter,
        "signature": signature,
        "pair": Pair.objects.create(first=first, second=second, score=0.9, reasons=[]),
        "user": StaffFactory(),
    }


def address(page: str, ours: dict[str, object]) -> str:
    return "/admin/" + re.sub(r"<(\w+)>", lambda found: str(ours[found[1]].pk), page)


SEEN = [
    ("campaigns/campaign/", ALL),
    ("campaigns/campaign/<campaign>/change/", ALL),
    ("campaigns/campaign/add/", EDITORS),
    ("campaigns/campaign/<campaign>/delete/", EDITORS),
    ("letters/letter/", ALL),
    ("letters/letter/<letter>/change/", ALL),
    ("letters/letter/add/", EDITORS),
    ("letters/letter/<letter>/revise/", EDITORS),
    ("letters/letter/<letter>/step/closed/", EDITORS),
    ("letters/edition/add/?letter=<letter>", EDITORS),
    ("signatories/signature/", ALL),
    ("signatories/signature/<signature>/change/", ALL),
    ("signatories/organisation/", REVIEWERS),
    ("signatories/organisation/add/", EDITORS),
    ("signatories/pair/", REVIEWERS),
    ("signatories/pair/<pair>/change/", REVIEWERS),
    ("signatories/merge/", REVIEWERS),
    ("auth/user/", ADMINISTRATORS),
    ("auth/user/<user>/change/", ADMINISTRATORS),
    ("config/invitation/", ADMINISTRATORS),
    ("config/invitation/add/", ADMINISTRATORS),
    ("config/auditentry/", ADMINISTRATORS),
]


@pytest.mark.parametrize(("page", "allowed"), SEEN, ids=[page for page, _roles in SEEN])
@pytest.mark.parametrize("role", ROLES)
def test_a_page_is_seen_by_the_roles_that_may(account, ours, page, allowed, role):
    client = browser(account(role, ours["campaign"]))
    status = client.get(address(page, ours)).status_code
    assert status == (200 if role in allowed else 403)


DONE = [
    ("signatories/signature/<signature>/publish/", REVIEWERS),
    ("signatories/signature/<signature>/decline/", REVIEWERS),
    ("signatories/signature/<signature>/candidate/", REVIEWERS),
    ("signatories/signature/<signature>/contact/", REVIEWERS),
    ("signatories/pair/<pair>/decide/", REVIEWERS),
    ("letters/letter/<letter>/status/", EDITORS),
    ("auth/user/<user>/reset-factor/", ADMINISTRATORS),
]


@pytest.mark.parametrize(("page", "allowed"), DONE, ids=[page for page, _roles in DONE])
@pytest.mark.parametrize("role", ROLES)
def test_a_button_works_for_the_roles_that_may(account, ours, page, allowed, role):
    client = browser(account(role, ours["campaign"]))
    status = client.post(address(page, ours), {"reason": "Why."}).status_code
    assert status == (302 if role in allowed else 403)


NOT_OURS = [
    "campaigns/campaign/<campaign>/change/",
    "letters/letter/<letter>/change/",
    "signatories/signature/<signature>/change/",
]


@pytest.mark.parametrize("page", NOT_OURS)
@pytest.mark.parametrize("role", ROLES)
def test_another_teams_page_is_seen_by_administrators_alone(account, ours, page, role):
    client = browser(account(role, CampaignFactory()))
    response = client.get(address(page, ours))
    if role == ADMINISTRATOR:
        assert response.status_code == 200
    else:
        assert (response.status_code, response.headers["Location"]) == (302, "/admin/")


@pytest.mark.parametrize("role", ROLES)
def test_another_teams_campaigns_are_listed_for_administrators_alone(account, ours, role):
    own = LetterFactory()
    user = account(role, own.campaign)
    others = role == ADMINISTRATOR
    assert set(Campaign.objects.visible_to(user)) == (
        {own.campaign, ours["campaign"]} if others else {own.campaign}
    )
    assert set(Letter.objects.visible_to(user)) == ({own, ours["letter"]} if others else {own})
    assert set(Signature.objects.visible_to(user)) == ({ours["signature"]} if others else set())


def test_an_administrator_who_adds_a_campaign_does_not_join_its_team(account):
    written = {"title": "A", "language": "en", "slug": "a", "summary": "A", "organiser_name": "A"}
    client = browser(account(ADMINISTRATOR))
    assert client.post("/admin/campaigns/campaign/add/", written).status_code == 302
    assert Campaign.objects.get().team.count() == 0


# Representatives


@pytest.mark.parametrize("role", ROLES)
def test_a_representative_is_seen_from_the_reviewer_on(account, role):
    signature = SignatureFactory(declined=True, reason="Rosa told us on the telephone.")
    colleague = SignatureFactory(
        letter=signature.letter,
        contact_request=signature,
        representative_name="Karl Colleague",
    )
    client = browser(account(role, signature.letter.campaign))
    pages = "".join(
        client.get(f"/admin/signatories/signature/{one.pk}/change/").content.decode()
        for one in (signature, colleague)
    )
    words = ["Rosa Reader", signature.representative_email, "Director", "Karl", "telephone"]
    assert [word for word in words if word in pages] == ([] if role == VIEWER else words)


def test_a_single_permission_to_decide_does_not_show_the_representative(account):
    signature = SignatureFactory(in_review=True, contact_request=SignatureFactory())
    user = account(VIEWER, signature.letter.campaign)
    user.user_permissions.add(Permission.objects.get(codename="change_signature"))
    client = browser(user)
    page = client.get(f"/admin/signatories/signature/{signature.pk}/change/").content.decode()
    assert f"/signature/{signature.pk}/publish/" in page
    assert [word for word in ("Rosa", "Director", "@") if word in page] == []
    contact = f"/admin/signatories/signature/{signature.pk}/contact/"
    assert client.post(contact, {"accept": "yes"}).status_code == 403


@pytest.mark.parametrize("visibility", ["withheld", "counted"])
@pytest.mark.parametrize("role", ROLES)
def test_a_withheld_name_is_seen_from_the_reviewer_on(account, role, visibility):
    signature = SignatureFactory(visibility=visibility, organisation__name="Hidden Forum")
    client = browser(account(role, signature.letter.campaign))
    page = client.get("/admin/signatories/signature/").content.decode()
    assert ("Hidden Forum" in page) is (role != VIEWER)


# The roles themselves


def test_each_of_four_roles_has_the_permissions_of_the_one_before():
    granted = [
        set(Group.objects.get(name=role).permissions.values_list("codename", flat=True))
        for role in ROLES
    ]
    assert [len(codenames) > 0 for codenames in granted] == [True] * 4
    assert all(less < more for less, more in pairwise(granted))


def test_no_role_may_delete_accounts_or_add_them_past_an_invitation():
    of_all = Permission.objects.filter(group__in=Group.objects.all())
    accounts = of_all.filter(content_type__app_label="auth").values_list("codename", flat=True)
    assert sorted(set(accounts)) == ["change_user", "view_user"]


def test_a_role_replaces_all_earlier_permissions(account):
    user = account(ADMINISTRATOR)
    user.user_permissions.add(Permission.objects.get(codename="view_representative"))
    User.objects.filter(pk=user.pk).update(is_superuser=True)
    user.refresh_from_db()
    give_role(user, VIEWER)
    stored = User.objects.get(pk=user.pk)
    assert (role_of(stored), stored.is_superuser) == (VIEWER, False)
    assert not stored.has_perm("signatories.view_representative")


def test_a_superuser_is_an_administrator_and_others_without_a_role_have_none(account):
    assert role_of(StaffFactory()) == ADMINISTRATOR
    assert role_of(account()) is None


@pytest.mark.parametrize(
    ("role", "needed"),
    [(None, True), (VIEWER, False), (REVIEWER, True), (EDITOR, True), (ADMINISTRATOR, True)],
)
def test_which_accounts_need_a_second_factor(account, guarded, role, needed):
    assert needs_second_factor(account(role)) is needed


def test_a_viewer_with_more_than_the_role_needs_a_second_factor(account, guarded):
    user = account(VIEWER)
    user.user_permissions.add(Permission.objects.get(codename="view_representative"))
    assert needs_second_factor(user)
    superuser = account(VIEWER)
    superuser.is_superuser = True
    assert needs_second_factor(superuser)


def test_the_site_can_do_without_second_factors(account, settings):
    settings.STAFF_SECOND_FACTOR = False
    assert not needs_second_factor(account(ADMINISTRATOR))
