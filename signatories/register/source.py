"""Where recognition finds candidates in the database: by stored keys.

A source reads two tables. One holds the keys: `key`, `country` and a foreign key to the entry,
which together are its primary key. The other holds the entries: `country`, `scope` and `forms`,
written by `pack`. `DatabaseSource` is a source of organisations. For a second one over tables of
this shape, subclass `StoredSource`: name the model of the keys and its foreign key, and prefix the
ids of its entries, so that nobody mistakes them for organisations. `indexing.store_keys` fills the
keys, and if their model is in `counting.KEYED`, the worker counts the frequent ones. A QuerySet of
entries may annotate what its table lacks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import ClassVar

from django.db import connection, models

from signatories.models import (
    KeyCount,
    LearnedDomain,
    Organisation,
    OrganisationQuerySet,
    RecognitionKey,
)
from signatories.recognition import Entry
from signatories.recognition.memory import FREQUENT, LIMIT, TOO_FREQUENT
from signatories.register.entries import unpack

MOST_ROWS = 6000
"""Maximum number of key rows read for one query, the rarest keys first."""

MOST_LEARNED = 500
"""Maximum number of rows of learned domains read for one query."""

PARTS = 1_000_000
"""Resolution of the weight of a hit."""


class StoredSource:
    """A CandidateSource over stored keys: three queries, however many entries there are.

    The most selective keys decide which entries are compared. A frequent key counts only within the
    query's country, and one that a whole country shares does not count. The same queries run
    whatever they find, so that timing reveals nothing hidden.
    """

    keys: ClassVar[type[models.Model]]
    owner: ClassVar[str]
    """The foreign key that names what a key finds."""
    prefix: ClassVar[str] = ""
    """What an entry's id begins with, before the number of the row."""

    def __init__(
        self, *, within: models.QuerySet[models.Model], without: int | None = None
    ) -> None:
        """`within` is what may be known; `without` is the key of an entry to leave out."""
        self.within = within
        self.without = without

    @property
    def _table(self) -> str:
        return connection.ops.quote_name(self.keys._meta.db_table)

    def candidates(self, keys: Sequence[str], country: str) -> Iterable[Entry]:
        learned = self.learned(keys)
        best = self._best(*self._useful(keys, country), country, learned)
        found = self.within.filter(pk__in=best or [0]).values_list(
            "pk", "country", "scope", "forms"
        )
        entries = {
            pk: unpack(f"{self.prefix}{pk}", country, scope, forms)
            for pk, country, scope, forms in found
        }
        for pk in entries.keys() & learned.keys():
            entries[pk] = _with_domains(entries[pk], learned[pk])
        return [entries[pk] for pk in best if pk in entries]

    def learned(self, keys: Sequence[str]) -> dict[int, tuple[str, ...]]:
        """Entries for which a host in these keys is a learned domain: {id: hosts}."""
        return {}

    def _useful(
        self, keys: Sequence[str], country: str
    ) -> tuple[dict[str, float], dict[str, float]]:
        """The weight of a hit: by keys that count everywhere, and by keys that count at home."""
        everywhere: dict[str, float] = {}
        at_home: dict[str, float] = {}
        rows = 0
        for key, size, within in sorted(self._counts(keys, country), key=lambda row: row[1]):
            abroad = key[0] not in "id" and size <= FREQUENT
            rows += size if abroad else within
            if rows > MOST_ROWS:
                break
            if country and within <= TOO_FREQUENT:
                at_home[key] = 1.0 / (within + 3) ** 0.5
            if abroad:
                everywhere[key] = 0.5 / (size + 3) ** 0.5
        return everywhere, at_home

    def _counts(self, keys: Sequence[str], country: str) -> list[tuple[str, int, int]]:
        """Each key with hits, with its number of rows in all countries and in this one.

        Those of frequent keys were counted in advance; the others have few.
        """
        counts = connection.ops.quote_name(KeyCount._meta.db_table)
        statement = f"""
            WITH wanted (key) AS (VALUES {_places(len(keys), 1)})
            SELECT wanted.key,
                COALESCE(
                    (SELECT size FROM {counts}
                        WHERE model = %s AND key = wanted.key AND country = %s),
                    (SELECT COUNT(*) FROM {self._table} found WHERE found.key = wanted.key)
                ),
                COALESCE(
                    (SELECT size FROM {counts}
                        WHERE model = %s AND key = wanted.key AND country = %s),
                    (SELECT COUNT(*) FROM {self._table} found
                        WHERE found.key = wanted.key AND found.country = %s)
                )
            FROM wanted
        """  # noqa: S608  # nosec B608 - names of our tables
        model = self.keys.__name__
        values = [*keys, model, KeyCount.EVERYWHERE, model, country, country]
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return [row for row in cursor.fetchall() if row[1]]

    def _best(
        self,
        everywhere: dict[str, float],
        at_home: dict[str, float],
        country: str,
        learned: Collection[int],
    ) -> list[int]:
        """Ids of the entries with the greatest total weight of hits, best first.

        The database sums them up, since there are thousands of rows; as integers, so that sums of
        equal parts are equal on both engines.
        """
        of_learned = round(0.5 / (len(learned) + 3) ** 0.5 * PARTS)
        # The first row of each keeps the statement valid if there are no keys to look up.
        shared = [("", 0, 0)] + [
            (key, round(worth * PARTS), round(at_home.get(key, 0) * PARTS))
            for key, worth in everywhere.items()
        ]
        here = [("", 0)] + [
            (key, round(worth * PARTS)) for key, worth in at_home.items() if key not in everywhere
        ]
        owner = connection.ops.quote_name(f"{self.owner}_id")
        statement = f"""
            WITH shared (key, abroad, home) AS (VALUES {_places(len(shared), 3)}),
                 here (key, home) AS (VALUES {_places(len(here), 2)}),
                 learned (owner, worth) AS (VALUES {_places(len(learned) + 1, 2)})
            SELECT owner FROM (
                SELECT found.{owner} AS owner,
                    CASE WHEN found.country = %s THEN shared.home ELSE shared.abroad END AS worth
                FROM shared CROSS JOIN {self._table} found WHERE found.key = shared.key
                UNION ALL
                SELECT found.{owner}, here.home
                FROM here CROSS JOIN {self._table} found
                WHERE found.key = here.key AND found.country = %s
                UNION ALL
                SELECT owner, worth FROM learned
            ) hits
            WHERE owner NOT IN (0, %s)
            GROUP BY owner ORDER BY SUM(worth) DESC, owner LIMIT %s
        """  # noqa: S608  # nosec B608 - names of our tables
        rows = [*shared, *here, (0, 0), *((number, of_learned) for number in learned)]
        values = [value for row in rows for value in row]
        # Without a country, nothing is at home.
        values += [country or "-", country or "-", self.without or 0, LIMIT]
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return [number for (number,) in cursor.fetchall()]


