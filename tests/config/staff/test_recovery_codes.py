"""Recovery codes for a lost phone: shown once, stored as digests, used once, renewed."""

from __future__ import annotations

import re

import pytest

from config.models import AuditEntry, RecoveryCode, SecondFactor
from config.staff.roles import Role
from tests.config.staff.conftest import browser, code, set_up, verbs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("guarded")]
RENEW, VERIFY = "/admin/second-factor/codes/", "/admin/verify/"


def test_each_works_once_in_place_of_the_app(account):
    user = account(Role.REVIEWER)
    _factor, codes = set_up(user)
    assert len({one for one in codes if re.fullmatch("[a-z2-7]{4}(-[a-z2-7]{4}){5}", one)}) == 10
    assert browser(user).post(VERIFY, {"code": codes[3]}).status_code == 302
    assert browser(user).post(VERIFY, {"code": codes[3]}).status_code == 200
    SecondFactor.objects.update(throttling_failure_count=0)
    assert browser(user).post(VERIFY, {"code": codes[4]}).status_code == 302
    used = AuditEntry.objects.filter(verb="recovery code used").order_by("pk")
    assert [entry.detail for entry in used] == [
        {"recovery_codes_left": 9},
        {"recovery_codes_left": 8},
    ]


def test_an_older_shorter_code_still_works(account):
    user = account(Role.REVIEWER)
    factor, _codes = set_up(user)
    RecoveryCode.objects.create(factor=factor, digest=factor.digest_of("abcdefghij"))
    assert browser(user).post(VERIFY, {"code": "abcde-fghij"}).status_code == 302


@pytest.mark.parametrize("write", [str.upper, lambda text: text.replace("-", " "), "  {} ".format])
def test_case_spaces_and_hyphens_do_not_matter(account, write):
    user = account(Role.REVIEWER)
    _factor, codes = set_up(user)
    assert browser(user).post(VERIFY, {"code": write(codes[0])}).status_code == 302


def test_the_database_holds_no_code(account):
    factor, codes = set_up(account(Role.REVIEWER))
    stored = list(RecoveryCode.objects.values_list("digest", flat=True))
    assert sorted(stored) == sorted(factor.digest_of(one) for one in codes)
    assert [one for one in codes if one in stored or one.replace("-", "") in stored] == []


def test_the_same_code_of_two_people_has_two_digests(account):
    one, _codes = set_up(account(Role.REVIEWER))
    other, _others = set_up(account(Role.REVIEWER))
    assert one.digest_of("abcde-fghij") != other.digest_of("abcde-fghij")


def test_new_codes_replace_the_old_ones(account):
    user = account(Role.REVIEWER)
    factor, old = set_up(user)
    client = browser(user)
    client.post(VERIFY, {"code": code(factor, later=1)})
    page = client.post(RENEW, {"code": old[0]})
    new = re.findall(r"<li><code>(.+?)</code>", page.content.decode())
    assert (len(new), set(new) & set(old)) == (10, set())
    assert browser(user).post(VERIFY, {"code": old[1]}).status_code == 200
    SecondFactor.objects.update(throttling_failure_count=0)
    assert browser(user).post(VERIFY, {"code": new[1]}).status_code == 302
    assert "recovery codes renewed" in verbs()


def test_a_session_left_open_is_not_enough_for_new_codes(account):
    user = account(Role.REVIEWER)
    factor, codes = set_up(user)
    client = browser(user)
    client.post(VERIFY, {"code": code(factor, later=1)})
    for written in ({}, {"code": "123456"}):
        response = client.post(RENEW, written)
        assert response.status_code == 422
        assert "code" in response.context["code_form"].errors
    digests = set(RecoveryCode.objects.values_list("digest", flat=True))
    assert digests == {factor.digest_of(one) for one in codes}


def test_the_page_says_how_many_are_left(account):
    user = account(Role.REVIEWER)
    _factor, codes = set_up(user)
    client = browser(user)
    client.post(VERIFY, {"code": codes[0]})
    assert client.get("/admin/second-factor/").context["codes_left"] == 9
