"""All components in templates/components/ with their states, from sample data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.utils.html import format_html
from django_countries.fields import Country

from config.web.query_strings import as_query
from letters.deadlines import time_left
from letters.differences import Change, Piece
from letters.models import Letter
from letters.standing import standing
from signatories.figures.atlas import current_atlas
from signatories.figures.chart import Chart
from signatories.figures.origins import origins_of
from signatories.figures.world_map import WorldMap
from signatories.gallery import samples
from signatories.gallery.samples import NOW
from signatories.models import ProposedLogo, Signature
from signatories.public.headings import HeadedNames, Heading, Jump
from signatories.public.letters import LetterGroup, LetterRow
from signatories.public.search import FoundOrganisation
from signatories.public.signatories import Counts
from signatories.sharing.networks import Sharing
from signatories.signing.agreement import Shown
from signatories.signing.forms import CorrectionForm, LogoForm, SigningForm
from signatories.signing.waiting import Waiting

Context = dict[str, Any]
TOKEN = "made-up"  # noqa: S105 # nosec B105 - it opens nothing


@dataclass(frozen=True)
class Example:
    """A component's states, and the container it needs: a list with this class, or a form."""

    component: str
    states: dict[str, Context] = field(default_factory=lambda: {"": {}})
    within: str = ""


def examples() -> list[Example]:
    """All components in alphabetical order."""
    found = [
        *_frame(),
        *_letters(),
        *_lists(),
        *_organisations(),
        *_figures(),
        *_forms(),
        *_signatures(),
    ]
    return sorted(found, key=lambda example: example.component)


def _frame() -> list[Example]:
    return [
        Example("masthead"),
        Example("languages"),
        Example("footer"),
        Example("search_site"),
        Example(
            "pagination",
            {"middle": {"page": Paginator(range(60), 20).get_page(2), "query": as_query({})}},
        ),
    ]


def _letters() -> list[Example]:
    letter, coming = samples.letter(), samples.letter(opens_at=NOW + timedelta(days=3))
    closed = samples.letter(closes_at=NOW - timedelta(days=2))
    edition, translated = samples.edition(), samples.edition(is_original=False, translator="R. R.")
    counts, links = samples.signatory_list().counts, samples.edition_links()
    mark = {"letter": letter, "revision": letter.revision}
    goal = samples.letter(goal=1500)
    changes = {
        "language": "en",
        "changes": [
            Change(
                "title",
                (
                    Piece("same", "Open the "),
                    Piece("removed", "gates"),
                ),
            ),
            Change(
                "body",
                (
                    Piece("same", "Open the "),
                    Piece("added", "doors"),
                ),
            ),
        ],
    }
    return [
        Example("addressees", {"two": {"edition": edition}}),
        Example("letterhead", {"on paper alone": mark | {"campaign": letter.campaign}}),
        Example("organiser", {"with all": {"campaign": letter.campaign}}),
        Example("days", {"from and to": {"campaign": letter.campaign}}),
        Example(
            "counts",
            {
                "many": {"letter": letter, "counts": counts},
                "none": {"letter": letter, "counts": Counts(0, 0)},
                "towards a goal": {"letter": goal, "counts": counts},
                "past the goal": {"letter": samples.letter(goal=100), "counts": counts},
                "reported": {"letter": samples.reported(), "counts": Counts(4, 3)},
            },
        ),
        Example(
            "deadline",
            {
                "ahead": {"letter": letter, "has_closed": False},
                "over": {"letter": closed, "has_closed": True},
            },
        ),
        Example(
            "facts",
            {
                "open": _facts(letter),
                "not yet open": _facts(coming),
                "closed": _facts(closed),
            },
        ),
        Example("demands", {"two": {"edition": edition}}),
        Example("edition", {"with a note": {"edition": edition}}),
        Example(
            "edition_choice",
            {
                "original": {"editions": links, "edition": edition, "original": links[0]},
                "translation": {"editions": links, "edition": translated, "original": links[0]},
                "none here": {
                    "edition": edition,
                    "is_other_language": True,
                    "edition_name": "English",
                },
            },
        ),
        Example("revision_mark", {"": mark}),
        Example("differences", {"title and text": changes}),
        Example("pieces", {"went": {"pieces": changes["changes"][0].pieces}}),  # type: ignore[attr-defined]
        Example(
            "letter_status",
            {status.value: {"letter": samples.letter(status=status)} for status in Letter.Status}
            | {"open by the clock": {"letter": letter, "is_open": True}},
        ),
        Example("sources", {"with and without a link": {"sources": samples.sources()}}),
        Example(
            "timeline", {"of every kind": {"timeline": samples.timeline(), "original": links[0]}}
        ),
        Example("outcome", {"all": {"outcome": samples.outcome(), "original": links[0]}}),
    ]


