"""The signing form, filled in as a representative would."""

from __future__ import annotations

from playwright.sync_api import Page


def fill_in(page: Page, organisation: str = "Forum for Free Speech") -> None:
    """Everything that has to be filled in, for an organisation in Kazakhstan."""
    page.fill("[name=organisation]", organisation)
    page.select_option("[name=country]", "KZ")
    page.fill("[name=name]", "Rosa Reader")
    page.fill("[name=role]", "Director")
    page.fill("[name=email]", "rosa@forum.example.org")
    page.check("[name=may_sign]")
    page.check("[name=privacy]")
