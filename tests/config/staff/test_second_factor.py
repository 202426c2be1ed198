"""The second factor: required for the admin, set up, verified, replaced."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.utils import timezone

from config.models import AuditEntry, SecondFactor
from config.staff.errors import AccountError
from config.staff.factor import in_use, otpauth_uri, reset_factor
from config.staff.roles import Role
from tests.config.staff.conftest import browser, code, set_up, verbs, verified, wrong_code

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("guarded")]
SET_UP, VERIFY = "/admin/second-factor/", "/admin/verify/"
PAGES = [
    "/admin/",
    "/admin/signatories/signature/",
    "/admin/auth/user/",
    "/admin/config/auditentry/?q=1",
    "/admin/autocomplete/",
    "/admin/jsi18n/",
    "/admin/password_change/",
    "/admin/no/such/page/",
    "/admin/second-factor/codes/",
    "/admin/second-factor/replace/",
]


def leads_to(response) -> str:
    assert response.status_code == 302
    return str(response.headers["Location"].partition("?")[0])


# The gate


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_no_page_is_seen_before_the_second_factor_is_set_up(account, page, method):
    client = browser(account(Role.REVIEWER))
    assert leads_to(getattr(client, method)(page)) == SET_UP


@pytest.mark.parametrize("page", [*PAGES, SET_UP])
def test_no_page_is_seen_before_it_is_verified_in_this_session(account, page):
    user = account(Role.ADMINISTRATOR)
    set_up(user)
    assert leads_to(browser(user).get(page)) == VERIFY


def test_a_superuser_is_asked_too(staff):
    assert leads_to(browser(staff).get("/admin/")) == SET_UP


def test_a_viewer_is_asked_only_after_setting_one_up(account):
    user = account(Role.VIEWER)
    client = browser(user)
    assert client.get("/admin/").status_code == 200
    set_up(user)
    assert leads_to(client.get("/admin/")) == VERIFY


def test_one_can_always_log_out(account):
    client = browser(account(Role.EDITOR))
    client.post("/admin/logout/")
    assert leads_to(client.get("/admin/")) == "/admin/login/"


def test_strangers_are_sent_to_the_log_in(client):
    for page in (SET_UP, VERIFY, "/admin/second-factor/begin/"):
        assert leads_to(client.get(page)) == "/admin/login/"


# Setting it up


def test_it_is_set_up_with_a_code_and_opens_the_admin(account):
    user = account(Role.REVIEWER)
    client = browser(user)
    assert SecondFactor.objects.count() == 0
    assert leads_to(client.post(f"{SET_UP}begin/")) == SET_UP
    page = client.get(SET_UP).content.decode()
    factor = SecondFactor.objects.get()
    assert factor.confirmed is False
    assert factor.secret in page
    key = client.session.session_key
    shown = client.post(f"{SET_UP}confirm/", {"code": code(factor)})
    shape = r"<li><code>[a-z2-7]{4}(?:-[a-z2-7]{4}){5}</code>"
    assert len(re.findall(shape, shown.content.decode())) == 10
    assert "no-store" in shown["Cache-Control"]
    assert client.session.session_key != key
    assert client.get("/admin/").status_code == 200
    assert verbs() == ["second factor begun", "second factor set up"]


def test_opening_the_page_creates_no_secret(account):
    client = browser(account(Role.REVIEWER))
    client.get(SET_UP)
    assert client.get(f"{SET_UP}begin/").status_code == 405
    assert SecondFactor.objects.count() == 0


def test_the_qr_code_is_an_image_in_the_page_that_the_strict_policy_allows(account):
    client = browser(account(Role.REVIEWER))
    client.post(f"{SET_UP}begin/")
    response = client.get(SET_UP)
    (qr,) = re.findall(r'<div class="qr".*?</div>', response.content.decode(), re.DOTALL)
    assert 'role="img"' in qr
    assert "<svg" in qr
    assert [bad for bad in ("style=", "<script", "href=", "src=") if bad in qr] == []
    assert "unsafe" not in response["Content-Security-Policy"]


def test_apps_read_the_secret_with_the_name_of_the_site(account, settings):
    settings.SITE_URL = "https://letters.example.org"
    factor, _codes = set_up(account(Role.REVIEWER, username="ada"))
    assert otpauth_uri(factor) == (
        "otpauth://totp/letters.example.org%3Aada"
        f"?secret={factor.secret}&issuer=letters.example.org&period=30&digits=6"
    )


def test_a_wrong_code_sets_nothing_up_and_is_reported_beside_its_field(account):
    user = account(Role.REVIEWER)
    client = browser(user)
    client.post(f"{SET_UP}begin/")
    response = client.post(f"{SET_UP}confirm/", {"code": wrong_code(SecondFactor.objects.get())})
    assert response.status_code == 422
    assert "code" in response.context["confirm_form"].errors
    assert in_use(user) is None
    assert leads_to(client.get("/admin/")) == SET_UP


def test_a_password_alone_replaces_nothing(account):
    user = account(Role.REVIEWER)
    factor, _codes = set_up(user)
    thief = browser(user)
    thief.post(f"{SET_UP}begin/")
    assert list(SecondFactor.objects.all()) == [factor]
    assert leads_to(thief.post(f"{SET_UP}confirm/", {"code": "123456"})) == VERIFY
    assert leads_to(thief.post(f"{SET_UP}replace/", {"code": "123456"})) == VERIFY


def test_another_phone_replaces_the_old_one(account):
    user = account(Role.REVIEWER)
    old, codes = set_up(user)
    client = browser(user)
    client.post(VERIFY, {"code": code(old, later=1)})
    assert client.post(f"{SET_UP}replace/", {"code": "123456"}).status_code == 422
    SecondFactor.objects.update(throttling_failure_count=0)
    assert leads_to(client.post(f"{SET_UP}replace/", {"code": codes[0]})) == SET_UP
    new = SecondFactor.objects.get(confirmed=False)
    assert in_use(user) == old
    assert client.post(f"{SET_UP}confirm/", {"code": code(new)}).status_code == 200
    assert list(SecondFactor.objects.all()) == [new]
    assert client.get("/admin/").status_code == 200


# Showing it


def test_a_code_opens_the_session_under_a_new_key_and_leads_on(account):
    user = account(Role.REVIEWER)
    factor, _codes = set_up(user)
    client = browser(user)
    key = client.session.session_key
    wanted = "/admin/signatories/signature/?todo=review"
    to_pass = client.get(wanted).headers["Location"]
    response = client.post(to_pass, {"code": code(factor, later=1)})
    assert response.headers["Location"] == wanted
    assert client.session.session_key != key
    assert client.get(wanted).status_code == 200


@pytest.mark.parametrize("elsewhere", ["https://evil.example.net/", "//evil.example.net", ""])
def test_it_never_redirects_to_another_site(account, elsewhere):
    user = account(Role.REVIEWER)
    factor, _codes = set_up(user)
    response = browser(user).post(VERIFY, {"code": code(factor, later=1), "next": elsewhere})
    assert response.headers["Location"] == "/admin/"


def test_a_code_works_once(account):
    user = account(Role.REVIEWER)
    factor, _codes = set_up(user)
    shown = code(factor, later=1)
    assert browser(user).post(VERIFY, {"code": shown}).status_code == 302
    assert browser(user).post(VERIFY, {"code": shown}).status_code == 200


def test_another_persons_code_is_wrong(account):
    user, colleague = account(Role.REVIEWER), account(Role.REVIEWER)
    set_up(user)
    theirs, _codes = set_up(colleague)
    client = browser(user)
    assert client.post(VERIFY, {"code": code(theirs, later=1)}).status_code == 200
    assert leads_to(client.get("/admin/")) == VERIFY


def test_after_wrong_codes_even_a_right_one_has_to_wait(account):
    user = account(Role.REVIEWER)
    factor, _codes = set_up(user)
    client = browser(user)
    for _n in range(3):
        SecondFactor.objects.update(throttling_failure_timestamp=None)
        client.post(VERIFY, {"code": wrong_code(factor)})
    response = client.post(VERIFY, {"code": code(factor, later=1)})
    assert response.context["form"].errors["code"] == [
        "This code is not right, or you entered it too soon. Wait 4 seconds and try again."
    ]
    SecondFactor.objects.update(throttling_failure_timestamp=timezone.now() - timedelta(seconds=5))
    assert client.post(VERIFY, {"code": code(factor, later=1)}).status_code == 302
    assert SecondFactor.objects.get().throttling_failure_count == 0
    assert verbs()[2:] == ["second factor failed"] * 3 + ["second factor proved"]


# At rest


def test_the_secret_is_unreadable_in_the_database(account):
    factor, _codes = set_up(account(Role.REVIEWER))
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM config_secondfactor")
        (stored,) = cursor.fetchone()
    assert SecondFactor.objects.get().secret == factor.secret
    assert factor.secret not in stored
    assert stored.startswith("gAAAA")


def test_an_account_has_one_factor_in_use(account):
    factor, _codes = set_up(account(Role.REVIEWER))
    with pytest.raises(IntegrityError):
        SecondFactor.objects.create(user=factor.user, confirmed=True)


# Resetting it


def test_an_administrator_resets_a_colleagues_factor_which_ends_the_sessions(account):
    administrator, colleague = account(Role.ADMINISTRATOR), account(Role.REVIEWER)
    theirs, ours = verified(colleague), verified(administrator)
    before = Session.objects.count()
    response = ours.post(f"/admin/auth/user/{colleague.pk}/reset-factor/")
    assert response.headers["Location"] == f"/admin/auth/user/{colleague.pk}/change/"
    assert in_use(colleague) is None
    assert leads_to(theirs.get("/admin/")) == "/admin/login/"
    assert ours.get("/admin/").status_code == 200
    assert Session.objects.count() == before - 1
    entry = AuditEntry.objects.get(verb="second factor reset")
    assert (entry.by, entry.subject_id) == (administrator, colleague.pk)


def test_nobody_resets_their_own(account):
    administrator = account(Role.ADMINISTRATOR)
    factor, _codes = set_up(administrator)
    with pytest.raises(AccountError):
        reset_factor(user=administrator, by=administrator, now=timezone.now())
    assert in_use(administrator) == factor


def test_the_command_resets_the_factor_of_an_administrator_without_colleagues(account, capsys):
    user = account(Role.ADMINISTRATOR, username="alone")
    set_up(user)
    call_command("reset_second_factor", "alone")
    assert in_use(user) is None
    assert AuditEntry.objects.filter(verb="second factor reset", by=None).count() == 1
    with pytest.raises(CommandError):
        call_command("reset_second_factor", "nobody")
