"""E-mail addresses: cleaning, mailboxes, and the form for mail servers.

A mail goes to the address that was typed. The mailbox matters only for limits: many addresses lead
to one mailbox, so a limit per address would be easy to get round.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from email.utils import formataddr, parseaddr

from django import forms
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email

from config.fields import Counted
from config.text.hosts import ascii_host

LONGEST = 254  # characters (RFC 5321)

_JOINERS = "\u200c\u200d"
# Invisible, although they are not format characters.
_BLANK = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0") | {chr(c) for c in range(0xFE00, 0xFE10)}
_DOTS = str.maketrans("\u3002\uff0e\uff61\u2024\ufe52", ".....")
_VARIANTS = ("<wide>", "<narrow>", "<small>", "<font>")


@dataclass(frozen=True)
class Provider:
    """A mail service whose hosts share mailboxes, and the characters that it ignores in names."""

    hosts: tuple[str, ...]
    ignored: str = ""

    @property
    def host(self) -> str:
        return self.hosts[0]


PROVIDERS = [
    Provider(("gmail.com", "googlemail.com"), ignored="."),
    Provider(("proton.me", "protonmail.com", "protonmail.ch", "pm.me"), ignored=".-_"),
    Provider(
        ("yandex.ru", "ya.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.ua", "narod.ru"),
        ignored=".-",  # Yandex treats them as the same
    ),
    Provider(("icloud.com", "me.com", "mac.com")),
]
_PROVIDER_AT = {host: provider for provider in PROVIDERS for host in provider.hosts}


class Undeliverable(ValueError):
    """No mail can be sent to this address. The message does not contain it."""


def clean_address(text: str) -> str:
    """An address without the by-products of pasting.

    Removes invisible characters, surrounding spaces and punctuation, and "mailto:". Full-width
    letters, signs and dots become plain ones. Joiners that the host needs stay.
    """
    seen = "".join(_plain(character) for character in text).translate(_DOTS)
    seen = unicodedata.normalize("NFC", seen).strip().strip("<>,;").strip()
    if seen[:7].lower() == "mailto:":
        seen = seen[7:].strip()
    name, at, host = seen.rpartition("@")
    name = _without_joiners(name)
    if not ascii_host(host):
        host = _without_joiners(host)
    return f"{name}{at}{host}"


def _plain(character: str) -> str:
    if character in _JOINERS:
        return character
    kind = unicodedata.category(character)
    if character in _BLANK or kind in ("Cf", "Cc", "Cs", "Zl", "Zp"):
        return ""
    if kind == "Zs":
        return " "
    is_variant = unicodedata.decomposition(character).startswith(_VARIANTS)
    return unicodedata.normalize("NFKC", character) if is_variant else character


def _without_joiners(text: str) -> str:
    return "".join(character for character in text if character not in _JOINERS)


def mailbox_key(address: str) -> str:
    """A key that all addresses of one mailbox share. Only for limits: no mail is sent to it.

    Case does not matter; what follows a plus sign in the name is a label; Google, Proton and Yandex
    ignore dots or hyphens, and they and Apple have one mailbox under several hosts; hosts are
    compared by IDNA 2008. Aliases of other providers look like different people.
    """
    name, _at, host = clean_address(address).rpartition("@")
    host = ascii_host(host) or host.casefold()
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = name[1:-1].replace("\\", "")
    name = unicodedata.normalize("NFKC", name).casefold()
    name = name.partition("+")[0] or name
    provider = _PROVIDER_AT.get(host)
    if provider:
        host = provider.host
        name = "".join(c for c in name if c not in provider.ignored) or name
    return f"{name}@{host}"


def host_of_address(address: str) -> str:
    """The normalised host of an e-mail address; "" if it has none."""
    return ascii_host(clean_address(address).rpartition("@")[2])


def address_for_servers(address: str) -> str:
    """The address with its host encoded by IDNA 2008 (Django would use IDNA 2003).

    Raises Undeliverable for an invalid address, or one with non-ASCII characters before the @.
    """
    name, _at, host = address.rpartition("@")
    written = f"{name}@{ascii_host(host)}"
    try:
        if not written.isascii():
            raise Undeliverable("There are non-ASCII characters before the @.")
        validate_email(written)
    except ValidationError:
        raise Undeliverable("This is not a valid e-mail address.") from None
    return written


def address_message(message: EmailMessage) -> None:
    """Encode all addresses of a mail for mail servers. Raises Undeliverable for a recipient."""
    message.to = [address_for_servers(address) for address in message.to]
    message.reply_to = [_rewritten(address) for address in message.reply_to]
    message.from_email = _rewritten(message.from_email)


def _rewritten(address: str) -> str:
    """Our own or an organiser's address, with its name; an invalid one stays as it is."""
    name, plain = parseaddr(address)
    try:
        written = address_for_servers(plain)
    except Undeliverable:
        return address
    return address if written == plain else formataddr((name, written))


def validate_address(address: str) -> None:
    """Raises ValidationError for an address to which no mail can be sent."""
    try:
        address_for_servers(address)
    except Undeliverable:
        raise ValidationError(validate_email.message, code="invalid") from None


class AddressField(Counted, forms.EmailField):
    """A form field for a deliverable e-mail address, cleaned before it is measured."""

    default_validators = [validate_address]

    def to_python(self, value: object) -> str:
        return clean_address(str(value or ""))
