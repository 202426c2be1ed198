"""Measures recognition on files of known cases.

Files are CSV in UTF-8:

registry       ror_id, display_name, country, domain
variants       variant_name, ror_id, country, difference
different      name_a, country_a, ror_a, domain_a, reason, and the same for b: two different
               organisations with similar names
shared domain  registered, asked, the country of each, domain, and same: 1 or 0
letters        a folder with one file per letter (name, country), and pairs.csv, which says of two
               names whether they are one organisation: 1, 0, or ? if nobody knows
"""

from __future__ import annotations

import csv
import random
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from .domains import known_host
from .entries import Answer, Entry, EntryName, Recognition
from .matcher import LIKELY, recognise
from .memory import InMemorySource
from .normalise import normal_form

Row = dict[str, str]

PAIRS = "pairs.csv"
"""The file in a folder of letters that says which names are one organisation."""


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def entry(organisation: str, name: str, country: str, domain: str) -> Entry:
    """An entry with one name and at most one domain."""
    host = known_host(domain)
    return Entry(
        organisation,
        (EntryName(name, normal_form(name)),),
        country.strip().upper(),
        domains=(host,) if host else (),
    )


def registry_entries(
    registry: Iterable[Row], known: Mapping[str, Sequence[str]] | None = None
) -> list[Entry]:
    """The entries of a registry. `known` has further names of each organisation."""
    entries = [
        entry(row["ror_id"], row["display_name"], row["country"], row.get("domain", ""))
        for row in registry
    ]
    if known is None:
        return entries
    return [
        replace(
            one,
            names=one.names
            + tuple(EntryName(name, normal_form(name)) for name in known.get(one.organisation, ())),
        )
        for one in entries
    ]


def halved(variants: Iterable[Row]) -> tuple[dict[str, list[str]], list[Row]]:
    """Split each organisation's other names alternately: those known, and those to query."""
    known: dict[str, list[str]] = defaultdict(list)
    queries: list[Row] = []
    counted: dict[str, int] = defaultdict(int)
    for row in variants:
        counted[row["ror_id"]] += 1
        if counted[row["ror_id"]] % 2:
            known[row["ror_id"]].append(row["variant_name"])
        else:
            queries.append(row)
    return known, queries


def padded(entries: Sequence[Entry], size: int) -> Iterator[Entry]:
    """Add invented entries up to `size`, from words of real names in new combinations.

    The words keep their relative frequency, so blocking has the load of a larger register.
    """
    chance = random.Random(20_14)  # nosec B311 # noqa: S311 - names for measuring
    words = [word for one in entries for word in one.display_name.split()]
    for number in range(len(entries), size):
        model = chance.choice(entries)
        count = max(2, len(model.display_name.split()))
        name = " ".join(chance.choice(words) for _ in range(count))
        yield entry(f"made-up-{number}", name, model.country, f"made-up-{number}.org")


class Share:
    """A share, counted case by case."""

    def __init__(self) -> None:
        self.hits = 0
        self.cases = 0

    def count(self, hit: bool) -> None:
        self.hits += hit
        self.cases += 1

    @property
    def value(self) -> float:
        return self.hits / self.cases if self.cases else float("nan")


Figures = dict[str, Share]


def _place(found: Recognition, organisation: str) -> int:
    """The rank of an organisation among the candidates, from 1; 0 if it is not there."""
    for place, candidate in enumerate(found.candidates, 1):
        if candidate.entry.organisation == organisation:
            return place
    return 0


def measure_variants(
    variants: Sequence[Row], source: InMemorySource, domains: dict[str, str]
) -> tuple[Figures, float]:
    """Figures for known other names, and the mean time per query in milliseconds."""
    figures: Figures = defaultdict(Share)
    spent = 0.0
    for row in variants:
        wanted, kind = row["ror_id"], row["difference"]
        start = time.perf_counter()
        found = recognise(name=row["variant_name"], country=row["country"], source=source)
        spent += time.perf_counter() - start
        with_domain = recognise(
            name=row["variant_name"],
            country=row["country"],
            website=domains.get(wanted, ""),
            source=source,
        )
        place = _place(found, wanted)
        for suffix in ("", f" {kind}"):
            figures["recall@1" + suffix].count(place == 1)
            figures["recall@5" + suffix].count(1 <= place <= 5)
            if found.answer is Answer.SAME:
                figures["auto_precision" + suffix].count(found.organisation == wanted)
            figures["auto_recall" + suffix].count(found.organisation == wanted)
            figures["auto_recall_with_domain" + suffix].count(with_domain.organisation == wanted)
            if with_domain.answer is Answer.SAME:
                figures["auto_precision_with_domain" + suffix].count(
                    with_domain.organisation == wanted
                )
    return figures, 1000 * spent / len(variants) if variants else float("nan")


def measure_different(
    different: Sequence[Row], entries: Sequence[Entry], source: InMemorySource
) -> Figures:
    """How often two different organisations would have been linked.

    Of each pair, one is in the register and the other is the query, with its name, country and
    domain; the latter is hidden from the register, so that it cannot match itself.

    false_links           query b is linked to a
    false_links_by_name   the same without b's domain
    false_links_reversed  query a is linked to b
    false_links_any       query b is linked to anything
    """
    figures: Figures = defaultdict(Share)
    registered = {one.organisation for one in entries}
    for row in different:
        for figure, known, query, by_domain in (
            ("false_links", "a", "b", True),
            ("false_links_by_name", "a", "b", False),
            ("false_links_reversed", "b", "a", True),
        ):
            wanted = row[f"ror_{known}"]
            added = () if wanted in registered else (_side(row, known),)
            found = recognise(
                name=row[f"name_{query}"],
                country=row[f"country_{query}"],
                website=row[f"domain_{query}"] if by_domain else "",
                source=Without(source, row[f"ror_{query}"], added),
            )
            for suffix in ("", f" {row['reason']}"):
                figures[figure + suffix].count(found.organisation == wanted)
                if figure == "false_links":
                    figures["false_links_any" + suffix].count(found.answer is Answer.SAME)
    return figures


