"""Reset the second factor of an administrator who lost it and has no colleague to help."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from config.staff.factor import reset_factor


class Command(BaseCommand):
    help = (
        "Reset a staff user's two-factor authentication. They set it up again at the next log-in."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError("There is no such user.")
        reset_factor(user=user, by=None, now=timezone.now())
        self.stdout.write("Two-factor authentication has been reset.")
