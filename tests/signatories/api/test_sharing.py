"""Scripts of other sites may read data, and nothing but data."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db
OPEN = [
    "/api/",
    "/api/openapi.json",
    "/api/v1/letters",
    "/api/v1/letters/speak",
    "/api/v1/letters/speak/signatories",
    "/api/v1/organisations",
    "/api/v1/campaigns",
    "/letters/speak/signatories.json",
    "/letters/speak/signatories.csv",
    "/letters/speak/signatories.ndjson",
    # Errors, too: scripts must be able to read what was wrong.
    "/api/v1/nowhere",
    "/api/v1/letters?nothing=1",
    "/letters/nowhere/signatories.csv",
]
OWN = [
    "/en/",
    "/en/letters/speak/",
    "/en/open-data/",
    "/letters/speak/live.json",
    "/en/letters/speak/feed.atom",
    "/organisations.json?q=forum",
    "/robots.txt",
    "/healthz",
]


@pytest.mark.parametrize("address", OPEN)
def test_data_can_be_read_from_everywhere(client, letter, address):
    for response in (
        client.get(address),
        client.head(address),
        client.post(address),
        client.options(address),
    ):
        assert response["Access-Control-Allow-Origin"] == "*"
        assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "Access-Control-Allow-Credentials" not in response
        assert "Set-Cookie" not in response
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in response["Content-Security-Policy"]


@pytest.mark.parametrize("address", OPEN)
def test_preflight_requests_are_allowed(client, letter, address):
    response = client.options(
        address,
        headers={
            "Origin": "https://other.example.org",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "if-none-match",
        },
    )
    assert (response.status_code, response.content) == (204, b"")
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert response["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert response["Access-Control-Allow-Headers"] == "*"
    assert response["Access-Control-Max-Age"] == "86400"


@pytest.mark.parametrize("address", OWN)
def test_everything_else_is_for_our_own_pages(client, letter, address):
    response = client.get(address, headers={"Origin": "https://other.example.org"})
    assert "Access-Control-Allow-Origin" not in response
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