def _facts(letter: Letter) -> Context:
    return {
        "letter": letter,
        "signatories": samples.signatory_list(),
        "time_left": time_left(letter, NOW),
        "is_open": letter.is_open(NOW),
        "has_closed": letter.has_closed(NOW),
    }


def _lists() -> list[Example]:
    letter = samples.letter()
    delivered = samples.reported(status=Letter.Status.DELIVERED)
    whole, empty = samples.signatory_list(), samples.signatory_list(counts=Counts(0, 0))
    alone = _card(letter, is_alone=True) | {"campaign": letter.campaign}
    return [
        Example("card_campaign", {"": {"campaign": letter.campaign}}, within="cards"),
        Example(
            "card_letter",
            {
                "open": _card(letter),
                "alone open": alone,
                "delivered": _card(delivered) | {"outcome": samples.outcome()},
            },
            within="cards",
        ),
        Example("letter_groups", {"one of twelve": {"groups": [_group(delivered)]}}),
        Example("search", {"whole list": {"letter": letter, "everyone": whole, "found": whole}}),
        Example(
            "signatory_list",
            {
                "whole": {"signatories": whole, "letter": letter},
                "long": {"signatories": samples.signatory_list(is_whole=False), "letter": letter},
                "empty": {"signatories": empty, "letter": letter, "is_open": True},
            },
        ),
        Example("withheld", {"of each kind": {"hidden": samples.HIDDEN}}),
    ]


def _organisations() -> list[Example]:
    profile = samples.profile()
    found = FoundOrganisation(
        profile.organisation, format_html("<mark>{}</mark> of All", "Forum"), None
    )
    letters = [Jump(Heading(key=f"letter-{one}", letter=one), 12, 1) for one in "ABC"]
    countries = [Jump(Heading(key=one, country=Country(one)), 4, 2) for one in ("BE", "KZ")]
    day = Heading(key="day", day=NOW.date())
    asked = {"query": as_query({})}
    return [
        Example(
            "organisation_facts", {"": {"profile": profile, "organisation": profile.organisation}}
        ),
        Example("found_organisations", {"": {"found": [found]}}),
        Example("order_choice", {"by name": asked | {"found": {"order": "name"}}}),
        Example(
            "jumps",
            {"letters": asked | {"jumps": letters}, "countries": asked | {"jumps": countries}},
        ),
        Example(
            "names_heading",
            {
                "letter": {"group": HeadedNames(letters[0].heading, 12, [])},
                "country, continued": {"group": HeadedNames(countries[0].heading, 4, [], True)},
                "day": {"group": HeadedNames(day, 1, [])},
            },
        ),
    ]


def _figures() -> list[Example]:
    letter, everyone = samples.letter(), samples.signatory_list()
    origins, growth = origins_of(everyone), samples.growth()
    curve = {"growth": growth, "letter": growth.letter}
    return [
        Example("figures_link", {"": {"signatories": everyone, "letter": letter}}),
        Example("world_map", {"": {"map": WorldMap(current_atlas(), origins), "letter": letter}}),
        Example("origins", {"": {"origins": origins, "letter": letter}}),
        Example("growth", {"four days": curve | {"chart": Chart(growth, from_right=False)}}),
        Example("data_files", {"": {"letter": letter}}),
        Example("open_data", {"": {"letter": letter}}),
        Example("share", {"": {"share": Sharing(letter, samples.edition()), "named": True}}),
    ]


