"""The list of letters, marking those with unusual signing activity."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from letters.admin.letters import LetterAdmin
from letters.models import Letter
from letters.steps import Step
from signatories.models import SigningAlarm
from signatories.review.alarms import MARKED
from signatories.review.steps import effects_on_signatures

# `letters` may not import signatories, so the list that shows both is here.
admin.site.unregister(Letter)


@admin.register(Letter)
class LetterWithAlarmAdmin(LetterAdmin):
    list_display = [*LetterAdmin.list_display, "alarm"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Letter]:
        recent = SigningAlarm.objects.filter(
            letter=OuterRef("pk"), raised_at__gt=timezone.now() - MARKED
        )
        return super().get_queryset(request).annotate(has_alarm=Exists(recent))

    def further_effects(self, step: Step) -> list[str]:
        return effects_on_signatures(step, timezone.now())

    @admin.display(description=_("signing"))
    def alarm(self, letter: Letter) -> str:
        return str(_("⚠ unusual activity")) if letter.has_alarm else ""  # type: ignore[attr-defined]