def _places(rows: int, width: int) -> str:
    """Placeholders for the values of this many rows."""
    return ", ".join(["(" + ", ".join(["%s"] * width) + ")"] * rows)


def _with_domains(entry: Entry, hosts: tuple[str, ...]) -> Entry:
    """The entry with further own domains."""
    return replace(entry, domains=tuple(dict.fromkeys((*entry.domains, *hosts))))


class DatabaseSource(StoredSource):
    """Organisations on the register: three queries, and one more for a query with a host.

    A learned domain is added to an organisation only for a query from that very host. So it counts
    for the organisation, and never against it in queries from elsewhere.
    """

    keys = RecognitionKey
    owner = "organisation"

    def __init__(
        self, *, within: OrganisationQuerySet | None = None, without: int | None = None
    ) -> None:
        """`within` is what may be known, by default the whole register."""
        super().__init__(
            within=Organisation.objects.on_register() if within is None else within,
            without=without,
        )

    def learned(self, keys: Sequence[str]) -> dict[int, tuple[str, ...]]:
        hosts = [key[1:] for key in keys if key[0] == "h"]
        if not hosts:  # the query has no host, so this reveals nothing
            return {}
        rows = LearnedDomain.objects.in_effect().filter(domain__in=hosts)
        if self.without is not None:
            rows = rows.exclude(signature__organisation=self.without)
        found: dict[int, list[str]] = defaultdict(list)
        named = rows.order_by("pk").values_list("signature__organisation", "domain")
        for pk, host in named[:MOST_LEARNED]:
            found[pk].append(host)
        return {pk: tuple(hosts) for pk, hosts in found.items()}
