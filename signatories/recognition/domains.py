"""Domains: what an address proves about an organisation.

Hosts are compared by the public suffix list of the publicsuffixlist package, so "amnesty.org.uk"
and "oxfam.org.uk" have nothing in common. It never uses the network.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

from config.text.hosts import ascii_host

FOLDER = Path(__file__).parent / "hosts"


def _hosts(name: str) -> frozenset[str]:
    """The words of a file in which lines that begin with # are comments."""
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


FREE_MAIL = _hosts("free_mail.txt")
"""Email providers open to anyone: an address here proves nothing about an organisation."""

SHARED_HOSTING = _hosts("shared_hosting.txt")
"""Sites where anyone can have a page: a website here proves nothing about an organisation."""

_SERVICE = _hosts("services.txt")
"""First labels of hosts that name a service or a language, not a part of an organisation."""

_HOST = re.compile(r"^(?=.{4,253}$)[a-z0-9_.-]+\.(?!\d+$)[a-z0-9-]{2,63}$")
"""A host name with a dot, not an IP address: one that can be registered."""


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def host_of(address: str) -> str:
    """The host of a website, an email address or a bare domain, without service labels.

    "https://www.amnesty.org/en/" and "press@amnesty.org" both give "amnesty.org", in the form of
    `ascii_host`; anything else gives "".
    """
    text = address.strip().lower()
    if "//" in text:
        try:
            text = urlsplit(text).hostname or ""
        except ValueError:
            return ""
    else:
        text = re.split(r"[/?#]", text, maxsplit=1)[0].rsplit("@", 1)[-1].split(":", 1)[0]
    text = ascii_host(text.strip("."))
    if not _HOST.match(text):
        return ""
    if text.startswith("www.") and "." in text[4:]:
        text = text[4:]
    owner = registrable(text)
    while owner and text != owner:
        first, _, rest = text.partition(".")
        if first not in _SERVICE:
            break
        text = rest
    return text


@lru_cache(maxsize=50_000)
def registrable(host: str) -> str:
    """The registered part of a host: "bbc.co.uk" of "news.bbc.co.uk"; "" if there is none.

    A public suffix such as "gov.uk" or "co.jp" belongs to nobody and gives "".
    """
    return _suffixes().privatesuffix(host) or "" if host else ""


def proves_nothing(host: str) -> bool:
    """Whether anyone can have an address at `host`: free mail, shared hosting, a public suffix."""
    owner = registrable(host)
    if not owner:
        return True
    return bool({host, owner} & (FREE_MAIL | SHARED_HOSTING)) or _is_below_shared(host)


def _is_below_shared(host: str) -> bool:
    """Whether `host` is at or below a shared host, even one that the list has as a suffix."""
    parts = host.split(".")
    tails = {".".join(parts[place:]) for place in range(1, len(parts))}
    return bool(tails & (FREE_MAIL | SHARED_HOSTING))


def own_domain(address: str) -> str:
    """The host of an organisation's own address, or "" if the address proves nothing.

    `address` is an email address, a website or a bare domain.
    """
    host = host_of(address)
    return "" if not host or proves_nothing(host) else host


_GOVERNMENT = frozenset(["gov", "gob", "gouv", "govt", "gub", "gv", "gc", "go", "admin", "mil"])


def government_suffix(host: str) -> bool:
    """Whether `host` is a public suffix that only a government gives out, such as "gov.uk".

    It belongs to no single organisation but is not open to everyone, like a domain that several
    organisations share.
    """
    return bool(host) and not registrable(host) and bool(_GOVERNMENT & set(host.split(".")))


_NAMING_PARTS = _GOVERNMENT | {"ac", "edu", "europa", "lg"}


def names_parts(host: str) -> bool:
    """Whether `host` is where a state or university names its parts."""
    return bool(_NAMING_PARTS & set(host.split(".")))


def known_host(address: str) -> str:
    """`own_domain` or a government suffix: the host worth storing for an organisation."""
    host = host_of(address)
    return host if government_suffix(host) else own_domain(address)


@lru_cache(maxsize=50_000)
def name_labels(host: str) -> tuple[str, ...]:
    """The labels of `host` before its public suffix, the nearest first, without service labels.

    "museum.sarawak.gov.my" gives ("sarawak", "museum").
    """
    owner = registrable(host)
    if not owner:
        return ()
    suffix = owner.partition(".")[2]
    labels = host.removesuffix("." + suffix).split(".")[::-1]
    return tuple(label for label in labels if label not in _SERVICE or len(labels) == 1)
