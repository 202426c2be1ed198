"""The register as recognition sees it: entries, and the stored keys that find them."""

from signatories.register.counting import count_due, count_keys
from signatories.register.entries import domains_of, entry_of, pack, unpack
from signatories.register.indexing import index_organisation, store_keys
from signatories.register.namesakes import free_namesake
from signatories.register.owners import is_at_own_domain, is_colleague, owners_of
from signatories.register.recognising import recognise_organisation, recognise_signature
from signatories.register.source import DatabaseSource, StoredSource
from signatories.register.suggestions import starting_with, starts_of, suggest

__all__ = [
    "DatabaseSource",
    "StoredSource",
    "count_due",
    "count_keys",
    "domains_of",
    "entry_of",
    "free_namesake",
    "index_organisation",
    "is_at_own_domain",
    "is_colleague",
    "owners_of",
    "pack",
    "recognise_organisation",
    "recognise_signature",
    "starting_with",
    "starts_of",
    "store_keys",
    "suggest",
    "unpack",
]
