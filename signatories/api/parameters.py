"""Query parameters of each operation, and cursors.

A cursor is the key of the last row on a page in hexadecimal: a slug or an organisation's public id,
both already shown on that page. The next page starts after it even if rows were added or removed in
between, so no row is repeated or skipped.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

import msgspec
from django.db.models import Model, QuerySet
from django.http import QueryDict
from msgspec import UNSET, Meta, Struct, UnsetType

from config.text.cleaning import clean_line
from signatories.api.problems import Refused
from signatories.open_data.entries import Scope

# Hexadecimal of the characters in slugs and public ids: - 0-9 A-Z _ a-z.
CURSOR = "^(?:2d|3[0-9]|4[1-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9a]){1,50}$"
LONGEST_TEXT = 100  # characters

M = TypeVar("M", bound=Model)


class Parameters(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """No parameters."""


class PageParameters(Parameters, frozen=True, kw_only=True):
    limit: Annotated[int, Meta(ge=1, le=200, description="Number of rows per page.")] = 50
    cursor: Annotated[
        str,
        Meta(pattern=CURSOR, description="Where the page starts. Take it from `next`."),
    ] = ""

    @property
    def position(self) -> str:
        """The key after which the page starts."""
        return bytes.fromhex(self.cursor).decode()


class LetterParameters(PageParameters, frozen=True, kw_only=True):
    campaign: Annotated[
        str,
        Meta(
            pattern="^[-a-zA-Z0-9_]+$", description=("Only letters of the campaign with this slug.")
        ),
    ] = ""


class OrganisationParameters(PageParameters, frozen=True, kw_only=True):
    country: Annotated[
        str, Meta(pattern="^[A-Z]{2}$", description="Only organisations from this country.")
    ] = ""
    scope: (
        Annotated[Scope, Meta(description=("Only organisations with this scope."))] | UnsetType
    ) = UNSET
    text: Annotated[
        str,
        Meta(
            max_length=LONGEST_TEXT,
            description=(
                "Only organisations with this text in one of their names, in any script and case."
            ),
        ),
    ] = ""

    @property
    def words(self) -> str:
        """The text without characters that no name contains."""
        return clean_line(self.text)


Q = TypeVar("Q", bound=Parameters)


def parse(kind: type[Q], query: QueryDict) -> Q:
    """Parse and check the query string. Raises Refused (400) for unknown or invalid parameters."""
    known = kind.__struct_fields__
    for name, values in query.lists():
        if name not in known:
            hint = f"There are: {', '.join(known)}." if known else "There are none here."
            raise Refused(400, f"There is no such parameter. {hint}", parameter=name)
        if len(values) > 1:
            raise Refused(400, "Give it once.", parameter=name)
    try:
        return msgspec.convert(query.dict(), kind, strict=False)
    except msgspec.ValidationError as error:
        expected, _at, path = str(error).partition(" - at `$.")
        raise Refused(400, f"{expected}.", parameter=path.rstrip("`")) from None


def page_and_next(rows: QuerySet[M, Any], key: str, parameters: PageParameters) -> QuerySet[M, Any]:
    """One page of rows ordered by `key`, plus one, which shows that there is a next page."""
    if parameters.cursor:
        rows = rows.filter(**{f"{key}__gt": parameters.position})
    return rows.order_by(key)[: parameters.limit + 1]


def cursor_after(key: str) -> str:
    return key.encode().hex()
