"""Reads configuration from the environment, with clear errors for the operator.

Every variable is listed in docs/configuration.md.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import SplitResult, urlsplit

import environ
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from config.text.hosts import PORTS, ascii_host, bracketed, plain_netloc

T = TypeVar("T")

env = environ.Env()

SHORTEST_SECRET = 50  # characters, as `check --deploy` requires
DATABASES = {"sqlite", "postgres", "postgresql"}


def required(name: str, advice: str) -> str:
    """The value of a variable that has no default.

    Raises ImproperlyConfigured with the advice if it is missing or empty.
    """
    value = os.environ.get(name, "").strip()
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. {advice}")
    return value


def checked(name: str, read: Callable[[], T], advice: str) -> T:
    """The result of `read`. Raises ImproperlyConfigured with the advice if it fails.

    The message does not repeat the value, which may be a password or a key.
    """
    try:
        return read()
    except (ValueError, LookupError, TypeError, OSError, ImproperlyConfigured):
        raise ImproperlyConfigured(f"{name} has an invalid value. {advice}") from None


def boolean(name: str, *, default: bool) -> bool:
    """True or false from on/off, true/false, yes/no or 1/0; anything else is an error."""
    words = {"on": True, "true": True, "yes": True, "1": True}
    words |= {"off": False, "false": False, "no": False, "0": False}
    text = os.environ.get(name, "").strip().lower()
    if not text:
        return default
    return checked(name, lambda: words[text], "Use on or off.")


def whole_number(name: str, *, default: int, least: int = 0) -> int:
    """A whole number not below `least`."""

    def read() -> int:
        number = int(os.environ.get(name, "").strip() or default)
        if number < least:
            raise ValueError(number)
        return number

    return checked(name, read, f"Use a whole number, {least} or more.")


def one_of(name: str, *, choices: Sequence[str]) -> str:
    """One of several words, in upper or lower case; by default the first. Others are errors."""
    words = {choice.lower(): choice for choice in choices}
    word = os.environ.get(name, "").strip().lower() or choices[0].lower()
    return checked(name, lambda: words[word], f"Use {', '.join(choices[:-1])} or {choices[-1]}.")


def secret(name: str, advice: str) -> str:
    """A secret that is long enough not to be guessed."""
    value = required(name, advice)
    if len(value) < SHORTEST_SECRET:
        raise ImproperlyConfigured(f"{name} is too short. {advice}")
    return value


def long_enough(name: str, *, default: str, advice: str) -> str:
    """An optional secret; if set, it must be long enough."""
    value = os.environ.get(name, "").strip() or default
    if len(value) < SHORTEST_SECRET:
        raise ImproperlyConfigured(f"{name} is too short. {advice}")
    return value


def secrets(name: str, advice: str) -> list[str]:
    """Optional secrets, separated by commas; each must be long enough."""
    values = [value.strip() for value in os.environ.get(name, "").split(",") if value.strip()]
    if any(len(value) < SHORTEST_SECRET for value in values):
        raise ImproperlyConfigured(f"{name} contains one that is too short. {advice}")
    return values


def directory(name: str, *, default: Path) -> Path:
    """A directory for data; if missing, it is created, readable by the site's own user only."""

    def read() -> Path:
        path = Path(os.environ.get(name, "").strip() or default)
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path

    return checked(name, read, "Use the path of a directory that the site can write to.")


def site_url(name: str, advice: str) -> SplitResult:
    """The public URL of the site: scheme and host, without a path.

    In the form that browsers send, so that the two can be compared: the host in lower-case ASCII
    (config/text/hosts.py), without the scheme's default port.
    """

    def read() -> SplitResult:
        url = urlsplit(required(name, advice))
        if url.scheme not in PORTS or "@" in url.netloc or "\\" in url.netloc:
            raise ValueError(name)
        if url.path.strip("/") or url.query or url.fragment:
            raise ValueError(name)
        netloc = plain_netloc(url)  # a port that is no number raises ValueError
        if not netloc:
            raise ValueError(name)
        return SplitResult(url.scheme, netloc, "", "", "")

    required(name, advice)
    return checked(name, read, advice)


def host_names(name: str, *, default: str) -> list[str]:
    """Allowed hosts in ASCII, as in Django's ALLOWED_HOSTS.

    One that begins with a dot includes its subdomains; * allows any host.
    """

    def read(text: str) -> str:
        if text == "*":
            return text
        host = ascii_host(text.removeprefix("."))
        if not host:
            raise ValueError(name)
        return "." * text.startswith(".") + bracketed(host)

    given = [text.strip() for text in os.environ.get(name, "").split(",") if text.strip()]
    advice = "Use host names without scheme or port, separated by commas."
    return checked(name, lambda: [read(text) for text in given], advice) or [default]


def database(name: str, *, default: str, advice: str) -> dict[str, Any]:
    """An entry of Django's DATABASES, for SQLite or PostgreSQL."""

    def read() -> dict[str, Any]:
        url = os.environ.get(name, "").strip() or default
        scheme, separator, _rest = url.partition("://")
        if scheme not in DATABASES or not separator:
            raise ValueError(name)
        entry: dict[str, Any] = environ.Env.db_url_config(url)
        if not entry["NAME"]:
            raise ValueError(name)
        return entry

    return checked(name, read, advice)


def mail_server(name: str, *, default: str, advice: str) -> dict[str, Any]:
    """Django's EMAIL_ settings."""

    def read() -> dict[str, Any]:
        url = os.environ.get(name, "").strip() or default
        entry: dict[str, Any] = environ.Env.email_url_config(url)
        if url.startswith("filemail:"):
            entry["EMAIL_BACKEND"] = "config.mail.backends.FileBackend"
        elif url.startswith("smtp"):
            entry["EMAIL_BACKEND"] = "config.mail.backends.ServerBackend"
        return entry

    return checked(name, read, advice)


def encryption_keys(name: str, advice: str) -> list[str]:
    """Fernet keys, separated by commas; the first encrypts, all decrypt."""
    keys = [key.strip() for key in required(name, advice).split(",") if key.strip()]
    if not keys:
        raise ImproperlyConfigured(f"{name} is not set. {advice}")
    checked(name, lambda: [Fernet(key) for key in keys], advice)
    return keys
