"""Rows for tests. Defaults are valid; pass only what the test is about."""

from __future__ import annotations

from datetime import timedelta

import factory
from django.contrib.auth.models import User
from django.utils import timezone
from factory.django import DjangoModelFactory

from campaigns.models import Campaign
from config.encryption import blind_index
from letters.models import Addressee, Demand, Edition, Letter, Revision
from letters.readiness import working_wording
from letters.wording import EditionWording, Wording, digest_of
from signatories.models import DomainSource, Organisation, Signature
from signatories.register.actions import index_organisation
from signatories.signing.actions.signatures import SigningEntry
from signatories.signing.agreement import Shown
from signatories.signing.links import new_nonce

Status = Signature.Status


class StaffFactory(DjangoModelFactory[User]):
    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"staff{n}")
    is_staff = True
    is_superuser = True


class CampaignFactory(DjangoModelFactory[Campaign]):
    class Meta:
        model = Campaign

    title = factory.Sequence(lambda n: f"Campaign {n}")
    slug = factory.Sequence(lambda n: f"campaign-{n}")
    organiser_name = "Coalition"
    organiser_email = "coalition@example.org"
    summary = "What it is about."
    published = True


class LetterFactory(DjangoModelFactory[Letter]):
    """An open letter with its original edition, a demand and an addressee, frozen as revision 1.

    Out of draft with `words=False` it has a frozen text all the same.
    """

    class Meta:
        model = Letter
        skip_postgeneration_save = True

    campaign = factory.SubFactory(CampaignFactory)
    slug = factory.Sequence(lambda n: f"letter-{n}")
    status = Letter.Status.OPEN
    opens_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=10))
    closes_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=10))

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        """Create a draft first, as other statuses need a text."""
        wanted = kwargs.pop("status")
        letter = super()._create(model_class, *args, status=Letter.Status.DRAFT, **kwargs)
        letter.status = wanted
        return letter

    @factory.post_generation
    def words(self: Letter, create: bool, extracted: object, **kwargs: str) -> None:
        if not create:
            return
        if extracted is not False:
            edition = EditionFactory(letter=self, **kwargs)
            DemandFactory(edition=edition)
            AddresseeFactory(letter=self)
        if self.status != Letter.Status.DRAFT:
            RevisionFactory(letter=self)


class RevisionFactory(DjangoModelFactory[Revision]):
    """Freezes the letter's working text and makes it the letter's present revision.

    `title` gives the original another title.
    """

    class Meta:
        model = Revision

    letter = factory.SubFactory(LetterFactory, status=Letter.Status.DRAFT)
    number = 1
    correction = 0
    kind = factory.LazyAttribute(
        lambda o: "correction" if o.correction else "opening" if o.number == 1 else "substantive"
    )
    reason = factory.LazyAttribute(lambda o: "" if o.kind == "opening" else "It was unclear.")
    frozen_at = factory.LazyFunction(timezone.now)

    @classmethod
    def _create(cls, model_class, *args, title="", **kwargs):
        letter = kwargs["letter"]
        if title:
            letter.editions.filter(is_original=True).update(title=title)
        canonical = frozen_words(letter).canonical()
        revision = super()._create(
            model_class, *args, canonical=canonical, digest=digest_of(canonical), **kwargs
        )
        if letter.status != Letter.Status.DRAFT:
            letter.revision = revision
            letter.save(update_fields=["status", "revision"])
        return revision


def frozen_words(letter: Letter) -> Wording:
    if letter.editions.exists():
        return working_wording(letter)
    words = dict.fromkeys(["salutation", "call_to_sign", "summary", "translator", "note"], "")
    edition = EditionWording(
        language="en",
        is_original=True,
        title="Peace",
        body="Now.",
        addressees=(),
        demands=(),
        **words,
    )
    return Wording(editions=(edition,), silence="keeps", silence_days=None)


class EditionFactory(DjangoModelFactory[Edition]):
    class Meta:
        model = Edition

    letter = factory.SubFactory(LetterFactory, words=False)
    language = "en"
    title = "Let everyone speak"
    salutation = "Dear President,"
    body = "We write to you.\n\nPlease listen."


class DemandFactory(DjangoModelFactory[Demand]):
    class Meta:
        model = Demand

    edition = factory.SubFactory(EditionFactory)
    position = 1
    text = "Repeal the law."


class AddresseeFactory(DjangoModelFactory[Addressee]):
    class Meta:
        model = Addressee

    letter = factory.SubFactory(LetterFactory, words=False)
    name = "Ada Example"
    office = "President"


class OrganisationFactory(DjangoModelFactory[Organisation]):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Forum {n}")
    country = "DE"
    website_source = DomainSource.STAFF

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        organisation = model_class(**kwargs)
        organisation.set_name(organisation.name)
        organisation.save()
        index_organisation(organisation)
        return organisation


class SignatureFactory(DjangoModelFactory[Signature]):
    """A published signature with a representative. `status` sets another status."""

    class Meta:
        model = Signature

    letter = factory.SubFactory(LetterFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    status = Status.PUBLISHED
    revision = factory.LazyAttribute(lambda o: o.letter.revision)
    edition_language = factory.LazyAttribute(
        lambda o: o.revision.wording.original.language if o.revision else "en"
    )
    language = "en"
    signed_as = factory.LazyAttribute(lambda o: o.organisation.name if o.organisation else "Forum")
    country = factory.LazyAttribute(lambda o: o.organisation.country if o.organisation else "DE")
    representative_name = "Rosa Reader"
    representative_role = "Director"
    representative_email = factory.Sequence(lambda n: f"rosa{n}@forum.example.org")
    email_index = factory.LazyAttribute(
        lambda o: blind_index(o.representative_email) if o.representative_email else ""
    )
    link_nonce = factory.LazyFunction(new_nonce)
    signed_at = factory.LazyFunction(timezone.now)
    confirmed_at = factory.SelfAttribute("signed_at")
    published_at = factory.LazyAttribute(
        lambda o: o.signed_at if o.status == Status.PUBLISHED else None
    )

    class Params:
        unconfirmed = factory.Trait(status=Status.UNCONFIRMED, organisation=None, confirmed_at=None)
        in_review = factory.Trait(status=Status.IN_REVIEW)
        declined = factory.Trait(
            status=Status.DECLINED,
            reason="Not an organisation.",
            decided_at=factory.SelfAttribute("signed_at"),
            decided_by=factory.SubFactory(StaffFactory),
        )
        withdrawn = factory.Trait(
            status=Status.WITHDRAWN, withdrawn_at=factory.SelfAttribute("signed_at")
        )
        lapsed = factory.Trait(status=Status.LAPSED, lapsed_at=factory.SelfAttribute("signed_at"))


def entry(**changes: str) -> SigningEntry:
    """The form of a representative of Forum, as cleaned."""
    written = {
        "organisation": "Forum for Free Speech",
        "country": "DE",
        "website": "https://forum.example.org",
        "name": "Rosa Reader",
        "role": "Director",
        "email": "rosa@forum.example.org",
    }
    return SigningEntry(**(written | changes))


def form_data(**changes: str) -> dict[str, str]:
    """The same form as a browser sends it, for the first revision of a letter."""
    written = vars(entry()) | {"may_sign": "on", "privacy": "on", "fax": "", "opened": ""}
    return written | TEXT | changes


FIRST = Shown(revision="1", language="en")  # the text on a new letter's page
TEXT = {"revision": "1", "edition": "en"}  # the same in the form's hidden fields
