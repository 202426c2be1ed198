"""Write an invented register in the format of the Research Organization Registry's dump.

python benchmarks/register_file.py 100000 /tmp/ror.json
/usr/bin/time -v python manage.py import_register /tmp/ror.json
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

KINDS = ["Institute", "University", "Hospital", "Foundation", "Centre", "Society", "Laboratory"]
OF = ["Clear Waters", "Public Health", "Ocean Science", "Human Rights", "Soil", "Peace", "Energy"]
WORTE = ["Institut", "Universität", "Klinik", "Stiftung", "Zentrum", "Gesellschaft", "Labor"]
LANDS = ["DE", "GB", "US", "FR", "JP", "BR", "IN", "ES", "PL", "KE"]
SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"


def number(value: int) -> str:
    """A number of the registry: six characters of base 32, and two check digits."""
    written = "".join(LETTERS[value >> shift & 31] for shift in (25, 20, 15, 10, 5, 0))
    return f"0{written}{98 - value * 100 % 97:02d}"


def record(value: int, chance: random.Random) -> dict[str, object]:
    place = "".join(chance.choices(SYLLABLES, k=4)).title()
    kind, subject = chance.randrange(len(KINDS)), chance.choice(OF)
    name = f"{place} {KINDS[kind]} of {subject}"
    host = f"{place.lower()}{value % 100}.example.org"
    return {
        "id": f"https://ror.org/{number(value)}",
        "status": "active",
        "names": [
            {"value": name, "types": ["ror_display", "label"], "lang": "en"},
            {"value": f"{WORTE[kind]} {place} für {subject}", "types": ["label"], "lang": "de"},
            {"value": f"{place} {subject}", "types": ["alias"], "lang": None},
            {"value": "".join(word[0] for word in name.split()), "types": ["acronym"]},
        ][: chance.choice([1, 2, 3, 4, 4])],
        "locations": [{"geonames_details": {"country_code": chance.choice(LANDS)}}],
        "links": [{"type": "website", "value": f"https://www.{host}"}],
        "domains": [host] if chance.random() < 0.3 else [],
        "external_ids": [
            {"type": "wikidata", "preferred": f"Q{value + 1}", "all": [f"Q{value + 1}"]}
        ],
        "types": ["nonprofit"],
        "relationships": [],
        "admin": {},
    }


def main(count: int, path: Path) -> None:
    chance = random.Random(20140101)
    with path.open("w", encoding="utf-8") as file:
        for place in range(count):
            file.write(",\n" if place else "[\n")
            json.dump(record(1000 + place * 7, chance), file, ensure_ascii=False)
        file.write("\n]\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
