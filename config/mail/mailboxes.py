"""E-mail addresses: cleaned when they are pasted, known by mailbox, written for mail servers.

A mail goes to the address that was typed. Which mailbox that is matters for limits alone: many
addresses lead to one mailbox, and a limit that counted addresses would be none.
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

LONGEST = 254  # characters, as mail servers take them (RFC 5321)

_JOINERS = "\u200c\u200d"
# Printed as nothing, although they are no format characters.
_BLANK = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0") | {chr(c) for c in range(0xFE00, 0xFE10)}
_DOTS = str.maketrans("\u3002\uff0e\uff61\u2024\ufe52", ".....")
_VARIANTS = ("<wide>", "<narrow>", "<small>", "<font>")


@dataclass(frozen=True)
class Provider:
    """A mail service whose hosts share their mailboxes, and the marks that it ignores in names."""

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
        ignored=".-",  # it takes one for the other
    ),
    Provider(("icloud.com", "me.com", "mac.com")),
]
_PROVIDER_AT = {host: provider for provider in PROVIDERS for host in provider.hosts}


class Undeliverable(ValueError):
    """No mail server can be told this address. The message says nothing of it."""


def clean_address(text: str) -> str:
    """An address as it was meant, without what pasting brings along.

    Gone are characters that nobody sees, spaces and marks around it, and "mailto:". Full-width
    letters, signs and dots become plain ones. A joiner stays where its host needs it.
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
    """What all addresses of one mailbox share. For limits: no mail is ever sent to it.

    The rule: capitals do not matter; what follows a plus sign in the name is a label; Google,
    Proton and Yandex ignore dots or hyphens, and like Apple have one mailbox under several hosts;
    hosts are equal by IDNA 2008. Other providers' aliases cannot be told from other people.
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
    """The host that an address is at, in its one form; "" where there is none."""
    return ascii_host(clean_address(address).rpartition("@")[2])


def address_for_servers(address: str) -> str:
    """The same address with its host by IDNA 2008 (Django would write it by IDNA 2003).

    Raises Undeliverable for what is no address, or has more than ASCII before the @.
    """
    name, _at, host = address.rpartition("@")
    written = f"{name}@{ascii_host(host)}"
    try:
        if not written.isascii():
            raise Undeliverable("It has more than ASCII before the @.")
        validate_email(written)
    except ValidationError:
        raise Undeliverable("It is no e-mail address.") from None
    return written


def address_message(message: EmailMessage) -> None:
    """Write all addresses of a mail for mail servers. Raises Undeliverable for a recipient."""
    message.to = [address_for_servers(address) for address in message.to]
    message.reply_to = [_rewritten(address) for address in message.reply_to]
    message.from_email = _rewritten(message.from_email)


def _rewritten(address: str) -> str:
    """One of our own or an organiser's addresses, with its name; what is odd stays as it is."""
    name, plain = parseaddr(address)
    try:
        written = address_for_servers(plain)
    except Undeliverable:
        return address
    return address if written == plain else formataddr((name, written))


def validate_address(address: str) -> None:
    """Raises ValidationError for what no mail can be sent to."""
    try:
        address_for_servers(address)
    except Undeliverable:
        raise ValidationError(validate_email.message, code="invalid") from None


class AddressField(Counted, forms.EmailField):
    """An e-mail address, cleaned before anything is measured, that mail can be sent to."""

    default_validators = [validate_address]

    def to_python(self, value: object) -> str:
        return clean_address(str(value or ""))
