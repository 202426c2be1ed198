"""Letters in the admin: their fields, changes of status, and publishing revisions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from config.admin import CleanText, StaffModelAdmin
from config.admin.instants import on_clocks
from config.staff import typed
from letters import actions
from letters.admin.editions import OriginalInline
from letters.errors import LetterError
from letters.forms import INSTANTS, EditionForm, LetterForm, RevisionForm
from letters.models import TRANSITIONS, Addressee, Letter, Source, TimelineEntry
from letters.queries import working_state
from letters.steps import Step, step

NOTHING_NEW = _("The text is the same as the published one. There is nothing to publish.")


def time_zone_message(letter: Letter, *, was: str) -> str:
    """A message about a letter's times after its zone was changed from `was`."""
    before = ZoneInfo(was)
    lines = [
        _("%(name)s: %(now)s (before: %(before)s).")
        % {
            "name": capfirst(str(getattr(Letter._meta.get_field(name), "verbose_name", name))),
            "now": on_clocks(instant, letter.zone),
            "before": on_clocks(instant, before),
        }
        for name in INSTANTS
        if (instant := getattr(letter, name))
    ]
    if letter.status == Letter.Status.DRAFT:
        text = _("The times of this draft are now in the time zone %(zone)s.")
    else:
        text = _(
            "The time zone is now %(zone)s. Times you did not change still mean the same moment."
        )
    return " ".join([text % {"zone": letter.time_zone}, *lines])


class AddresseeInline(CleanText[Addressee], admin.TabularInline[Addressee, Letter]):
    model = Addressee
    extra = 0
    fields = ["position", "name", "office"]


class SourceInline(CleanText[Source], admin.TabularInline[Source, Letter]):
    model = Source
    extra = 0


class TimelineInline(CleanText[TimelineEntry], admin.StackedInline[TimelineEntry, Letter]):
    model = TimelineEntry
    extra = 0
    verbose_name = _("entry")
    verbose_name_plural = _("timeline")
    fields = [("kind", "day"), ("place", "outlet"), "url", "note"]


