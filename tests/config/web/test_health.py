"""Health checks for orchestrators and load balancers."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.config.test_settings import run


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.django_db
def test_a_site_that_works_says_ok_and_no_cache_keeps_it(path):
    response = Client().get(path)
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert "no-store" in response["Cache-Control"].split(", ")


def test_healthz_does_not_query_the_database(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        Client().get("/healthz")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_only_get_and_head_are_allowed(path):
    assert Client().post(path).status_code == 405


@pytest.mark.parametrize(
    "database", ["postgres://nobody@127.0.0.1:1/nothing", "sqlite:////dev/null/letters.sqlite3"]
)
def test_without_a_database_the_process_lives_and_is_not_ready(tmp_path, database):
    program = (
        "import django; django.setup(); from django.test import Client; client = Client();"
        "print([client.get(path).status_code for path in ('/healthz', '/readyz')])"
    )
    result = run(
        "-c",
        program,
        data=tmp_path,
        DATABASE_URL=database,
        DJANGO_SETTINGS_MODULE="config.settings",
        SITE_URL="http://testserver",
    )
    assert result.stdout == "[200, 503]\n", result.stderr
