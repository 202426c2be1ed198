"""The register: organisations, their names, and staff's decisions about them."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from config.fields import HostField, WebAddressField
from config.languages import LONGEST_LANGUAGE, language_here
from config.text.hosts import LONGEST as LONGEST_HOST
from config.text.slugs import ALPHABET
from letters.models import Letter
from signatories.identifiers import LONGEST_CODE, LONGEST_NUMBER, number_url, scheme_name
from signatories.models.signatures import LONGEST_WEBSITE, Signature, may_see_representatives
from signatories.names.cleaning import LONGEST, name_key, sort_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User

    from campaigns.models import Campaign

PUBLIC_ID = 10  # characters: 47 bits


def new_public_id() -> str:
    """A random id that identifies an organisation in URLs and open data for good.

    Not a sequence, whose gaps would reveal organisations that are not public.
    """
    return "".join(secrets.choice(ALPHABET) for _ in range(PUBLIC_ID))


def slug_of(sort_key: str, public_id: str) -> str:
    """The slug in an organisation's URL: its current name in Latin letters, then its id."""
    name = slugify(sort_key)[:60].strip("-")
    return f"{name}-{public_id}" if name else public_id


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def on_register(self) -> OrganisationQuerySet:
        """All except provisional ones and those merged into another."""
        return self.filter(merged_into=None, provisional=False)

    def public(self) -> OrganisationQuerySet:
        """Those with a signature that everyone can read."""
        signed = Signature.objects.readable().filter(organisation=OuterRef("pk"))
        return self.on_register().filter(Exists(signed))

    def public_or(self, known: Iterable[int]) -> OrganisationQuerySet:
        """Public organisations, and these."""
        signed = Signature.objects.readable().filter(organisation=OuterRef("pk"))
        return self.on_register().filter(Q(Exists(signed)) | Q(pk__in=[*known, 0]))

    def known_to(self, campaign: Campaign) -> OrganisationQuerySet:
        """What a campaign's team may see: `visible_to` for a whole team.

        Public organisations, those that signed one of the campaign's letters, those that signed
        nothing, and those that staff added.
        """
        signed = Signature.objects.filter(organisation=OuterRef("pk"))
        theirs = signed.filter(letter__campaign=campaign)
        seen = Q(Exists(signed.readable())) | Q(Exists(theirs)) | ~Q(Exists(signed))
        return self.on_register().filter(seen | Q(entered=True))

    def with_names(self) -> OrganisationQuerySet:
        """Prefetch all names that pages show, and defer what only recognition reads."""
        return self.defer("forms").prefetch_related("names")

    def visible_to(self, user: User | AbstractBaseUser | AnonymousUser) -> OrganisationQuerySet:
        """What a staff user may see of the register in the admin; see `seen_by`."""
        return self.on_register().filter(seen_by(user))


def seen_by(user: User | AbstractBaseUser | AnonymousUser, *, at: str = "pk") -> Q:
    """A filter for the organisations that a staff user may see. `at` is the field with their key.

    Public organisations, those that signed a letter of the user's campaigns, those that signed
    nothing, and those that staff added. An unnamed signature on another team's letter is that
    team's secret: it neither makes an organisation visible nor hides a visible one.

    There are no joins: they would duplicate organisations with two signatures, and let the database
    compare everything with everything.
    """
    signed = Signature.objects.filter(organisation=OuterRef(at))
    entered = Organisation.objects.filter(pk=OuterRef(at), entered=True)
    seen = Q(Exists(signed.readable())) | ~Q(Exists(signed)) | Q(Exists(entered))
    if may_see_representatives(user):
        seen |= Q(Exists(signed.filter(letter__in=Letter.objects.visible_to(user))))
    return seen


class DomainSource(models.TextChoices):
    """Where an organisation's name, domain or number comes from.

    Only what was known before a signature proves who may sign: a domain from the signing form
    proves nothing until everyone can read it beside the organisation's name.
    """

    SIGNATURE = "signature", _("named in a signature")
    STAFF = "staff", _("entered by staff")
    REGISTER = "register", _("from an imported register")
    INVITATION = "invitation", _("from an invitation")


