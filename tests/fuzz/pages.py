"""All pages that the site has, as its URLs say: new ones join by themselves."""

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
    """Those of the language that is active, and those without one."""
    return sorted(set(_within(get_resolver())))


def _within(resolver: URLResolver, prefix: str = "") -> Iterator[Page]:
    for key in resolver.reverse_dict:
        for possibilities, *_rest in resolver.reverse_dict.getlist(key):
            for template, arguments in possibilities:
                yield Page(prefix + template, tuple(arguments))
    for before, inner in resolver.namespace_dict.values():
        yield from _within(inner, prefix + before)
