"""E-mail addresses: cleaning, mailboxes, and the form for mail servers."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage

from config.mail.mailboxes import (
    PROVIDERS,
    AddressField,
    Undeliverable,
    address_for_servers,
    address_message,
    clean_address,
    mailbox_key,
)


@pytest.mark.parametrize(
    "pasted",
    [
        "rosa@forum.example",
        "\u200brosa@forum.example\u200b",
        "\u202arosa@forum.example\u202c",
        "\u2066rosa\u2069@forum.example",
        "\ufeffrosa@forum.example",
        "ro\u00adsa@for\u2060um.example",
        "ro\u200csa@for\u200dum.example",
        "rosa\uff20forum.example",
        "\uff52\uff4f\uff53\uff41@forum\uff0eexample",
        "rosa\ufe6bforum\u3002example",
        "\u00a0rosa@forum.example\u2003",
        "rosa@forum.example\r\n",
        "<rosa@forum.example>",
        "mailto:rosa@forum.example",
        "\u061crosa@forum.example\ufe0f",
    ],
)
def test_an_address_is_cleaned_of_what_pasting_brings_along(pasted):
    assert clean_address(pasted) == "rosa@forum.example"


@pytest.mark.parametrize(
    "address",
    [
        "Rosa.Reader+letters@Forum.example",
        "o'neill@forum.example",
        "rosa@b\u00fccher.example",
        "rosa@\u0646\u0627\u0645\u0647\u200c\u0627\u06cc.example",
        "nonsense",
        "two words@forum.example",
        "",
    ],
)
def test_cleaning_changes_nothing_else(address):
    assert clean_address(address) == address


@pytest.mark.parametrize(
    ("alias", "address"),
    [
        ("me+1@q.example", "me@q.example"),
        ("ME+1+2@Q.example", "me@q.example"),
        ('"me"@q.example', "me@q.example"),
        ("me@B\u00dccher.example", "me@xn--bcher-kva.example"),
        ("me@bu\u0308cher.example", "me@b\u00fccher.example"),
        ("me@fa\u00df.example", "me@xn--fa-hia.example"),
        ("me@q.example.", "me@q.example"),
        ("m.e.+x@gmail.com", "me@googlemail.com"),
        ("m-e@proton.me", "m.e@protonmail.com"),
        ("ro-sa@yandex.ru", "ro.sa@ya.ru"),
        ("me@mac.com", "me@icloud.com"),
        ("me\uff20q.example", "me@q.example"),
    ],
)
def test_addresses_of_one_mailbox_share_a_key(alias, address):
    assert mailbox_key(alias) == mailbox_key(address)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("m.e@q.example", "me@q.example"),
        ("me@fa\u00df.example", "me@fass.example"),
        ("me@q.example", "me@mail.q.example"),
        ("m-e@gmail.com", "me@gmail.com"),
        ("+1@q.example", "+2@q.example"),
        ("me@q.example", "you@q.example"),
        (".@gmail.com", "..-@gmail.com"),
    ],
)
def test_addresses_of_other_mailboxes_have_other_keys(one, other):
    assert mailbox_key(one) != mailbox_key(other)


def test_no_host_belongs_to_two_providers():
    hosts = [host for provider in PROVIDERS for host in provider.hosts]
    assert len(hosts) == len(set(hosts))


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("rosa@forum.example", "rosa@forum.example"),
        ("Rosa+x@Forum.example", "Rosa+x@forum.example"),
        ("rosa@fa\u00df.example", "rosa@xn--fa-hia.example"),
        ("rosa@fass.example", "rosa@fass.example"),
        ("rosa@b\u00fccher.example", "rosa@xn--bcher-kva.example"),
    ],
)
def test_hosts_are_encoded_by_idna_2008_for_mail_servers(address, written):
    assert address_for_servers(address) == written
    message = EmailMessage("Hello", "Text", "letters@site.example", [address])
    address_message(message)
    assert (message.recipients(), message.message()["To"]) == ([written], written)


@pytest.mark.parametrize(
    "address",
    ["r\u00f6sa@forum.example", "rosa", "rosa@", "rosa@\u2603.example", "a b@c.example", ""],
)
def test_an_address_that_cannot_be_encoded_is_undeliverable(address):
    with pytest.raises(Undeliverable) as error:
        address_for_servers(address)
    assert not address or address not in str(error.value)


def test_senders_keep_their_names():
    message = EmailMessage(
        "Hello",
        "Text",
        "Letters <letters@fa\u00df.example>",
        ["rosa@forum.example"],
        reply_to=["us@fa\u00df.example", "odd one"],
    )
    address_message(message)
    assert message.from_email == "Letters <letters@xn--fa-hia.example>"
    assert message.reply_to == ["us@xn--fa-hia.example", "odd one"]


LONG = f"{'a' * 64}@{'b' * 60}.example"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("\u200brosa\uff20forum.example ", "rosa@forum.example"),
        ("rosa@fa\u00df.example", "rosa@fa\u00df.example"),
        (LONG + "\u200b" * 300, LONG),
    ],
)
def test_a_field_stores_addresses_clean_and_measures_them_after_that(typed, stored):
    assert AddressField(max_length=254).clean(typed) == stored


@pytest.mark.parametrize(
    "typed", ["rosa", "r\u00f6sa@forum.example", "rosa@\u2603.example", "a@b@c"]
)
def test_a_field_refuses_undeliverable_addresses(typed):
    with pytest.raises(ValidationError):
        AddressField().clean(typed)
