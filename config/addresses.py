"""What an address asks for."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import QueryDict


def as_query(said: Mapping[str, str]) -> QueryDict:
    """What templates build addresses from with {% querystring %}, in the order given."""
    query = QueryDict(mutable=True)
    query.update(said)
    return query
