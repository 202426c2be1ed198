"""Finds the registered organisation that a name means. The rules are in matcher.py."""

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
from .keys import MAX_KEY, blocking_key
from .lookup import entry_keys, query_keys
from .matcher import recognise
from .memory import InMemorySource
from .normalise import NormalForm, normal_form
from .spoofing import CheckedName, NameProblem, check_name, is_lookalike, skeleton

__all__ = [
    "MAX_KEY",
    "Answer",
    "Candidate",
    "CandidateSource",
    "CheckedName",
    "Entry",
    "EntryName",
    "InMemorySource",
    "NameProblem",
    "NormalForm",
    "Reason",
    "Recognition",
    "Scope",
    "blocking_key",
    "check_name",
    "entry_keys",
    "is_lookalike",
    "normal_form",
    "own_domain",
    "query_keys",
    "recognise",
    "skeleton",
]