def _side(row: Row, side: str) -> Entry:
    return entry(
        row[f"ror_{side}"], row[f"name_{side}"], row[f"country_{side}"], row[f"domain_{side}"]
    )


def measure_shared_domain(rows: Iterable[Row], source: InMemorySource) -> Figures:
    """How often a name with an address at a domain is linked to the one body registered there.

    shared_domain_wrong  for other bodies with an address there
    shared_domain_right  for the registered body under another name
    """
    figures: Figures = defaultdict(Share)
    for row in rows:
        registered = entry(
            "registered", row["registered"], row["registered_country"], row["domain"]
        )
        found = recognise(
            name=row["asked"],
            country=row["asked_country"],
            email=f"somebody@{row['domain']}",
            source=AloneAt(source, registered),
        )
        figure = "shared_domain_right" if row["same"] == "1" else "shared_domain_wrong"
        for suffix in ("", f" {row['difference']}") if row["same"] == "1" else ("",):
            figures[figure + suffix].count(found.organisation == registered.organisation)
    return figures


BAND = 0.05
"""Width of a band of scores in the curve of `measure_letters`."""


def read_letters(folder: Path) -> tuple[list[Row], list[Row]]:
    """The rows of all letters in a folder, and the pairs that say which names are one."""
    letters = [
        row for path in sorted(folder.glob("*.csv")) if path.name != PAIRS for row in read(path)
    ]
    return letters, read(folder / PAIRS)


def measure_letters(letters: Iterable[Row], pairs: Iterable[Row]) -> list[tuple[str, float]]:
    """How often two names on letters are one organisation, by similarity score.

    The register has each name once per country, and each is compared with the others.

    letters_pairs 0.65   pairs with a score from here up to the next band
    letters_true 0.65    the share of them that are one organisation
    letters_true         the same for all pairs that staff look at, from `LIKELY`
    letters_caught       the share of known true pairs that are among those

    Pairs marked ? are not counted.
    """
    written = list(dict.fromkeys((row["name"], row["country"][:2]) for row in letters))
    entries = [entry(str(place), *one, "") for place, one in enumerate(written)]
    source = InMemorySource(entries)
    known = {frozenset((row["name_a"], row["name_b"])): row["same"] for row in pairs}
    scores: dict[frozenset[int], float] = {}
    for place, (name, country) in enumerate(written):
        found = recognise(name=name, country=country, source=Without(source, str(place), ()))
        for candidate in found.candidates:
            pair = frozenset((place, int(candidate.entry.organisation)))
            scores[pair] = max(scores.get(pair, 0.0), candidate.score)
    figures: Figures = defaultdict(Share)
    best: dict[frozenset[str], float] = defaultdict(float)
    for pair, score in scores.items():
        names = frozenset(written[place][0] for place in pair)
        same = "1" if len(names) == 1 else known.get(names, "0")
        best[names] = max(best[names], score)
        if same != "?":
            figures[f"letters_true {int(score / BAND + 1e-9) * BAND:.2f}"].count(same == "1")
            if score >= LIKELY:
                figures["letters_true"].count(same == "1")
    for names, same in known.items():
        if same == "1":
            figures["letters_caught"].count(best[names] >= LIKELY)
    shares = sorted(figures.items())
    sizes = [
        (name.replace("true", "pairs"), float(share.cases)) for name, share in shares if " " in name
    ]
    return [*((name, share.value) for name, share in shares), *sizes]


class AloneAt:
    """A source with one more entry, which is the only one at its domains."""

    def __init__(self, source: InMemorySource, entry: Entry) -> None:
        self.source = source
        self.entry = entry

    def candidates(self, keys: Sequence[str], country: str) -> Iterable[Entry]:
        yield self.entry
        for one in self.source.candidates(keys, country):
            if not set(one.domains) & set(self.entry.domains):
                yield one


class Without:
    """A source with one organisation hidden and a few entries added."""

    def __init__(self, source: InMemorySource, hidden: str, more: tuple[Entry, ...]) -> None:
        self.source = source
        self.hidden = hidden
        self.more = more

    def candidates(self, keys: Sequence[str], country: str) -> Iterable[Entry]:
        for one in (*self.more, *self.source.candidates(keys, country)):
            if one.organisation != self.hidden:
                yield one


def evaluate(
    registry: Sequence[Row],
    variants: Sequence[Row],
    different: Sequence[Row],
    size: int = 0,
    *,
    shared_domain: Sequence[Row] = (),
    half_known: bool = False,
) -> list[tuple[str, float]]:
    """All figures by name. Shares are 0 to 1, times are milliseconds.

    With `half_known`, every second other name of each organisation is known, and only the rest are
    queried.
    """
    known, queries = halved(variants) if half_known else (None, variants)
    entries = registry_entries(registry, known)
    source = InMemorySource(entries)
    for one in padded(entries, size):
        source.add(one)
    domains = {row["ror_id"]: row.get("domain", "") for row in registry}
    figures, milliseconds = measure_variants(queries, source, domains)
    figures |= measure_different(different, entries, source)
    figures |= measure_shared_domain(shared_domain, source)
    lines = [(name, share.value) for name, share in sorted(figures.items())]
    # Overall figures first, then those by kind of difference.
    lines.sort(key=lambda line: " " in line[0])
    return [*lines, ("ms_per_query", milliseconds)]
