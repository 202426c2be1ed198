"""What is stored of organisations and their signatures."""

from signatories.models.defence import (
    InvalidatedSignature,
    Invalidation,
    Listing,
    SigningAlarm,
    UsedProof,
)
from signatories.models.limits import RateCount
from signatories.models.logos import Logo, ProposedLogo
from signatories.models.organisations import (
    Merge,
    Organisation,
    OrganisationDomain,
    OrganisationIdentifier,
    OrganisationName,
    Pair,
    RecognitionKey,
    may_see_representatives,
)
from signatories.models.search import LetterWords
from signatories.models.signatures import (
    LIVE,
    TRANSITIONS,
    Signature,
    SignatureQuerySet,
)

__all__ = [
    "LIVE",
    "TRANSITIONS",
    "InvalidatedSignature",
    "Invalidation",
    "LetterWords",
    "Listing",
    "Logo",
    "Merge",
    "Organisation",
    "OrganisationDomain",
    "OrganisationIdentifier",
    "OrganisationName",
    "Pair",
    "ProposedLogo",
    "RateCount",
    "RecognitionKey",
    "Signature",
    "SignatureQuerySet",
    "SigningAlarm",
    "UsedProof",
    "may_see_representatives",
]
