"""Which countries a letter's signatories come from."""

from __future__ import annotations

from dataclasses import dataclass

from django_countries.fields import Country

from config.languages import order_key
from signatories.public.signatories import SignatoryList


@dataclass(frozen=True)
class Origin:
    """A country and how many signed in it.

    `names` of the `signatories` are shown by name; the others withhold theirs, and are so many that
    their country is told.
    """

    country: Country
    signatories: int
    names: int
    share: str  # of the country with the most, as a length: 100%

    @property
    def code(self) -> str:
        return str(self.country.code)


def origins_of(everyone: SignatoryList) -> list[Origin]:
    """All countries that are told, those with the most first, equal ones in the page's order.

    It says nothing that the list itself does not say: the names, and `Hidden.withheld`.
    """
    names = {row.country.code: row.signatories for row in everyone.country_counts}
    withheld = {row.country.code: row.signatories for row in everyone.hidden.withheld}
    numbers = {code: names.get(code, 0) + withheld.get(code, 0) for code in names | withheld}
    most = max(numbers.values(), default=1)
    origins = [
        Origin(Country(code), number, names.get(code, 0), f"{100 * number / most:.2f}%")
        for code, number in numbers.items()
    ]
    return sorted(origins, key=lambda row: (-row.signatories, order_key(str(row.country.name))))