def _group(letter: Letter) -> LetterGroup:
    row = LetterRow(
        letter,
        Counts(4, 3),
        samples.outcome(),
        letter.is_open(NOW),
        letter.has_closed(NOW),
        time_left(letter, NOW),
    )
    return LetterGroup(standing(letter, NOW), [row], total=12)


def _card(letter: Letter, *, is_alone: bool = False) -> Context:
    return {
        "row": {"is_open": letter.is_open(NOW), "has_closed": letter.has_closed(NOW)},
        "letter": letter,
        "counts": Counts(1119, 62),
        "time_left": time_left(letter, NOW),
        "is_alone": is_alone,
        "in_group": is_alone,
    }


def _forms() -> list[Example]:
    letter = samples.letter()
    fresh, wrong = _signing_form(letter, None), _signing_form(letter, {"website": "a b"})
    context = {"letter": letter, "revision": letter.revision}
    return [
        Example(
            "field",
            {
                "empty": {"field": fresh["organisation"]},
                "with an error": {"field": wrong["organisation"]},
                "optional": {"field": fresh["website"]},
                "choice": {"field": fresh["visibility"]},
                "tick": {"field": fresh["may_sign"]},
                "tick with an error": {"field": wrong["may_sign"]},
            },
            within="form",
        ),
        Example("field_error", {"": {"field": wrong["organisation"]}}),
        Example("error_summary", {"seven errors": {"form": wrong}}),
        Example(
            "form",
            {"with an error": {"form": CorrectionForm({"name": "Rosa Reader"})}},
            within="form",
        ),
        Example("signing_form", {"empty": context | {"form": fresh}}),
        Example("shown", {"hidden fields alone": {"shown": Shown("2", "en")}}),
        Example("text_changed", {"since it was read": context | _changed(letter)}),
    ]


def _signing_form(letter: Letter, data: dict[str, str] | None) -> SigningForm:
    return SigningForm(data, now=NOW, shown=Shown("2", "en"), letter=letter)


def _changed(letter: Letter) -> Context:
    pieces = (Piece("same", "Open the "), Piece("removed", "gates"), Piece("added", "doors"))
    since = samples.letter(number=1).revision
    edition = samples.edition()
    return {
        "since": since,
        "present": letter.revision,
        "changes": [Change("body", pieces)],
        "edition": edition,
    }


def _signatures() -> list[Example]:
    letter = samples.letter()
    stands = {
        status.value: _signature(status=status, reason="Not an organisation.")
        for status in Signature.Status
    }
    stands["name withheld"] = _signature(visibility=Signature.Visibility.WITHHELD)
    stands["asks for a name"] = _signature(proposed_name="Forum of All")
    waiting = ProposedLogo(width=240, height=60)
    one = samples.signature(statement="We agree.")
    summary = {"signature": one, "letter": letter, "revision": letter.revision}
    strict = samples.letter(silence_days=14)
    first = samples.letter(number=1).revision
    behind = samples.signature(letter=strict, revision=first, asked_at=NOW)
    return [
        Example("status", {state: {"of": found["signature"]} for state, found in stands.items()}),
        Example("signature_standing", stands),
        Example(
            "logo_proposal",
            {
                "none": stands["published"] | {"token": TOKEN, "logo_form": LogoForm()},
                "one waits": stands["published"]
                | {"token": TOKEN, "logo_form": LogoForm(), "proposed_logo": waiting},
                "refused": stands["published"] | {"token": TOKEN, "logo_form": LogoForm({})},
            },
        ),
        Example("signature_summary", {"": summary | {"edition": samples.edition()}}),
        Example("not_asked_for", {"": {"token": TOKEN}}),
        Example("waiting", {"one": {"waiting": [Waiting(one, samples.edition(), TOKEN)]}}),
        Example("mail_limit"),
        Example(
            "silence",
            {
                "the name leaves": {"signature": behind, "letter": strict},
                "the name stays": {"signature": one, "revision": letter.revision},
                "the name has left": {"signature": samples.signature(status="lapsed")},
            },
        ),
    ]


def _signature(**values: Any) -> Context:
    return {
        "signature": samples.signature(**values),
        "campaign": samples.campaign(),
    }