class Organisation(models.Model):
    """A body that can sign.

    It is on the register once staff add it, or once a confirmed signature turns out to be from no
    other organisation. Until then it is provisional.
    """

    class Scope(models.TextChoices):
        NATIONAL = "national", _("National")
        INTERNATIONAL = "international", _("International")

    public_id = models.CharField(
        max_length=PUBLIC_ID, unique=True, editable=False, default=new_public_id
    )
    name = models.CharField(_("name"), max_length=LONGEST)
    name_key = models.CharField(max_length=LONGEST, editable=False)
    sort_key = models.CharField(max_length=LONGEST, editable=False, db_index=True)
    acronym = models.CharField(_("acronym"), max_length=30, blank=True)
    country = CountryField(verbose_name=_("country"))
    scope = models.CharField(
        _("scope"), max_length=15, choices=Scope.choices, default=Scope.NATIONAL
    )
    website = WebAddressField(_("website"), max_length=LONGEST_WEBSITE, blank=True)
    website_source = models.CharField(
        max_length=10,
        choices=DomainSource.choices,
        default=DomainSource.STAFF,
        db_default=DomainSource.SIGNATURE,
        editable=False,
    )
    protected = models.BooleanField(
        _("protected"),
        default=False,
        help_text=_(
            "It is in danger if its name is seen. The name is withheld on each of its signatures"
            " to begin with; its representative can choose otherwise."
        ),
    )
    entered = models.BooleanField(
        default=False,
        db_default=False,
        editable=False,
        help_text=_("Whether staff added it to the register, rather than a signature."),
    )
    parent = models.ForeignKey(
        "self",
        verbose_name=_("section of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="sections",
        help_text=_("The federation of which this is a national section."),
    )
    namesake = models.PositiveSmallIntegerField(
        _("namesake"),
        default=0,
        help_text=_(
            "0, unless staff know of different organisations with the same name in one country."
            " Then 1, 2 and so on tell them apart."
        ),
    )
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    provisional = models.BooleanField(
        default=False,
        db_default=False,
        editable=False,
        help_text=_(
            "The organisation named in one confirmed signature, until it is known which one it is."
        ),
    )
    recognised_as = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The organisation that a provisional one seems to be, until staff decide."),
    )
    forms = models.JSONField(
        default=list,
        editable=False,
        help_text=_("What recognition compares: its names in normal form, and its domains."),
    )
    compared = models.BooleanField(
        default=False,
        editable=False,
        help_text=_("Whether likely duplicates of it in its current form have been looked for."),
    )

    looked_up = models.BooleanField(
        default=False,
        db_default=False,
        editable=False,
        help_text=_("Whether imported registers have been asked for it as it is now."),
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["sort_key", "id"]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(provisional=True), name="organisation_provisional"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["name_key", "country", "namesake"],
                condition=Q(merged_into=None, provisional=False),
                name="organisation_once_per_name_and_country",
            ),
            models.CheckConstraint(
                name="organisation_has_a_name", condition=~Q(name="") & ~Q(name_key="")
            ),
            models.CheckConstraint(
                name="organisation_is_not_its_own_section",
                condition=Q(parent=None) | ~Q(parent=F("id")),
            ),
            models.CheckConstraint(
                name="organisation_is_not_merged_into_itself",
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
            ),
            models.CheckConstraint(
                name="organisation_on_the_register_is_taken_for_no_other",
                condition=Q(recognised_as=None) | Q(provisional=True) & ~Q(recognised_as=F("id")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its page, which exists only while the organisation is public."""
        return reverse("organisation", args=[self.slug])

    def clean(self) -> None:
        above, seen = self.parent, {self.pk}
        while above is not None:
            if above.pk in seen:
                raise ValidationError({"parent": _("It cannot be a section of itself.")})
            seen.add(above.pk)
            above = above.parent

    def set_name(self, name: str) -> None:
        """Rename it and update what is derived from the name. The caller saves."""
        self.name, self.name_key, self.sort_key = name, name_key(name), sort_key(name)

    @property
    def slug(self) -> str:
        return slug_of(self.sort_key, self.public_id)

    @property
    def name_here(self) -> str:
        """Its name in the language of the current page."""
        return self.name_in(language_here())

    def spellings_besides(self, shown: str) -> str:
        """Its names in Latin letters, to search within the page; "" if `shown` covers them all."""
        keys = dict.fromkeys([self.sort_key, *(other.sort_key for other in self.names.all())])
        shown = shown.lower()
        return " ".join(key for key in keys if key not in shown)

    def name_in(self, language: str) -> str:
        """Its name in a language if there is one, or else its main name.

        Uses prefetched `names`.
        """
        for other in self.names.all():
            if other.kind == OrganisationName.Kind.TRANSLATION and other.language == language:
                return other.name
        return self.name


class OrganisationName(models.Model):
    """Another name of an organisation."""

    class Kind(models.TextChoices):
        TRANSLATION = "translation", _("Translation")
        FORMER = "former", _("Former name")
        SPELLING = "spelling", _("Spelling")
        ACRONYM = "acronym", _("Acronym")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(_("name"), max_length=LONGEST)
    name_key = models.CharField(max_length=LONGEST, editable=False)
    sort_key = models.CharField(max_length=LONGEST, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    language = models.CharField(
        _("language"),
        max_length=LONGEST_LANGUAGE,
        blank=True,
        help_text=_("The language code, such as ru. Lists in this language show the translation."),
    )
    source = models.CharField(
        _("source"),
        max_length=10,
        choices=DomainSource.choices,
        default=DomainSource.STAFF,
        db_default=DomainSource.STAFF,
        editable=False,
    )

    class Meta:
        verbose_name = _("other name")
        verbose_name_plural = _("other names")
        ordering = ["organisation", "kind", "language", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name_key", "kind", "language"],
                name="organisation_name_once_per_kind_and_language",
            ),
            models.CheckConstraint(
                name="organisation_translation_names_its_language",
                condition=~Q(kind="translation") | ~Q(language=""),
                violation_error_message=_("Enter the language of this translation."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        """Derive the keys from the name, whoever saves."""
        self.name_key, self.sort_key = name_key(self.name), sort_key(self.name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class OrganisationDomain(models.Model):
    """A further host of the organisation's own, besides that of its website."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="domains")
    domain = HostField(_("domain"), max_length=LONGEST_HOST)
    source = models.CharField(
        _("source"),
        max_length=10,
        choices=DomainSource.choices,
        default=DomainSource.STAFF,
        db_default=DomainSource.SIGNATURE,
        editable=False,
    )

    class Meta:
        verbose_name = _("further domain")
        verbose_name_plural = _("further domains")
        ordering = ["organisation", "domain"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "domain"], name="organisation_domain_once"
            ),
        ]

    def __str__(self) -> str:
        return self.domain


class OrganisationIdentifier(models.Model):
    """Its number in another register."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="identifiers"
    )
    scheme = models.CharField(
        _("register"),
        max_length=LONGEST_CODE,
        help_text=_("Its code in the list of org-id.guide, such as GB-CHC."),
    )
    value = models.CharField(_("number"), max_length=LONGEST_NUMBER)
    source = models.CharField(
        _("source"),
        max_length=10,
        choices=DomainSource.choices,
        default=DomainSource.STAFF,
        db_default=DomainSource.STAFF,
        editable=False,
    )

    class Meta:
        verbose_name = _("identifier")
        verbose_name_plural = _("identifiers")
        ordering = ["organisation", "scheme"]
        indexes = [models.Index(fields=["scheme", "value"], name="organisation_by_identifier")]
        constraints = [
            # Not unique over the whole register: refusing a number would reveal an organisation
            # that only another team may see. Two with one number are likely duplicates.
            models.UniqueConstraint(
                fields=["organisation", "scheme", "value"], name="organisation_identifier_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.value}"

    @property
    def register(self) -> str:
        """The register's name for pages."""
        return scheme_name(self.scheme)

    @property
    def url(self) -> str:
        """The number's page at the register; "" if we know of none."""
        return number_url(self.scheme, self.value)
