"""The settings as a whole: what an operator sees who starts the site with a wrong environment."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
COMPLETE = {
    "SECRET_KEY": "a-key-for-tests-that-is-long-enough-and-has-many-different-characters",
    "SITE_URL": "https://letters.example.org",
    "PERSONAL_DATA_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
}


def run(*command: str, data: Path, **changes: str | None) -> subprocess.CompletedProcess[str]:
    """Run Python with these environment variables only."""
    environment = {
        **COMPLETE,
        "DATA_DIR": str(data),
        "PATH": os.environ["PATH"],
        "PYTHONWARNINGS": "error",
        **changes,
    }
    (data / "static").mkdir(parents=True, exist_ok=True)
    kept = {name: value for name, value in environment.items() if value is not None}
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=kept, capture_output=True, text=True, timeout=300
    )


def settings_in(data: Path, *names: str, **changes: str | None) -> dict:
    """The named settings with these environment variables."""
    program = (
        "import json; from config import settings;"
        f"print(json.dumps({{name: getattr(settings, name) for name in {names!r}}}, default=str))"
    )
    result = run("-c", program, data=data, **changes)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_three_variables_are_enough(tmp_path):
    result = run("manage.py", "check", data=tmp_path)
    assert (result.returncode, result.stderr) == (0, "")


def test_a_fresh_site_migrates_with_the_default_database(tmp_path):
    result = run("manage.py", "migrate", "--verbosity", "0", data=tmp_path / "new")
    assert (result.returncode, result.stderr) == (0, "")
    assert [path.name for path in (tmp_path / "new").glob("*.sqlite3")] == ["undersigned.sqlite3"]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SECRET_KEY", None, "SECRET_KEY is not set. Set it to 50 or more random characters"),
        ("SECRET_KEY", "secret", "SECRET_KEY is too short. Set it to 50 or more random characters"),
        ("SITE_URL", None, "SITE_URL is not set. Set it to the public address, such as"),
        ("SITE_URL", "here", "SITE_URL has an invalid value. Set it to the public"),
        ("SITE_URL", "https://a b.example", "SITE_URL has an invalid value. Set it to"),
        ("SITE_URL", "https://ada@b.example", "SITE_URL has an invalid value. Set it"),
        ("SITE_URL", "https://-a-.example", "SITE_URL has an invalid value. Set it to"),
        ("ALLOWED_HOSTS", "https://a.example", "ALLOWED_HOSTS has an invalid value."),
        ("PERSONAL_DATA_KEYS", None, "PERSONAL_DATA_KEYS is not set. Set it to a key from"),
        ("PERSONAL_DATA_KEYS", "k", "PERSONAL_DATA_KEYS has an invalid value. Set it"),
        ("DATABASE_URL", "here", "DATABASE_URL has an invalid value. Use postgres://"),
        ("EMAIL_URL", "pigeon://", "EMAIL_URL has an invalid value. Use smtp+tls://"),
        ("DEBUG", "perhaps", "DEBUG has an invalid value. Use on or off."),
        ("TRUSTED_PROXIES", "x", "TRUSTED_PROXIES has an invalid value. Use a whole"),
        ("CONFIRMATION_HOURS", "0", "CONFIRMATION_HOURS has an invalid value. Use a"),
        ("SIGNING_MINIMUM_SECONDS", "-1", "SIGNING_MINIMUM_SECONDS has an invalid value. Use"),
        ("MAP_DISPUTED_AREAS", "mine", "MAP_DISPUTED_AREAS has an invalid value. Use"),
        (
            "SECRET_KEY_FALLBACKS",
            "x",
            "SECRET_KEY_FALLBACKS contains one that is too short. Use",
        ),
        ("LOG_FORMAT", "xml", "LOG_FORMAT has an invalid value. Use line or json."),
        ("DATA_DIR", "/dev/null/x", "DATA_DIR has an invalid value. Use the path of"),
    ],
)
def test_a_missing_or_bad_value_stops_with_a_sentence(tmp_path, name, value, sentence):
    result = run("manage.py", "check", data=tmp_path, **{"DATA_DIR": str(tmp_path), name: value})
    last = result.stderr.strip().removeprefix("Cannot start: ")
    assert result.returncode == 1
    assert last[: len(sentence)] == sentence


def test_a_bad_database_address_does_not_show_its_password(tmp_path):
    result = run(
        "manage.py", "check", data=tmp_path, DATABASE_URL="postgres://user:hidden@host:port/name"
    )
    assert (result.returncode, "hidden" in result.stderr) == (1, False)


def test_debug_is_off_unless_asked_for(tmp_path):
    assert settings_in(tmp_path, "DEBUG") == {"DEBUG": False}
    assert settings_in(tmp_path, "DEBUG", DEBUG="on") == {"DEBUG": True}


def test_defaults_follow_from_the_site_url(tmp_path):
    names = ("SITE_URL", "ALLOWED_HOSTS", "OPERATOR_NAME", "DEFAULT_FROM_EMAIL", "BLIND_INDEX_KEY")
    assert settings_in(tmp_path, *names) == {
        "SITE_URL": "https://letters.example.org",
        "ALLOWED_HOSTS": ["letters.example.org"],
        "OPERATOR_NAME": "letters.example.org",
        "DEFAULT_FROM_EMAIL": "Undersigned <letters@letters.example.org>",
        "BLIND_INDEX_KEY": COMPLETE["SECRET_KEY"],
    }


@pytest.mark.parametrize(
    ("given", "site", "hosts"),
    [
        ("https://Letters.Example.ORG", "https://letters.example.org", ["letters.example.org"]),
        (
            "HTTPS://letters.example.org:443/",
            "https://letters.example.org",
            ["letters.example.org"],
        ),
        ("http://letters.example.org:80", "http://letters.example.org", ["letters.example.org"]),
        ("http://localhost:8000", "http://localhost:8000", ["localhost"]),
        ("https://faß.example", "https://xn--fa-hia.example", ["xn--fa-hia.example"]),
        ("https://xn--fa-hia.example", "https://xn--fa-hia.example", ["xn--fa-hia.example"]),
        ("https://письма.example.", "https://xn--80apmkl0e.example", ["xn--80apmkl0e.example"]),
        ("https://[2001:DB8:0::1]:8443", "https://[2001:db8::1]:8443", ["[2001:db8::1]"]),
    ],
)
def test_the_site_url_is_stored_as_browsers_send_it(tmp_path, given, site, hosts):
    assert settings_in(tmp_path, "SITE_URL", "ALLOWED_HOSTS", SITE_URL=given) == {
        "SITE_URL": site,
        "ALLOWED_HOSTS": hosts,
    }


def test_allowed_hosts_are_stored_as_browsers_send_them(tmp_path):
    given = " .Example.ORG, faß.example,127.0.0.1,[::1], * "
    hosts = [".example.org", "xn--fa-hia.example", "127.0.0.1", "[::1]", "*"]
    assert settings_in(tmp_path, "ALLOWED_HOSTS", ALLOWED_HOSTS=given) == {"ALLOWED_HOSTS": hosts}


def test_an_empty_value_counts_as_not_set(tmp_path):
    names = ("ALLOWED_HOSTS", "OPERATOR_NAME", "DEFAULT_FROM_EMAIL", "EMAIL_BACKEND", "DEBUG")
    empty = dict.fromkeys((*names, "DATABASE_URL", "EMAIL_URL", "BLIND_INDEX_KEY"), "")
    assert settings_in(tmp_path, *names, **empty) == settings_in(tmp_path, *names)


SAFE = ("SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE")


@pytest.mark.parametrize(
    ("site", "values"),
    [
        ("https://a.example.org", [True, 63072000, True, True]),
        ("http://a", [False, 0, False, False]),
    ],
)
def test_https_in_the_site_url_decides_on_redirects_hsts_and_cookies(tmp_path, site, values):
    assert list(settings_in(tmp_path, *SAFE, SITE_URL=site).values()) == values


@pytest.mark.parametrize(
    ("proxies", "header"), [("0", None), ("1", ["HTTP_X_FORWARDED_PROTO", "https"])]
)
def test_x_forwarded_proto_is_believed_behind_a_trusted_proxy_alone(tmp_path, proxies, header):
    read = settings_in(tmp_path, "SECURE_PROXY_SSL_HEADER", TRUSTED_PROXIES=proxies)
    assert read == {"SECURE_PROXY_SSL_HEADER": header}


def test_the_content_security_policy_allows_nothing_inline_and_nothing_from_elsewhere(settings):
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert {source for sources in directives.values() for source in sources} == {"'none'", "'self'"}


def documented() -> list[str]:
    text = (ROOT / "docs/configuration.md").read_text()
    return re.findall(r"^\| `(\w+)` \|", text, flags=re.MULTILINE)


def names_in(pattern: str, *paths: str) -> set[str]:
    return {name for path in paths for name in re.findall(pattern, (ROOT / path).read_text())}


def test_every_variable_that_is_read_is_documented_and_no_other():
    read = names_in(r'\b(?:environment|env)\.\w+\(\s*"([A-Z_]+)"', "config/settings.py")
    read |= names_in(r'environ(?:\.get\(|\[)"([A-Z_]+)"', "config/demo.py", "tests/__main__.py")
    read |= names_in(r"\n([A-Z_]+) \?=", "Makefile")
    assert sorted(documented()) == sorted(read)


FORMER = ["the-first-key-" + "x" * 50, "the-second-key-" + "y" * 50]


def test_former_secret_keys_are_read_in_their_order(tmp_path):
    read = settings_in(
        tmp_path,
        "SECRET_KEY",
        "SECRET_KEY_FALLBACKS",
        "BLIND_INDEX_KEY",
        SECRET_KEY_FALLBACKS=f" {FORMER[1]} ,{FORMER[0]},",
        BLIND_INDEX_KEY=FORMER[0],
    )
    assert read == {
        "SECRET_KEY": COMPLETE["SECRET_KEY"],
        "SECRET_KEY_FALLBACKS": [FORMER[1], FORMER[0]],
        "BLIND_INDEX_KEY": FORMER[0],
    }


def test_a_new_secret_key_requires_a_blind_index_key(tmp_path):
    result = run("manage.py", "check", data=tmp_path, SECRET_KEY_FALLBACKS=FORMER[0])
    assert result.returncode == 1
    assert result.stderr.strip().removeprefix("Cannot start: ") == (
        "BLIND_INDEX_KEY is not set. Set it to the first SECRET_KEY of the site:"
        " with another one, addresses that have signed are not recognised."
    )
