"""Where a form came from, and from which network."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from config.origin import from_this_site, network_of


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
    ],
)
def test_forms_of_this_site_are_let_in(settings, headers, who):
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


def test_such_a_form_needs_no_token_that_would_hang_on_a_cookie():
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
def test_an_address_counts_as_its_network(address, expected):
    assert network(address) == expected


def test_without_proxies_x_forwarded_for_is_the_clients_own_words():
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
