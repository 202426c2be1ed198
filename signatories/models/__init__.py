"""Models of organisations and their signatures."""

from signatories.models.defence import (
    InvalidatedSignature,
    Invalidation,
    Listing,
    SigningAlarm,
    UsedProof,
)
from signatories.models.duplicates import Merge, Pair
from signatories.models.keys import KeyCount, RecognitionKey
from signatories.models.known import (
    KnownChange,
    KnownKey,
    KnownLink,
    KnownOrganisation,
    KnownStart,
    RefusedKnowledge,
    RegisterImport,
)
from signatories.models.learned import LearnedDomain
from signatories.models.limits import RateCount
from signatories.models.logos import Logo, ProposedLogo
from signatories.models.mailboxes import StoppedMailbox
from signatories.models.organisations import (
    DomainSource,
    Organisation,
    OrganisationDomain,
    OrganisationIdentifier,
    OrganisationName,
    OrganisationQuerySet,
    seen_by,
)
from signatories.models.search import LetterWords
from signatories.models.signatures import (
    LIVE,
    TRANSITIONS,
    Signature,
    SignatureQuerySet,
    may_see_representatives,
)
from signatories.models.starts import NameStart

__all__ = [
    "LIVE",
    "TRANSITIONS",
    "DomainSource",
    "InvalidatedSignature",
    "Invalidation",
    "KeyCount",
    "KnownChange",
    "KnownKey",
    "KnownLink",
    "KnownOrganisation",
    "KnownStart",
    "LearnedDomain",
    "LetterWords",
    "Listing",
    "Logo",
    "Merge",
    "NameStart",
    "Organisation",
    "OrganisationDomain",
    "OrganisationIdentifier",
    "OrganisationName",
    "OrganisationQuerySet",
    "Pair",
    "ProposedLogo",
    "RateCount",
    "RecognitionKey",
    "RefusedKnowledge",
    "RegisterImport",
    "Signature",
    "SignatureQuerySet",
    "SigningAlarm",
    "StoppedMailbox",
    "UsedProof",
    "may_see_representatives",
    "seen_by",
]
