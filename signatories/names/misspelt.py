"""Finds misspelt mail hosts: "gmial.com" for gmail.com.

Only hosts that nearly match a large provider are reported, and never a host where people are known
to have email. So gmx.net, mail.com, ymail.com, hotmail.fr and organisations' own domains are left
alone.
"""

from __future__ import annotations

from functools import lru_cache

from publicsuffixlist import PublicSuffixList
from rapidfuzz.distance import OSA

from config.mail.mailboxes import host_of_address
from signatories.recognition.domains import FREE_MAIL

# Names of at least five letters: shorter ones resemble too many others.
LARGE = (
    "gmail",
    "googlemail",
    "hotmail",
    "outlook",
    "yahoo",
    "icloud",
    "protonmail",
    "yandex",
    "fastmail",
    "tutanota",
    "posteo",
    "riseup",
    "rediffmail",
    "laposte",
    "wanadoo",
    "libero",
    "comcast",
)
# Providers with one host, whatever the country.
ONE_HOST = {"gmail": "gmail.com", "googlemail": "googlemail.com", "icloud": "icloud.com"}
# Existing endings that are often typed for .com.
NEARLY_COM = {"co", "cm", "om", "cam"}
# Real hosts that look like a misspelling.
REAL = {"cloud.com"}


def intended_host(address: str) -> str:
    """The host that was probably meant; "" if the typed one may well be right."""
    return _intended(host_of_address(address))


@lru_cache(maxsize=10_000)
def _intended(host: str) -> str:
    name, _dot, end = host.partition(".")
    if not end or host in FREE_MAIL or host in REAL:
        return ""
    if name in ONE_HOST:
        return ONE_HOST[name]
    exists = bool(_suffixes().publicsuffix(host.rpartition(".")[2]))
    if not exists or (name in LARGE and end in NEARLY_COM):
        near = [known for known in FREE_MAIL if known.partition(".")[0] == name]
        com = f"{name}.com" if f"{name}.com" in near else ""
        return _nearest(host, near) or com or _slip(name, end)
    return "" if name in LARGE else _slip(name, end)


def _nearest(host: str, known: list[str]) -> str:
    return next((one for one in sorted(known) if OSA.distance(host, one) == 1), "")


def _slip(name: str, end: str) -> str:
    """The host of a large provider with nearly this name and the same ending, or nearly .com."""
    for large in LARGE:
        if _is_slip(name, large):
            if f"{large}.{end}" in FREE_MAIL:
                return f"{large}.{end}"
            does_not_exist = not _suffixes().publicsuffix(end.rpartition(".")[2])
            if does_not_exist or (large in ONE_HOST and end in NEARLY_COM):
                return f"{large}.com" if f"{large}.com" in FREE_MAIL else ""
    return ""


def _is_slip(name: str, large: str) -> bool:
    """One letter added, missing, replaced or swapped; in a long name two, but never only the first
    letter.
    """
    most = 2 if len(large) >= 7 and name[:1] == large[0] else 1
    if OSA.distance(name, large, score_cutoff=most) > most:
        return False
    is_first_replaced = name[1:] == large[1:]
    return not is_first_replaced


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)
