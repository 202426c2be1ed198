"""What recognition knows of an organisation, and how it is stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from signatories.models import Organisation
from signatories.recognition import Entry, EntryName, NormalForm, Scope, normal_form
from signatories.recognition.domains import known_host

LINES, FIELDS, TOKENS = "\n", "\t", ";"
"""Separators of a packed entry's lines, a line's fields, and tokens (which contain spaces)."""


def domains_of(organisation: Organisation) -> tuple[str, ...]:
    """The organisation's own hosts on the register, its website's first."""
    hosts = [known_host(organisation.website)]
    hosts += [known_host(other.domain) for other in organisation.domains.all()]
    return tuple(dict.fromkeys(host for host in hosts if host))


def entry_of(organisation: Organisation) -> Entry:
    """What recognition knows of an organisation: names, country, scope and own domains."""
    written = [organisation.name, organisation.acronym]
    written += [other.name for other in organisation.names.all()]
    return Entry(
        organisation=str(organisation.pk),
        names=tuple(EntryName(name, normal_form(name)) for name in dict.fromkeys(written) if name),
        country=organisation.country.code,
        scope=Scope(organisation.scope),
        domains=domains_of(organisation),
    )


def pack(entry: Entry) -> str:
    """An entry's domains on one line, then each name with its normal form on its own line.

    Normal forms cost more to compute than to compare, so a query computes only its own. One text
    takes half the space of nested lists. What can be derived is left out: the key, and the blocking
    keys, which have a table.
    """
    return LINES.join([" ".join(entry.domains), *map(_line, entry.names)])


def _line(other: EntryName) -> str:
    form = other.form
    name = other.name.replace(LINES, " ").replace(FIELDS, " ")
    return _joined(
        name,
        form.text,
        form.full if form.full != form.words else (),
        form.tokens,
        form.initials,
        form.acronym,
        form.bracket,
        form.languages,
    )


def _joined(
    name: str,
    text: str,
    full: Sequence[str],
    tokens: Sequence[str],
    initials: Sequence[str],
    acronym: str,
    bracket: str,
    languages: Sequence[str],
) -> str:
    listed = [" ".join(full), TOKENS.join(tokens), " ".join(initials)]
    return FIELDS.join([name, text, *listed, acronym, bracket, " ".join(languages)])


def unpack(organisation: str, country: str, scope: str, packed: str | list[Any]) -> Entry:
    """The entry that was packed, without its blocking keys.

    Earlier versions stored a list; `index_organisation` replaces it.
    """
    if isinstance(packed, str):
        domains, *lines = packed.split(LINES)
    else:
        names, hosts = packed
        domains = " ".join(hosts)
        lines = [_joined(name, text, *rest) for name, text, _key, _words, *rest in names]
    return Entry(
        organisation, tuple(map(_name, lines)), str(country), Scope(scope), tuple(domains.split())
    )


def _name(line: str) -> EntryName:
    name, text, full, tokens, initials, acronym, bracket, languages = line.split(FIELDS)
    words = text.split()
    listed = tuple(words)
    form = NormalForm(
        text=text,
        key=" ".join(sorted(words)),
        words=listed,
        full=tuple(full.split()) if full else listed,
        tokens=tuple(tokens.split(TOKENS)) if tokens else (),
        initials=tuple(initials.split()),
        acronym=acronym,
        bracket=bracket,
        languages=tuple(languages.split()),
        keys=(),
    )
    return EntryName(name, form)
