"""Signatures of organisations on letters."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_countries.fields import CountryField

from config.encryption import INDEX_LENGTH, EncryptedTextField
from config.fields import WebAddressField
from config.languages import LONGEST_LANGUAGE
from config.text.reasons import LONGEST as LONGEST_REASON
from letters.models import Letter, Revision
from signatories.models.mailboxes import DomainIndexField, MailboxIndexField
from signatories.names.cleaning import LONGEST

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User

LONGEST_WEBSITE = 300  # characters
LONGEST_STATEMENT = 300  # characters: two sentences beside a name


def may_see_representatives(user: User | AbstractBaseUser | AnonymousUser) -> bool:
    """Whether a staff user may see representatives and their contact details."""
    return isinstance(user, PermissionsMixin) and user.has_perm("signatories.view_representative")


class SignatureQuerySet(models.QuerySet["Signature"]):
    def live(self) -> SignatureQuerySet:
        """Confirmed and neither withdrawn nor declined: at most one per letter and organisation."""
        return self.filter(status__in=LIVE)

    def published(self) -> SignatureQuerySet:
        """All that count in public, whether or not the name is shown."""
        return self.filter(status=Signature.Status.PUBLISHED)

    def public(self) -> SignatureQuerySet:
        """Those shown by name."""
        return self.published().named()

    def readable(self) -> SignatureQuerySet:
        """Those shown by name on letters that are public themselves."""
        return self.public().filter(letter__in=Letter.objects.public())

    def named(self) -> SignatureQuerySet:
        """Those whose name is not withheld, whether or not they are published."""
        return self.filter(visibility=Signature.Visibility.PUBLIC)

    def behind(self) -> SignatureQuerySet:
        """Live signatures of a text that has since changed in substance. See `is_behind`."""
        return self.live().filter(revision__number__lt=F("letter__revision__number"))

    def with_contact(self) -> SignatureQuerySet:
        """Those for which a representative's data is stored. See `has_contact`."""
        return self.exclude(representative_name="", representative_role="", representative_email="")

    def visible_to(self, user: User | AbstractBaseUser | AnonymousUser) -> SignatureQuerySet:
        """What a staff user may see in the admin: signatures on their campaigns' letters.

        Users who may not see representatives do not see withheld names either.
        """
        seen = self.filter(letter__in=Letter.objects.visible_to(user))
        return seen if may_see_representatives(user) else seen.named().exclude(PROTECTED_NAME)


