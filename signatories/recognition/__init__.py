"""Which registered organisation a name means. See matcher.py for the rules."""

from .domains import own_domain
from .entries import (
    Answer,
    Candidate,
    CandidateSource,
    Entry,
    EntryName,
    Reason,
    Recognition,
    Scope,
)
from .matcher import recognise
from .memory import InMemorySource, entry_keys
from .normalise import NormalForm, normal_form
from .spoofing import CheckedName, Problem, check_name, is_doubtful, is_lookalike, skeleton

__all__ = [
    "Answer",
    "Candidate",
    "CandidateSource",
    "CheckedName",
    "Entry",
    "EntryName",
    "InMemorySource",
    "NormalForm",
    "Problem",
    "Reason",
    "Recognition",
    "Scope",
    "check_name",
    "entry_keys",
    "is_doubtful",
    "is_lookalike",
    "normal_form",
    "own_domain",
    "recognise",
    "skeleton",
]
