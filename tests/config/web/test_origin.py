"""Where a form came from, and from which network."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.test import Client, RequestFactory
from django.utils.module_loading import import_string

from config.web.origin import from_this_site, network_of


@from_this_site
def form(request: HttpRequest) -> Any:
    return HttpResponse("done")


def post(host: str = "testserver", **headers: str) -> Any:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return form(RequestFactory(headers={"Host": host, **names}).post("/"))


@pytest.mark.parametrize(
    ("headers", "who"),
    [
        ({}, "a program that says nothing of itself"),
        ({"Origin": "http://testserver"}, "a browser without fetch metadata"),
        ({"Origin": "http://testserver", "Sec_Fetch_Site": "same-origin"}, "a browser"),
        ({"Sec_Fetch_Site": "none"}, "a form sent again by its reader"),
        ({"Origin": "http://localhost:8000", "host": "localhost:8000"}, "a site with a port"),
        ({"Origin": "http://testserver", "host": "testserver:80"}, "a proxy that names the port"),
        ({"Origin": "https://testserver", "host": "TestServer:443"}, "and in capitals"),
        ({"Origin": "null", "Sec_Fetch_Site": "same-origin"}, "a proxy that sets no-referrer"),
        ({"Origin": "null", "Sec_Fetch_Site": "none"}, "the same, sent again by its reader"),
    ],
)
def test_forms_of_this_site_are_accepted(settings, headers, who):
    settings.ALLOWED_HOSTS = ["testserver", "localhost"]
    assert post(**headers).content == b"done", who


@pytest.mark.parametrize(
    ("headers", "who"),
    [
        ({"Origin": "https://evil.example.net"}, "another site"),
        ({"Origin": "http://testserver.evil.example.net"}, "a look-alike"),
        ({"Origin": "http://testserver@evil.example.net"}, "a look-alike with a user"),
        ({"Origin": "http://testserver:81"}, "another port"),
        ({"Origin": "null"}, "a sandboxed frame or a file"),
        ({"Origin": ""}, "an empty origin"),
        ({"Origin": "http://["}, "no origin at all"),
        ({"Origin": "null", "Sec_Fetch_Site": "cross-site"}, "a sandboxed frame that says so"),
        ({"Origin": "null", "Sec_Fetch_Site": "same-site"}, "one of a host beside this"),
        ({"Origin": "null", "Sec_Fetch_Site": ""}, "an empty Sec-Fetch-Site"),
        ({"Origin": "NULL", "Sec_Fetch_Site": "same-origin"}, "an origin that browsers never send"),
        ({"Origin": "http://testserver/x"}, "an origin with a path"),
        ({"Origin": "testserver"}, "a host alone"),
        ({"Origin": "http://testserver:443"}, "the port of another scheme"),
        ({"Sec_Fetch_Site": "cross-site"}, "another site without Origin"),
        ({"Sec_Fetch_Site": "same-site"}, "another host of the same domain"),
        ({"Origin": "http://testserver", "Sec_Fetch_Site": "cross-site"}, "a forged Origin"),
        ({"Origin": "https://a.b", "Sec_Fetch_Site": "same-origin"}, "a forged Sec-Fetch-Site"),
    ],
)
def test_forms_of_others_are_refused(headers, who):
    with pytest.raises(PermissionDenied):
        post(**headers)


def test_reading_needs_no_origin():
    request = RequestFactory().get("/", headers={"Origin": "https://evil.example.net"})
    assert getattr(form(request), "content", b"") == b"done"


def test_public_forms_need_no_csrf_token():
    assert vars(form)["csrf_exempt"] is True


def network(address: str, forwarded: str | None = None) -> str:
    headers = {"X-Forwarded-For": forwarded} if forwarded is not None else {}
    return network_of(RequestFactory(headers=headers).get("/", REMOTE_ADDR=address))


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("192.0.2.1", "192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("2001:db8:1:ffff::", "2001:db8:1::/48"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("fe80::1%eth0", "fe80::/48"),
        ("", "unknown"),
        ("unix socket", "unknown"),
    ],
)
def test_an_ip_address_is_reduced_to_its_network(address, expected):
    assert network(address) == expected


def test_without_proxies_x_forwarded_for_is_ignored():
    assert network("192.0.2.77", forwarded="198.51.100.1") == "192.0.2.0/24"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (1, "198.51.100.1", "198.51.100.0/24"),
        (1, "203.0.113.9, 198.51.100.1", "198.51.100.0/24"),
        (1, "  203.0.113.9 ,198.51.100.1 ", "198.51.100.0/24"),
        (2, "198.51.100.1, 10.0.0.2", "198.51.100.0/24"),
        (2, "203.0.113.9, 203.0.113.8, 198.51.100.1, 10.0.0.2", "198.51.100.0/24"),
        (1, "2001:db8:5:6::1", "2001:db8:5::/48"),
        (1, "198.51.100.7:40312", "198.51.100.0/24"),
        (1, "198.51.100.7:", "198.51.100.0/24"),
        (1, "203.0.113.9:1, 198.51.100.7:40312", "198.51.100.0/24"),
        (2, "198.51.100.7:40312, 10.0.0.2:443", "198.51.100.0/24"),
        (1, "\t198.51.100.7:40312 ", "198.51.100.0/24"),
        (1, "[2001:db8:5:6::1]:40312", "2001:db8:5::/48"),
        (1, "[2001:db8:5:6::1]", "2001:db8:5::/48"),
        (1, '"[2001:db8:5:6::1]:40312"', "2001:db8:5::/48"),
        (1, '"198.51.100.7:40312"', "198.51.100.0/24"),
        (1, "::ffff:198.51.100.7", "198.51.100.0/24"),
        (1, "[::ffff:198.51.100.7]:40312", "198.51.100.0/24"),
        (1, "[fe80::1%eth0]:80", "fe80::/48"),
        (1, "198.51.100.7:http", "unknown"),
        (1, "198.51.100:80", "unknown"),
        (1, "[198.51.100.7", "unknown"),
        (1, "[]:80", "unknown"),
        (1, "198.51.100.7, ", "unknown"),
        (1, "nonsense", "unknown"),
        (1, None, "192.0.2.0/24"),
        (1, "", "192.0.2.0/24"),
        (2, "198.51.100.1", "192.0.2.0/24"),
    ],
)
def test_behind_proxies_the_entry_that_the_outermost_wrote_counts(
    settings, proxies, forwarded, expected
):
    """The spoofed entries are those further left."""
    settings.TRUSTED_PROXIES = proxies
    assert network("192.0.2.77", forwarded=forwarded) == expected


def test_several_headers_are_one_list(settings):
    """As web servers join them (RFC 9110, 5.3)."""
    settings.TRUSTED_PROXIES = 1
    assert network("192.0.2.77", forwarded="203.0.113.9,198.51.100.7:1") == "198.51.100.0/24"


TOKEN = "a" * 32


def logged_in(**headers: str) -> int:
    """The status of the admin's log-in form, sent with its token. 200 says that it was read."""
    client = Client(enforce_csrf_checks=True)
    client.cookies["csrftoken"] = TOKEN
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    form = {"csrfmiddlewaretoken": TOKEN, "username": "ada", "password": "x"}
    return client.post("/admin/login/", form, headers=names).status_code


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://testserver"}, 200),
        ({"Origin": "null", "Sec_Fetch_Site": "same-origin"}, 200),
        ({"Origin": "null"}, 403),
        ({"Origin": "null", "Sec_Fetch_Site": "cross-site"}, 403),
        ({"Origin": "https://evil.example.net", "Sec_Fetch_Site": "same-origin"}, 403),
    ],
)
def test_the_admin_accepts_its_own_forms_by_the_same_headers(headers, status):
    assert logged_in(**headers) == status


@pytest.mark.django_db
def test_the_admin_still_requires_the_csrf_token(monkeypatch):
    monkeypatch.setattr("tests.config.web.test_origin.TOKEN", "b" * 31)
    assert logged_in(Origin="null", Sec_Fetch_Site="same-origin") == 403


def test_the_admin_is_guarded_by_djangos_own_middleware(settings):
    """Django's check looks for the name and is silenced; this one looks for the class."""
    guards = [import_string(path) for path in settings.MIDDLEWARE if "Csrf" in path]
    assert [issubclass(guard, CsrfViewMiddleware) for guard in guards] == [True]
