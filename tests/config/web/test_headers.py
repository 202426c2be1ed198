"""Headers of every response."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from tests.config.test_settings import run, settings_in


def test_every_response_forbids_what_the_site_does_not_use():
    response = Client().get("/healthz")
    assert response["Permissions-Policy"].split(", ") == [
        "accelerometer=()",
        "camera=()",
        "display-capture=()",
        "geolocation=()",
        "gyroscope=()",
        "microphone=()",
        "midi=()",
        "payment=()",
        "usb=()",
    ]
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"


def test_the_content_security_policy_allows_this_site_alone():
    policy = Client().get("/healthz")["Content-Security-Policy"]
    assert sorted(policy.split("; ")) == [
        "base-uri 'none'",
        "connect-src 'self'",
        "default-src 'none'",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self'",
        "object-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
    ]


@pytest.mark.parametrize("path", ["/", "/healthz", "/media/missing.webp", "/nothing/here"])
@pytest.mark.django_db
def test_the_public_site_sets_no_cookie_not_even_where_there_is_nothing(path):
    client = Client()
    client.cookies.load({"sessionid": "abc", "csrftoken": "def", "messages": "ghi"})
    response = client.get(path)
    assert dict(response.cookies) == {}
    assert "Cookie" not in response.get("Vary", "")


@pytest.mark.django_db
def test_a_page_does_not_read_the_language_from_a_cookie(settings):
    settings.LANGUAGES = [("en", "English"), ("fr", "French")]
    client = Client()
    client.cookies.load({"django_language": "fr"})
    assert client.get("/")["Location"] == "/en/"


@pytest.mark.django_db
def test_the_cookies_of_the_admin_stay_in_the_admin():
    response = Client().get("/admin/login/")
    assert {name: cookie["path"] for name, cookie in response.cookies.items()} == {
        "csrftoken": "/admin/"
    }


def headers_of(path: str, *, site: str, data, **extra: object) -> dict[str, str | int]:
    program = (
        "import django, json; django.setup(); from django.test import Client;"
        f"response = Client().get({path!r}, secure={extra.get('secure', False)});"
        "print(json.dumps({'status': response.status_code, **response.headers}))"
    )
    result = run("-c", program, data=data, SITE_URL=site, DJANGO_SETTINGS_MODULE="config.settings")
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_a_site_with_https_tells_browsers_to_come_back_by_https_alone(tmp_path):
    headers = headers_of("/", site="https://testserver", secure=True, data=tmp_path)
    assert headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains; preload"
    assert headers["Location"] == "/en/"


def test_a_site_with_https_sends_plain_http_on_to_it(tmp_path):
    headers = headers_of("/", site="https://testserver", data=tmp_path)
    assert (headers["status"], headers["Location"]) == (301, "https://testserver/")


def test_health_checks_of_a_site_with_https_work_over_plain_http(tmp_path):
    assert headers_of("/healthz", site="https://testserver", data=tmp_path)["status"] == 200


def test_a_site_without_https_sends_no_hsts(tmp_path):
    headers = headers_of("/healthz", site="http://testserver", data=tmp_path)
    assert "Strict-Transport-Security" not in headers


@pytest.mark.django_db
def test_static_files_have_the_same_headers_as_pages():
    page, file = Client().get("/healthz"), Client().get("/static/favicon.svg")
    file.close()
    assert file.status_code == 200
    for name in ("Content-Security-Policy", "Permissions-Policy", "Cross-Origin-Resource-Policy"):
        assert file[name] == page[name]


def test_with_https_browsers_are_held_to_it_for_cookies(tmp_path):
    found = settings_in(
        tmp_path, "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", SITE_URL="https://testserver"
    )
    assert found == {
        "SESSION_COOKIE_NAME": "__Secure-sessionid",
        "CSRF_COOKIE_NAME": "__Secure-csrftoken",
    }
