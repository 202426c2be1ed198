"""Normalised hosts: two are equal if browsers and mail servers treat them as the same host.

IDNA 2008 after the mapping of Unicode Technical Standard 46, non-transitional: "faß.example" and
"fass.example" are two hosts, "FAẞ.example" and "xn--fa-hia.example" are one. (Python's own codec
"idna" implements the older standard, which turns ß into ss.)
"""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import SplitResult, urlsplit

import icu
import idna

LONGEST = 253  # characters

_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
"""A label in ASCII. Some hosts have an underscore, or two hyphens in the third place."""
_AUTHORITY = re.compile(r"(?:(?<=^https://)|(?<=^http://)|^(?!https?://))[^/?#:@]+")
_BRACKETS = re.compile(r"^\[(.*)\]$")


def ascii_host(text: str) -> str:
    """The host in the normalised form for comparing and storing; "" if the text is not a host.

    `text` is a host without scheme, user or port. The result is a name in lower-case ASCII
    ("xn--fa-hia.example") without a trailing dot, or an IP address in its shortest form, IPv6
    without brackets.
    """
    text = text.strip()
    if len(text) > 4 * LONGEST:
        return ""
    if ":" in text and "%" not in text:
        return _ip_address(IPv6Address, _BRACKETS.sub(r"\1", text))
    try:
        mapped = idna.uts46_remap(text, std3_rules=False, transitional=False)
        labels = [_ascii_label(label) for label in mapped.removesuffix(".").split(".")]
    except UnicodeError:
        return ""
    host = ".".join(labels)
    if not all(labels) or len(host) > LONGEST:
        return ""
    # A host name cannot end in a number.
    return _ip_address(IPv4Address, host) if labels[-1].isdigit() else host


def _ascii_label(label: str) -> str:
    """One mapped label in ASCII; "" or UnicodeError if it is invalid."""
    if label.isascii() and not label.startswith("xn--"):
        return label if _LABEL.fullmatch(label) else ""
    return idna.alabel(label).decode("ascii")


def _ip_address(kind: type[IPv4Address | IPv6Address], text: str) -> str:
    try:
        return str(kind(text))
    except AddressValueError:
        return ""


def web_address(text: str) -> str:
    """An http or https URL with its host in the form of `ascii_host`; "" if it is invalid.

    A username before the host or a backslash in it is invalid, as it disguises the host.
    """
    try:
        parts = urlsplit(text.strip())
        name, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    host = ascii_host(name)
    if parts.scheme not in {"http", "https"} or not host or set("@\\") & set(parts.netloc):
        return ""
    host = bracketed(host)
    return parts._replace(netloc=host if port is None else f"{host}:{port}").geturl()


def readable(address: str) -> str:
    """A URL or host in a readable form: "https://faß.example" for "https://xn--fa-hia.example".

    Labels that mix scripts suspiciously stay in ASCII.
    """
    return _AUTHORITY.sub(
        lambda authority: ".".join(_readable_label(label) for label in authority[0].split(".")),
        address,
        count=1,
    )


def _readable_label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        written = idna.ulabel(label)
    except UnicodeError:
        return label
    return label if _spoof_checker().check(written) else written


@lru_cache(maxsize=1)
def _spoof_checker() -> icu.SpoofChecker:
    """Finds mixed scripts, mixed digits and invisible characters (Technical Standard 39)."""
    checker = icu.SpoofChecker()
    checker.setRestrictionLevel(icu.URestrictionLevel.HIGHLY_RESTRICTIVE)
    checks = icu.USpoofChecks
    checker.setChecks(checks.RESTRICTION_LEVEL | checks.MIXED_NUMBERS | checks.INVISIBLE)
    return checker


PORTS = {"http": 80, "https": 443}
"""The default port of each scheme."""


def plain_netloc(address: SplitResult) -> str:
    """Host and port of a URL in the form that browsers send; "" if it has no host.

    Raises ValueError for an invalid port.
    """
    host, port = ascii_host(address.hostname or ""), address.port
    if not host or port in {None, PORTS.get(address.scheme)}:
        return bracketed(host)
    return f"{bracketed(host)}:{port}"


def bracketed(host: str) -> str:
    """A host as written in a URL: an IPv6 address gets brackets."""
    return f"[{host}]" if ":" in host else host
