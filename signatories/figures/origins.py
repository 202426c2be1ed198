"""The countries of a letter's signatories."""

from __future__ import annotations

from dataclasses import dataclass

from django_countries.fields import Country

from config.languages import order_key
from signatories.public.signatories import SignatoryList


@dataclass(frozen=True)
class Origin:
    """A country and how many signed in it.

    `names` of the `signatories` are shown by name; the others withhold theirs, and are enough for
    their country to be shown.
    """

    country: Country
    signatories: int
    names: int
    share: str  # relative to the country with the most, as a length: 100%

    @property
    def code(self) -> str:
        return str(self.country.code)


def origins_of(everyone: SignatoryList) -> list[Origin]:
    """All countries shown, those with the most signatories first, then in the page's order.

    It reveals nothing beyond the list itself: the names, and `Hidden.withheld`.
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