class Signature(models.Model):
    """One organisation's signature on one letter.

    `signed_as`, `country` and `website` stay as the representative typed them; the organisation on
    the register is found or added when the email address is confirmed.
    """

    class Status(models.TextChoices):
        UNCONFIRMED = "unconfirmed", _("Unconfirmed")
        IN_REVIEW = "in_review", _("In review")
        PUBLISHED = "published", pgettext_lazy("signature", "Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        DECLINED = "declined", _("Declined")
        EXPIRED = "expired", _("Expired")
        LAPSED = "lapsed", _("Lapsed: did not sign the changed text")

    class Authority(models.TextChoices):
        DECLARED = "declared", _("Declared")
        OWN_DOMAIN = "own_domain", _("Email at the organisation's own domain")
        INVITED = "invited", _("Invited")
        STAFF_VERIFIED = "staff_verified", _("Verified by staff")

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("Show our name")
        WITHHELD = "withheld", _("Withhold our name: the list says “name withheld”")
        COUNTED = (
            "counted",
            _("Count us only: we are added to the total, and nothing else is shown"),
        )

    letter = models.ForeignKey(
        Letter, verbose_name=_("letter"), on_delete=models.PROTECT, related_name="+"
    )
    organisation = models.ForeignKey(
        "signatories.Organisation",
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="signatures",
    )
    status = models.CharField(_("status"), max_length=12, choices=Status.choices)
    authority = models.CharField(
        _("authority"), max_length=15, choices=Authority.choices, default=Authority.DECLARED
    )
    visibility = models.CharField(
        _("visibility"), max_length=10, choices=Visibility.choices, default=Visibility.PUBLIC
    )
    revision = models.ForeignKey(
        Revision,
        verbose_name=_("revision signed"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    edition_language = models.CharField(
        _("language signed"),
        max_length=LONGEST_LANGUAGE,
        help_text=_("The language of the edition that the form showed."),
    )
    language = models.CharField(
        _("language"),
        max_length=LONGEST_LANGUAGE,
        help_text=_("The language of emails to the representative."),
    )

    signed_as = models.CharField(_("signed as"), max_length=LONGEST)
    country = CountryField(verbose_name=_("country"))
    website = WebAddressField(_("website"), max_length=LONGEST_WEBSITE, blank=True)
    statement = models.CharField(_("statement"), max_length=LONGEST_STATEMENT, blank=True)
    source_url = WebAddressField(
        _("source"),
        max_length=500,
        blank=True,
        help_text=_("For a name collected elsewhere: where it was found."),
    )
    proposed_name = models.CharField(_("proposed name"), max_length=LONGEST, blank=True)
    proposed_statement = models.CharField(
        _("proposed statement"), max_length=LONGEST_STATEMENT, null=True, blank=True
    )

    representative_name = EncryptedTextField(_("representative"), blank=True)
    representative_role = EncryptedTextField(_("role"), blank=True)
    representative_email = EncryptedTextField(_("email"), blank=True)
    email_index = models.CharField(max_length=INDEX_LENGTH, blank=True, editable=False)
    mailbox_index = MailboxIndexField()
    domain_index = DomainIndexField()
    link_nonce = models.CharField(max_length=32, editable=False)
    network = EncryptedTextField(
        _("network"),
        blank=True,
        help_text=_("The network the form came from, never a single address."),
    )
    network_index = models.CharField(max_length=INDEX_LENGTH, blank=True, editable=False)
    proof_missing = models.BooleanField(
        _("without proof of work"),
        default=False,
        help_text=_("The letter asks for a proof of work and there was none, so staff review it."),
    )

    contact_request = models.ForeignKey(
        "self",
        verbose_name=_("asks to be the contact"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    signed_at = models.DateTimeField(_("signed"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    published_at = models.DateTimeField(
        pgettext_lazy("signature", "published"), null=True, blank=True
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reason = models.CharField(_("reason"), max_length=LONGEST_REASON, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    asked_about = models.ForeignKey(
        Revision,
        verbose_name=_("asked about revision"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    asked_at = models.DateTimeField(_("asked"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    reaffirmed_at = models.DateTimeField(_("reaffirmed"), null=True, blank=True)
    lapsed_at = models.DateTimeField(_("lapsed"), null=True, blank=True)

    objects = SignatureQuerySet.as_manager()

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        permissions = [("view_representative", "Can view who signs for an organisation")]
        ordering = ["-signed_at", "-id"]
        indexes = [
            models.Index(fields=["letter", "status", "published_at"]),
            models.Index(fields=["status", "signed_at"]),
            models.Index(fields=["letter", "signed_at"]),
            models.Index(fields=["letter", "network_index"]),
            models.Index(fields=["mailbox_index", "status"]),
            models.Index(fields=["domain_index", "confirmed_at"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["letter", "organisation"],
                condition=Q(status__in=["in_review", "published"]),
                name="signature_one_live_per_letter_and_organisation",
            ),
            models.UniqueConstraint(
                fields=["letter", "email_index", "signed_as", "country"],
                condition=Q(status="unconfirmed"),
                name="signature_one_unconfirmed_per_letter_address_and_name",
            ),
            models.CheckConstraint(
                name="signature_has_organisation_once_confirmed",
                condition=Q(
                    # An invalidation also declines unconfirmed signatures.
                    status__in=["unconfirmed", "expired", "declined"],
                    organisation__isnull=True,
                    confirmed_at__isnull=True,
                )
                | Q(
                    status__in=["in_review", "published", "withdrawn", "declined", "lapsed"],
                    organisation__isnull=False,
                    confirmed_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="signature_published_has_its_instant",
                condition=~Q(status="published") | Q(published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="signature_withdrawn_has_its_instant",
                condition=Q(status="withdrawn", withdrawn_at__isnull=False)
                | ~Q(status="withdrawn") & Q(withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                name="signature_lapsed_has_its_instant",
                condition=Q(status="lapsed", lapsed_at__isnull=False)
                | ~Q(status="lapsed") & Q(lapsed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="signature_asked_about_a_revision_at_an_instant",
                condition=Q(asked_about=None, asked_at=None)
                | Q(asked_about__isnull=False, asked_at__isnull=False),
            ),
            models.CheckConstraint(
                name="signature_decider_has_an_instant",
                condition=Q(decided_by__isnull=True) | Q(decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="signature_declined_has_a_reason",
                condition=~Q(status="declined") | Q(decided_at__isnull=False) & ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="signature_address_has_its_index",
                condition=Q(representative_email="", email_index="")
                | ~Q(representative_email="") & ~Q(email_index=""),
            ),
            models.CheckConstraint(
                name="signature_network_has_its_index",
                condition=Q(network="", network_index="") | ~Q(network="") & ~Q(network_index=""),
            ),
        ]

    def __str__(self) -> str:
        """The name that the representative may see, on every page and in every email.

        It is the name as typed unless the organisation is public, so that nothing else from the
        register is revealed. Expired signatures have no name any more.
        """
        return self.public_name or self.signed_as or _("Signature %(number)s") % {"number": self.pk}

    @cached_property
    def public_name(self) -> str:
        """The name of the signing or presumed organisation, if it is public, or else "".

        Always one query, so that timing reveals nothing.
        """
        own = self.organisation
        number = (own.recognised_as_id or own.pk) if own else 0
        public = Signature.objects.readable().filter(
            organisation=number,
            organisation__merged_into=None,
            organisation__provisional=False,
        )
        return public.order_by().values_list("organisation__name", flat=True).first() or ""

    @property
    def register_name(self) -> str:
        """The organisation's name as staff know it. Never for representatives: see `__str__`."""
        return self.organisation.name if self.organisation else str(self)

    @property
    def has_contact(self) -> bool:
        """Whether a representative's data is stored. See `with_contact()`."""
        return bool(
            self.representative_name or self.representative_role or self.representative_email
        )

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def is_public(self) -> bool:
        """Whether it is shown by name. See `public()`."""
        return self.status == self.Status.PUBLISHED and self.visibility == self.Visibility.PUBLIC

    @property
    def is_behind(self) -> bool:
        """Whether the letter has changed in substance since this signature. See `behind()`."""
        present = self.letter.revision
        return self.is_live and present is not None and self.revision.number < present.number

    @property
    def answer_by(self) -> datetime | None:
        """When the signature lapses if nobody answers; None if it stays or nobody was asked yet."""
        present = self.letter.revision
        if present is None or self.asked_at is None or not self.is_behind:
            return None
        days = present.wording.silence_days
        return self.asked_at + timedelta(days=days) if days else None

    @property
    def is_second(self) -> bool:
        """Declined automatically because the organisation already had a live signature."""
        return self.status == self.Status.DECLINED and self.decided_by_id is None


LIVE = {Signature.Status.IN_REVIEW, Signature.Status.PUBLISHED}

# Names that are withheld when first published: see signatories.transitions.appear.
PROTECTED_NAME = Q(published_at=None) & (
    Q(organisation__protected=True) | Q(organisation__recognised_as__protected=True)
)

# Which status may follow which.
TRANSITIONS: dict[str, set[str]] = {
    Signature.Status.UNCONFIRMED: {
        Signature.Status.IN_REVIEW,
        Signature.Status.PUBLISHED,
        Signature.Status.DECLINED,  # another representative was first, or staff invalidated it
        Signature.Status.EXPIRED,
    },
    Signature.Status.IN_REVIEW: {
        Signature.Status.PUBLISHED,
        Signature.Status.DECLINED,
        Signature.Status.WITHDRAWN,
        Signature.Status.LAPSED,
    },
    Signature.Status.PUBLISHED: {
        Signature.Status.WITHDRAWN,
        Signature.Status.DECLINED,
        Signature.Status.LAPSED,
    },
    Signature.Status.DECLINED: {
        Signature.Status.PUBLISHED,  # declined by mistake
        Signature.Status.UNCONFIRMED,  # an invalidation is undone
        Signature.Status.IN_REVIEW,  # the same
    },
    Signature.Status.LAPSED: {  # it comes back by signing the changed text
        Signature.Status.IN_REVIEW,
        Signature.Status.PUBLISHED,
        Signature.Status.WITHDRAWN,
    },
    Signature.Status.WITHDRAWN: set(),
    Signature.Status.EXPIRED: set(),
}
