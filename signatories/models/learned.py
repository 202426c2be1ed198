"""Domains learned from confirmed email addresses."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from config.fields import HostField
from signatories.models.organisations import Organisation
from signatories.models.signatures import Signature


class LearnedDomainQuerySet(models.QuerySet["LearnedDomain"]):
    def in_effect(self) -> LearnedDomainQuerySet:
        """Those in effect: the signature is readable by everyone, and staff have not removed them.

        Checked at every use, so a domain disappears with a name that is hidden, withdrawn or
        declined, and returns with it.
        """
        readable = Signature.objects.readable().filter(pk=OuterRef("signature"))
        return self.filter(Exists(readable), refused_at=None)

    def of(self, organisation: Organisation) -> LearnedDomainQuerySet:
        """Those learned from the signatures of one organisation."""
        return self.filter(signature__organisation=organisation)


class LearnedDomain(models.Model):
    """A host, learned as an organisation's own from the address that confirmed one signature.

    It is both the domain and its evidence: which signature, and when. It belongs to the signature's
    organisation, so it moves with the signature in merges, and back. It stores no address.
    """

    signature = models.OneToOneField(
        Signature, verbose_name=_("signature"), on_delete=models.CASCADE, related_name="+"
    )
    domain = HostField(_("domain"), max_length=253, db_index=True)
    learned_at = models.DateTimeField(_("learned"))
    refused_at = models.DateTimeField(_("removed"), null=True, blank=True)
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("removed by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = LearnedDomainQuerySet.as_manager()

    class Meta:
        verbose_name = _("learned domain")
        verbose_name_plural = _("learned domains")
        ordering = ["domain", "id"]
        constraints = [
            models.CheckConstraint(name="learned_domain_is_a_host", condition=~Q(domain="")),
            models.CheckConstraint(
                name="learned_domain_removed_names_who_and_when",
                condition=Q(refused_at__isnull=True, refused_by__isnull=True)
                | Q(refused_at__isnull=False, refused_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.domain
