"""Mailboxes, known only by keyed digests: which one a signature has, and who wants no email."""

from __future__ import annotations

from typing import Any

from django.db import models

from config.encryption import INDEX_LENGTH, blind_index
from config.mail.mailboxes import host_of_address, mailbox_key
from signatories.recognition.domains import proves_nothing, registrable


def index_mailbox(address: str) -> str:
    """The digest that all addresses of one mailbox share; "" for ""."""
    return blind_index(f"mailbox:{mailbox_key(address)}") if address else ""


def counted_domain(host: str) -> str:
    """The domain to count for an address at `host`; "" where anyone can have an address.

    Subdomains count as the registered domain, since they cost nothing.
    """
    return "" if proves_nothing(host) else registrable(host)


def index_domain(address: str) -> str:
    """The digest that all addresses at one domain share; "" where anyone can have an address."""
    domain = counted_domain(host_of_address(address))
    return blind_index(f"mail domain:{domain}") if domain else ""


class AddressIndexField(models.CharField[str, str]):
    """A digest of the representative's address, recomputed at every save.

    So it always matches the address, and is deleted with it.
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
    """A mailbox whose owner wants no email from this site, stored only as a digest."""

    index = models.CharField(max_length=INDEX_LENGTH, unique=True)
    stopped_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"StoppedMailbox {self.pk}"
