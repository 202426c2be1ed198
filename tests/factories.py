"""Rows for tests. Each is valid by itself; say only what the test is about."""

from __future__ import annotations

from datetime import timedelta

import factory
from django.contrib.auth.models import User
from django.utils import timezone
from factory.django import DjangoModelFactory

from campaigns.models import Campaign
from config.encryption import blind_index
from letters.models import Addressee, Demand, Edition, Letter
from signatories.actions import Entry
from signatories.links import new_nonce
from signatories.models import Organisation, Signature
from signatories.register import index_organisation

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
    """An open letter with its original edition, a demand and an addressee."""

    class Meta:
        model = Letter
        skip_postgeneration_save = True

    campaign = factory.SubFactory(CampaignFactory)
    slug = factory.Sequence(lambda n: f"letter-{n}")
    status = Letter.Status.OPEN
    opens_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=10))
    closes_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=10))

    @factory.post_generation
    def words(self: Letter, create: bool, extracted: object, **kwargs: str) -> None:
        if create and extracted is not False:
            edition = EditionFactory(letter=self, **kwargs)
            DemandFactory(edition=edition)
            AddresseeFactory(letter=self)


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

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        organisation = model_class(**kwargs)
        organisation.set_name(organisation.name)
        organisation.save()
        index_organisation(organisation)
        return organisation


class SignatureFactory(DjangoModelFactory[Signature]):
    """A published signature with a representative. `status` gives any other."""

    class Meta:
        model = Signature

    letter = factory.SubFactory(LetterFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    status = Status.PUBLISHED
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


def entry(**changes: str) -> Entry:
    """What a representative of Forum writes."""
    written = {
        "organisation": "Forum for Free Speech",
        "country": "DE",
        "website": "https://forum.example.org",
        "name": "Rosa Reader",
        "role": "Director",
        "email": "rosa@forum.example.org",
    }
    return Entry(**(written | changes))


def form_data(**changes: str) -> dict[str, str]:
    """The same as the browser sends it."""
    written = vars(entry()) | {"may_sign": "on", "privacy": "on", "fax": "", "opened": ""}
    return written | changes
