"""Atom feeds: new letters, who signed a letter, and updates on a letter.

Signatures are dated by day only, and a feed's own instant is that of its newest entry. So unnamed
signatures leave no trace in a feed, not even in when it changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape, format_html
from django.utils.translation import gettext as _

from config.languages import language_here, order_key
from letters.models import Letter, Revision, TimelineEntry
from signatories.models import Organisation, Signature
from signatories.open_data.absolute_urls import absolute, permanent_url

NEWEST = 100  # entries per feed


class AtomFeed(Atom1Feed):
    """Django's Atom feed with a given `updated`; entries may have their own language."""

    def latest_post_date(self) -> datetime:
        found: datetime = self.feed["updated"]
        return found

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["language"]} if item.get("language") else {}


def _feed(*, title: str, name: str, path: str, args: list[str], updated: datetime) -> AtomFeed:
    """An empty feed at the URL named `name`; `path` is the page it belongs to."""
    url = absolute(reverse(name, args=args))
    return AtomFeed(
        title=_writable(title),
        link=absolute(path),
        description="",
        language=language_here(),
        author_name=settings.OPERATOR_NAME,
        author_link=settings.SITE_URL,
        feed_url=url,
        feed_guid=url,
        feed_copyright=settings.OPEN_DATA_LICENCE.url if name == "letter-feed" else None,
        updated=updated,
    )


def _written(feed: AtomFeed) -> bytes:
    return feed.writeString("utf-8").encode()


def _add(feed: AtomFeed, *, title: str, link: str, html: str, **more: Any) -> None:
    """Add an entry; without `html` it has no summary, which Django's types do not allow for."""
    summary: Any = _writable(html) or None
    feed.add_item(title=_writable(title), link=absolute(link), description=summary, **more)


def _writable(text: str) -> str:
    """The text without control characters, which XML does not allow."""
    return "".join(c for c in text if c >= " " or c in "\t\n")


def at_midnight(day: date) -> datetime:
    """The instant that stands for a day."""
    return datetime.combine(day, time.min, UTC)


def _empty_feed_date(letter: Letter) -> datetime:
    """When a feed without entries last changed."""
    return at_midnight((letter.opens_at or datetime.fromtimestamp(0, UTC)).date())


def letters_feed(letters: Sequence[Letter]) -> bytes:
    """These letters, newest first, in the reader's language if there is such an edition."""
    instants = [letter.revision.frozen_at for letter in letters if letter.revision]
    feed = _feed(
        title=_("Open letters"),
        name="letters-feed",
        path=reverse("home"),
        args=[],
        updated=max(instants, default=datetime.fromtimestamp(0, UTC)),
    )
    for letter in letters:
        if letter.revision is None:
            continue
        edition = letter.words_here
        _add(
            feed,
            title=edition.title,
            link=letter.get_absolute_url(),
            html=escape(edition.summary or letter.campaign.summary),
            unique_id=permanent_url(letter),
            updateddate=letter.revision.frozen_at,
            categories=[letter.campaign.hashtag] if letter.campaign.hashtag else [],
            language=edition.language,
        )
    return _written(feed)


def signatures_feed(letter: Letter) -> bytes:
    """The newest names of a letter; those of one day in alphabetical order."""
    prefetch_related_objects([letter], "former_addresses")
    newest = list(
        Signature.objects.public()
        .filter(letter=letter)
        .select_related("organisation")
        .prefetch_related("organisation__names")
        .order_by("-published_at", "organisation__public_id")[:NEWEST]
    )
    rows = [
        (one.published_at.date(), one.organisation, one.statement)
        for one in newest
        if one.published_at and one.organisation
    ]
    rows.sort(key=lambda row: order_key(row[1].name_here))
    rows.sort(key=lambda row: row[0], reverse=True)
    feed = _feed(
        title=_("Who signed “%(title)s”") % {"title": letter.words_here.title},
        name="letter-feed",
        path=letter.get_absolute_url(),
        args=[letter.slug],
        updated=at_midnight(rows[0][0]) if rows else _empty_feed_date(letter),
    )
    for day, organisation, statement in rows:
        _add(
            feed,
            title=_name_with_country(organisation),
            link=f"{letter.get_absolute_url()}#signatories",
            html=escape(statement),
            unique_id=f"{permanent_url(letter)}signatories/{organisation.public_id}",
            updateddate=at_midnight(day),
        )
    return _written(feed)


def _name_with_country(organisation: Organisation) -> str:
    return f"{organisation.name_here} ({organisation.country.name})"


def updates_feed(letter: Letter) -> bytes:
    """A letter's revisions, deliveries, coverage, responses and news, newest first."""
    prefetch_related_objects([letter], "former_addresses")
    items = [_revision_item(letter, revision) for revision in letter.revisions.defer("canonical")]
    items += _timeline_items(letter, list(letter.timeline.all()))
    items.sort(key=lambda item: item["updateddate"], reverse=True)
    feed = _feed(
        title=_("Updates on “%(title)s”") % {"title": letter.words_here.title},
        name="letter-updates",
        path=letter.get_absolute_url(),
        args=[letter.slug],
        updated=items[0]["updateddate"] if items else _empty_feed_date(letter),
    )
    for item in items[:NEWEST]:
        _add(feed, **item)
    return _written(feed)


def _revision_item(letter: Letter, revision: Revision) -> dict[str, Any]:
    label = _("Revision %(label)s") % {"label": revision.label}
    return {
        "title": f"{label}: {revision.get_kind_display()}",
        "link": reverse("revision", args=[letter.slug, revision.label]),
        "html": escape(revision.reason),
        "unique_id": f"{permanent_url(letter)}revisions/{revision.label}",
        "updateddate": revision.frozen_at,
    }


def _timeline_items(letter: Letter, entries: list[TimelineEntry]) -> list[dict[str, Any]]:
    """Each id has the day, the kind and its place among those, so edits do not change it."""
    so_far: Counter[str] = Counter()
    items = []
    for entry in entries:
        key = f"{entry.day.isoformat()}/{entry.kind}"
        so_far[key] += 1
        about = entry.outlet or entry.place
        link = format_html('<p><a href="{0}">{0}</a></p>', entry.url) if entry.url else ""
        items.append(
            {
                "title": ": ".join(filter(None, [entry.get_kind_display(), about])),
                "link": f"{letter.get_absolute_url()}#timeline",
                "html": f"{entry.note_html}{link}",
                "unique_id": f"{permanent_url(letter)}timeline/{key}/{so_far[key]}",
                "updateddate": at_midnight(entry.day),
            }
        )
    return items
