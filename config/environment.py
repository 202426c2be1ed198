"""Reading configuration from the environment, with sentences for whoever sets it.

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

SHORTEST_SECRET = 50  # characters, as `check --deploy` asks for
DATABASES = {"sqlite", "postgres", "postgresql"}


def required(name: str, advice: str) -> str:
    """The value of a variable that has no default.

    Raises ImproperlyConfigured with the advice when it is missing or empty.
    """
    value = os.environ.get(name, "").strip()
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. {advice}")
    return value


def checked(name: str, read: Callable[[], T], advice: str) -> T:
    """What `read` returns; a value that it cannot read stops with the advice.

    The value itself is not repeated: it may hold a password or a key.
    """
    try:
        return read()
    except (ValueError, LookupError, TypeError, OSError, ImproperlyConfigured):
        raise ImproperlyConfigured(f"{name} has an invalid value. {advice}") from None


def boolean(name: str, *, default: bool) -> bool:
    """True or false from on/off, true/false, yes/no or 1/0; anything else stops."""
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
    """One of several words, in any case; the first where nothing is set. Anything else stops."""
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
    """A secret that may be left out; one that is given has to be long enough."""
    value = os.environ.get(name, "").strip() or default
    if len(value) < SHORTEST_SECRET:
        raise ImproperlyConfigured(f"{name} is too short. {advice}")
    return value


def secrets(name: str, advice: str) -> list[str]:
    """Secrets that may be left out, separated by commas; each has to be long enough."""
    values = [value.strip() for value in os.environ.get(name, "").split(",") if value.strip()]
    if any(len(value) < SHORTEST_SECRET for value in values):
        raise ImproperlyConfigured(f"{name} contains one that is too short. {advice}")
    return values


def directory(name: str, *, default: Path) -> Path:
    """A directory to keep data in, made where it is missing, for nobody but the site's own user."""

    def read() -> Path:
        path = Path(os.environ.get(name, "").strip() or default)
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path

    return checked(name, read, "Use the path of a directory that the site can write to.")


def site_address(name: str, advice: str) -> SplitResult:
    """The public address of the site: scheme and host, without a path.

    In the form in which browsers send it, so that both can be compared: the host in small ASCII
    letters (config/text/hosts.py), without the port that the scheme has anyway.
    """

    def read() -> SplitResult:
        address = urlsplit(required(name, advice))
        if address.scheme not in PORTS or "@" in address.netloc or "\\" in address.netloc:
            raise ValueError(name)
        if address.path.strip("/") or address.query or address.fragment:
            raise ValueError(name)
        netloc = plain_netloc(address)  # a port that is no number raises ValueError
        if not netloc:
            raise ValueError(name)
        return SplitResult(address.scheme, netloc, "", "", "")

    required(name, advice)
    return checked(name, read, advice)


def host_names(name: str, *, default: str) -> list[str]:
    """Hosts that requests may be for, as Django's ALLOWED_HOSTS has them, in ASCII.

    One that begins with a dot stands for all below it, too, and * for all.
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
