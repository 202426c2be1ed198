"""Imported registers: bodies that are known before they sign, and which organisations they are.

Known bodies are not on our register: they have no signatures, and no page shows them.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.fields import BytewiseField
from signatories.identifiers import LONGEST_CODE, LONGEST_NUMBER
from signatories.models.organisations import Organisation
from signatories.models.starts import LONGEST_START
from signatories.recognition import MAX_KEY

LONGEST_REGISTER = 40


class RegisterImport(models.Model):
    """One import of a register's file, which replaces everything known from that register.

    It runs in steps, each a transaction, so that nothing has to wait for all of it. An interrupted
    import continues where it stopped when the same file is imported again.
    """

    class Kind(models.TextChoices):
        ROR = "ror", _("Research Organization Registry, JSON")
        TABLE = "table", _("Table, CSV")

    register = models.CharField(_("register"), max_length=LONGEST_REGISTER)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    file_name = models.CharField(_("file"), max_length=200)
    digest = models.CharField(_("digest"), max_length=64, help_text=_("SHA-256 of the file."))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    added = models.PositiveIntegerField(_("added"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    gone = models.PositiveIntegerField(_("gone"), default=0)
    skipped = models.PositiveIntegerField(_("left out"), default=0)
    undo_started_at = models.DateTimeField(_("undo started"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("undone by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("import of a register")
        verbose_name_plural = _("imports of registers")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["register"],
                condition=Q(finished_at=None, undone_at=None),
                name="register_import_one_at_a_time",
            ),
            models.CheckConstraint(
                name="register_import_undo_is_started_first",
                condition=Q(undone_at=None) | Q(undo_started_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.register}: {self.file_name}"


class KnownOrganisationQuerySet(models.QuerySet["KnownOrganisation"]):
    def current(self) -> KnownOrganisationQuerySet:
        """Those that were in the latest import of their register."""
        return self.filter(gone=False)


class KnownOrganisation(models.Model):
    """One body of an imported register, with the register's current data."""

    register = models.CharField(max_length=LONGEST_REGISTER)
    scheme = models.CharField(max_length=LONGEST_CODE)
    value = models.CharField(max_length=LONGEST_NUMBER)
    name = models.CharField(max_length=200)
    sort_key = models.CharField(max_length=200)
    country = models.CharField(max_length=2, blank=True)
    said: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        help_text=_("Names, website, domains and numbers, as `Body.said` makes it.")
    )
    forms = models.TextField(default="", help_text=_("What recognition compares."))
    gone = models.BooleanField(default=False)
    organisations = models.ManyToManyField(
        Organisation,
        through="KnownLink",
        related_name="known_as",
        help_text=_("The organisations of the register that it is: several, where one is hidden."),
    )

    objects = KnownOrganisationQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["register", "scheme", "value"]
        indexes = [models.Index(fields=["scheme", "value"], name="known_by_number")]
        constraints = [
            models.UniqueConstraint(
                fields=["register", "scheme", "value"], name="known_organisation_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class KnownKey(models.Model):
    """A key under which recognition finds a known body."""

    pk = models.CompositePrimaryKey("key", "country", "known_id")
    key = models.CharField(max_length=MAX_KEY)
    country = models.CharField(max_length=2, blank=True)
    known = models.ForeignKey(KnownOrganisation, on_delete=models.CASCADE, related_name="+")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.key


class KnownStart(models.Model):
    """A known body's name from the start of one of its words on, folded; like `NameStart`."""

    pk = models.CompositePrimaryKey("start", "known_id")
    start = BytewiseField(max_length=LONGEST_START)
    known = models.ForeignKey(KnownOrganisation, on_delete=models.CASCADE, related_name="+")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.start


class KnownLink(models.Model):
    """Records that an organisation of our register is a known body."""

    known = models.ForeignKey(KnownOrganisation, on_delete=models.CASCADE, related_name="links")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="known_links"
    )

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["known", "organisation"], name="known_link_once"),
        ]

    def __str__(self) -> str:
        return f"{self.known_id}: {self.organisation_id}"


class KnownChange(models.Model):
    """The data that one body had before an import, for undoing it; None if the import added it."""

    imported = models.ForeignKey(RegisterImport, on_delete=models.CASCADE, related_name="changes")
    known = models.ForeignKey(KnownOrganisation, on_delete=models.CASCADE, related_name="+")
    before: models.JSONField[dict[str, Any] | None, dict[str, Any] | None] = models.JSONField(
        null=True
    )

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["imported", "known"], name="known_change_once"),
        ]

    def __str__(self) -> str:
        return f"{self.imported_id}: {self.known_id}"


class RefusedKnowledge(models.Model):
    """What staff removed from an organisation; no import adds it again."""

    class Kind(models.TextChoices):
        NAME = "name", _("name")
        DOMAIN = "domain", _("domain")
        NUMBER = "number", _("number")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="refused")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    value = models.CharField(
        max_length=253, help_text=_("A name's key, a host, or a register's code and the number.")
    )

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "value"], name="refused_knowledge_once"
            ),
        ]

    def __str__(self) -> str:
        return self.value
