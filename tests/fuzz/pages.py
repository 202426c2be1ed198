"""All pages of the site, from its URL patterns: new ones are included automatically."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLResolver, get_resolver


@dataclass(frozen=True, order=True)
class Page:
    """A URL with places for its arguments, such as `en/letters/%(slug)s/`."""

    template: str
    arguments: tuple[str, ...]

    def __str__(self) -> str:
        return f"/{self.template}"

    @property
    def is_for_staff(self) -> bool:
        return self.template.startswith("admin/")

    def path(self, values: dict[str, str]) -> str:
        return f"/{self.template % values}"


def pages() -> list[Page]:
    """URLs in the active language, and those without a language prefix."""
    return sorted(set(_within(get_resolver())))


def _within(resolver: URLResolver, prefix: str = "") -> Iterator[Page]:
    for key in resolver.reverse_dict:
        for possibilities, *_rest in resolver.reverse_dict.getlist(key):
            for template, arguments in possibilities:
                yield Page(prefix + template, tuple(arguments))
    for before, inner in resolver.namespace_dict.values():
        yield from _within(inner, prefix + before)