@admin.register(Letter)
class LetterAdmin(StaffModelAdmin[Letter]):
    form = LetterForm
    change_form_template = "admin/letters/letter/change_form.html"
    inlines = [OriginalInline, AddresseeInline, TimelineInline, SourceInline]
    list_display = ["title", "campaign", "status", "opens_at", "closes_at"]
    list_filter = ["status", ("campaign", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["campaign"]
    search_fields = ["slug", "former_addresses__slug", "editions__title"]
    fieldsets = [
        (None, {"fields": ["campaign", "slug", "status"]}),
        (
            _("Opening and closing"),
            {"fields": ["time_zone", "opens_at", "closes_at"]},
        ),
        (
            _("Signing"),
            {
                "fields": [
                    "goal",
                    "publish_own_domain",
                    "proof_of_work",
                    "country_from",
                    "contact_days",
                ]
            },
        ),
        (
            _("If the text changes after organisations have signed"),
            {"fields": [("silence", "silence_days")]},
        ),
        (
            _("Signed elsewhere"),
            {
                "classes": ["collapse"],
                "fields": [
                    ("reported_signatories", "reported_countries"),
                    "reported_by",
                    "reported_url",
                ],
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Letter]:
        letters = Letter.objects.visible_to(request.user)
        return letters.prefetch_related("editions").order_by(*self.get_ordering(request))

    def zone_of(self, obj: Letter) -> tzinfo:
        return obj.zone

    @admin.display(description=_("title"))
    def title(self, letter: Letter) -> str:
        return letter.original.title if letter.original else letter.slug

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """The silence policy is part of what was signed, so it is fixed once the letter opens."""
        signed = obj is not None and obj.status != Letter.Status.DRAFT
        return ["status", *(["silence", "silence_days"] if signed else [])]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {}

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The form class, with the rows that this user may see."""
        form = super().get_form(request, *args, **kwargs)
        visible = Letter.objects.visible_to(request.user)
        form.seen = Letter.objects.filter(
            Q(pk__in=visible.values("pk")) | Q(pk__in=Letter.objects.public().values("pk"))
        )
        return form

    # Saving

    def save_model(
        self, request: HttpRequest, obj: Letter, form: ModelForm[Letter], change: bool
    ) -> None:
        actions.save_letter(letter=obj)
        if change and "time_zone" in form.changed_data:
            messages.warning(request, time_zone_message(obj, was=form.initial["time_zone"]))

    def delete_model(self, request: HttpRequest, obj: Letter) -> None:
        actions.delete_draft(letter=obj, by=self.staff(request), now=timezone.now())

    def save_related(
        self, request: HttpRequest, form: ModelForm[Letter], formsets: Any, change: bool
    ) -> None:
        """After all parts are saved: the demands, then one record of the edit."""
        super().save_related(request, form, formsets, change)
        changed = list(form.changed_data)
        for formset in formsets:
            parts = [part for part in formset.forms if part.has_changed()]
            changed += [formset.prefix for _part in parts]
            for part in parts:
                if isinstance(part, EditionForm):
                    actions.save_edition(
                        edition=part.instance, demands=part.cleaned_data["demands"]
                    )
        actions.record_edit(
            letter=form.instance,
            by=self.staff(request),
            now=timezone.now(),
            added=not change,
            changed=sorted(set(changed)),
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only drafts can be deleted: letters that were public stay on record."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or obj.status == Letter.Status.DRAFT)

    # Changing the status

    def get_urls(self) -> list[URLPattern]:
        def own(name: str, view: Callable[..., HttpResponse]) -> URLPattern:
            return path(
                f"<int:pk>/{name}/",
                self.admin_site.admin_view(view),
                name=f"letters_letter_{name}",
            )

        return [
            path(
                "<int:pk>/step/<slug:to>/",
                self.admin_site.admin_view(require_safe(self.show_step)),
                name="letters_letter_step",
            ),
            own("status", require_POST(self.change_status)),
            own("revise", self.revise),
            *super().get_urls(),
        ]

    def show_step(self, request: HttpRequest, pk: int, to: str) -> HttpResponse:
        """Show what a change to this status would do and what prevents it."""
        letter = self.row_to_change(request, pk)
        found = step(letter, to, timezone.now())
        if found is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": _("Change to: %(status)s") % {"status": found.label},
            "opts": self.opts,
            "letter": found.letter,
            "step": found,
            "effects": [*found.effects, *self.further_effects(found)],
        }
        return TemplateResponse(request, "admin/letters/letter/step.html", context)

    def further_effects(self, step: Step) -> list[str]:
        """Further effects of a step, for higher apps to add."""
        return []

    def response_change(self, request: HttpRequest, obj: Letter) -> HttpResponse:
        """Redirect to the page of a step if its button saved the form."""
        to = request.POST.get("_step", "")
        if to in TRANSITIONS[obj.status]:
            return HttpResponseRedirect(reverse("admin:letters_letter_step", args=[obj.pk, to]))
        return super().response_change(request, obj)

    def change_status(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Change the status, or show the step's page again if its effects have changed."""
        letter = self.row_to_change(request, pk)
        to, as_shown = request.POST.get("to", ""), request.POST.get("as_shown")
        if as_shown is not None:
            found = step(letter, to, timezone.now())
            if found and found.as_shown != as_shown:
                messages.warning(
                    request, _("The letter has changed since you opened this page. Check it again.")
                )
                return HttpResponseRedirect(
                    reverse("admin:letters_letter_step", args=[letter.pk, to])
                )
        return self.act_and_return(
            request,
            lambda: actions.change_status(
                letter=letter, to=to, by=self.staff(request), now=timezone.now()
            ),
            done=_("The status of the letter is now: %s.") % actions.STATUS_LABELS.get(to, to),
            to=reverse("admin:letters_letter_change", args=[pk]),
        )

    def revise(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the unpublished changes, ask for their kind and reason, and publish them."""
        letter = self.row_to_change(request, pk)
        again = typed.take(request) if request.method == "GET" else None
        form = RevisionForm(again.fields if again else request.POST or None)
        if again:
            form.add_error(None, again.message)
        if request.method == "POST" and form.is_valid():
            try:
                revision = actions.publish_revision(
                    letter=letter, by=self.staff(request), now=timezone.now(), **form.decision()
                )
            except LetterError as error:
                form.add_error(None, str(error.message))
            else:
                if revision == letter.revision:
                    messages.info(request, NOTHING_NEW)
                else:
                    messages.success(request, _("Published as revision %s.") % revision.label)
                return HttpResponseRedirect(reverse("admin:letters_letter_change", args=[pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Publish the changed text"),
            "opts": self.opts,
            "letter": letter,
            "form": form,
            "typed_by": typed.typed_by(self.staff(request).pk),
            **working_state(letter),
        }
        return TemplateResponse(request, "admin/letters/letter/revise.html", context)

    def page_context(self, request: HttpRequest, obj: Letter | None) -> dict[str, Any]:
        if obj is None:
            return {}
        following = sorted(TRANSITIONS[obj.status])
        return {
            "letter": obj,
            "next_statuses": [(status, Letter.Status(status).label) for status in following],
            **working_state(obj),
        }
