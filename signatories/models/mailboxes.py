"""Mailboxes, known by keyed digests alone: whose address a signature has, and who wants no mail."""

from __future__ import annotations

from typing import Any

from django.db import models

from config.encryption import INDEX_LENGTH, blind_index
from config.mail.mailboxes import host_of_address, mailbox_key
from signatories.recognition.domains import proves_nothing, registrable


def index_mailbox(address: str) -> str:
    """What all addresses of one mailbox are found by; "" for none."""
    return blind_index(f"mailbox:{mailbox_key(address)}") if address else ""


def counted_domain(host: str) -> str:
    """The domain that is counted for an address at `host`; "" where anybody can have one.

    Subdomains count with the domain that somebody registered: they cost nothing.
    """
    return "" if proves_nothing(host) else registrable(host)


def index_domain(address: str) -> str:
    """What all addresses at one organisation's domain are found by; "" where anybody has one."""
    domain = counted_domain(host_of_address(address))
    return blind_index(f"mail domain:{domain}") if domain else ""


class AddressIndexField(models.CharField[str, str]):
    """A digest of the representative's address, made anew whenever it is saved.

    So it cannot differ from the address, and goes with it when it is erased.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs |= {"max_length": INDEX_LENGTH, "blank": True, "default": "", "db_default": ""}
        kwargs["editable"] = False
        super().__init__(**kwargs)

    def index(self, address: str) -> str:
        raise NotImplementedError

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = self.index(model_instance.representative_email)  # type: ignore[attr-defined]
        setattr(model_instance, self.attname, value)
        return value


class MailboxIndexField(AddressIndexField):
    def index(self, address: str) -> str:
        return index_mailbox(address)


class DomainIndexField(AddressIndexField):
    def index(self, address: str) -> str:
        return index_domain(address)


class StoppedMailbox(models.Model):
    """A mailbox whose owner wants no mail from this site. Nothing says which one it is."""

    index = models.CharField(max_length=INDEX_LENGTH, unique=True)
    stopped_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"StoppedMailbox {self.pk}"
