"""Likely duplicates in the register, and past merges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, Model, OuterRef, Q, QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from config.text.lists import semicolon_list
from letters.models import Letter
from signatories.admin.candidates import decide_candidate, decide_cluster, reason_texts
from signatories.admin.readonly import ReadOnlyAdmin
from signatories.models import Merge, Organisation, Pair, Signature, seen_by
from signatories.register.duplicates import Cluster, clusters, signed_by_several
from signatories.review.actions import undo_merge


class ClusterList(ChangeList):
    """One row for each cluster of open pairs, shown by its best pair. Decided pairs come last."""

    clusters: dict[int, Cluster]

    def get_queryset(
        self, request: HttpRequest, exclude_parameters: Any = None
    ) -> QuerySet[Any, Any]:
        self.clusters = {one.pairs[0]: one for one in clusters(request.user)}
        open_ones = Q(decision=Pair.Decision.OPEN)
        whole = self.model_admin.get_queryset(request)
        self.root_queryset = whole.filter(~open_ones | Q(pk__in=self.clusters))
        return super().get_queryset(request, exclude_parameters)

    def get_results(self, request: HttpRequest) -> None:
        """Also fetch the organisations on this page's rows and the letters they signed."""
        super().get_results(request)
        rows = list(self.result_list)
        groups = {row.pk: self.members_of(row) for row in rows}
        numbers = {number for group in groups.values() for number in group}
        found = Organisation.objects.defer("forms").in_bulk(numbers)
        both = signed_by_several(groups, request.user)
        for row in rows:
            row.members = [found[number] for number in groups[row.pk]]
            row.both_signed = both[row.pk]
        self.result_list = rows

    def members_of(self, pair: Pair) -> tuple[int, ...]:
        cluster = self.clusters.get(pair.pk)
        several = cluster and len(cluster.members) > 2
        return cluster.members if cluster and several else (pair.first_id, pair.second_id)

    def url_for_result(self, result: Model) -> str:
        if isinstance(result, Pair) and len(self.members_of(result)) > 2:
            return reverse("admin:signatories_pair_cluster", args=[result.pk])
        return super().url_for_result(result)


@admin.register(Pair)
class PairAdmin(ReadOnlyAdmin[Pair]):
    """Likely duplicates in the register, best match first."""

    change_form_template = "admin/signatories/pair/change_form.html"
    list_display = ["organisations", "countries", "similarity", "why", "both", "decision"]
    list_filter = ["decision"]
    ordering = ["-decision", "-score", "id"]
    fields = ["decision", "decided_by", "decided_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Pair]:
        user = request.user
        pairs = Pair.objects.filter(seen_by(user, at="first"), seen_by(user, at="second"))
        return pairs.select_related("first", "second").defer("first__forms", "second__forms")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ClusterList

    @admin.display(description=_("organisations"))
    def organisations(self, pair: Pair) -> str:
        return " / ".join(str(one) for one in pair.members)  # type: ignore[attr-defined]

    @admin.display(description=_("countries"))
    def countries(self, pair: Pair) -> str:
        named = (str(one.country.name) for one in pair.members)  # type: ignore[attr-defined]
        return " / ".join(dict.fromkeys(named))

    @admin.display(description=_("similarity"), ordering="score")
    def similarity(self, pair: Pair) -> str:
        return f"{round(100 * pair.score)} %"

    @admin.display(description=_("why"))
    def why(self, pair: Pair) -> str:
        return semicolon_list(reason_texts(pair.reasons))

    @admin.display(description=_("both have signed"))
    def both(self, pair: Pair) -> str:
        return semicolon_list(map(title_of, pair.both_signed)) or "–"  # type: ignore[attr-defined]

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        decide, cluster = require_POST(self.decide), require_http_methods(["GET", "POST"])
        return [
            path("<int:pk>/decide/", wrap(decide), name="signatories_pair_decide"),
            path("<int:pk>/cluster/", wrap(cluster(self.cluster)), name="signatories_pair_cluster"),
            *super().get_urls(),
        ]

    def page_context(self, request: HttpRequest, obj: Pair | None) -> dict[str, Any]:
        if obj is None:
            return {}
        groups = {obj.pk: (obj.first_id, obj.second_id)}
        return {
            "pair": obj,
            "sides": facts([obj.first, obj.second], request.user),
            "reasons": reason_texts(obj.reasons),
            "both_signed": [
                title_of(letter) for letter in signed_by_several(groups, request.user)[obj.pk]
            ],
        }

    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Act on `answer`, as in decide_candidate; `keep` is the organisation that stays."""
        self.may_decide(request)
        pair = get_object_or_404(self.get_queryset(request), pk=pk)
        kept, other = pair.first, pair.second
        if request.POST.get("keep") == str(other.pk):
            kept, other = other, kept
        return self.act_and_return(
            request,
            lambda: decide_candidate(
                own=other,
                other=kept,
                answer=request.POST.get("answer", ""),
                by=self.staff(request),
                now=timezone.now(),
            ),
            done=_("Decision saved for %s.") % other,
            to=reverse("admin:signatories_pair_changelist"),
        )

    def cluster(self, request: HttpRequest, pk: int) -> HttpResponse:
        """All organisations that may be the same as this pair's, and the form to decide on them."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        pair = get_object_or_404(self.get_queryset(request), pk=pk)
        found = next((one for one in clusters(request.user) if pk in one.pairs), None)
        if found is None:  # already decided; its page says by whom
            return HttpResponseRedirect(reverse("admin:signatories_pair_change", args=[pk]))
        seen = Organisation.objects.visible_to(request.user).defer("forms")
        members = seen.in_bulk(found.members)
        if request.method == "POST":
            return self.decide_all(request, members)
        pairs = self.get_queryset(request).filter(pk__in=found.pairs)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Likely duplicates of %(name)s") % {"name": pair.first},
            "opts": self.opts,
            "pair": pair,
            "sides": facts([members[one] for one in found.members if one in members], request.user),
            "pairs": [(one, reason_texts(one.reasons), self.similarity(one)) for one in pairs],
            "both_signed": [
                title_of(letter)
                for letter in signed_by_several({pk: found.members}, request.user)[pk]
            ],
            "may_decide": request.user.has_perm("signatories.change_organisation"),
        }
        return TemplateResponse(request, "admin/signatories/pair/cluster.html", context)

    def decide_all(self, request: HttpRequest, members: dict[int, Organisation]) -> HttpResponse:
        """Decide on `shown`, the members on the form; `keep` is one, `same` are those ticked.

        Members added since the form was shown are not decided on.
        """
        self.may_decide(request)
        shown = numbers_in(request.POST.getlist("shown"))
        kept = numbers_in([request.POST.get("keep", "")])
        return self.act_and_return(
            request,
            lambda: decide_cluster(
                members=[members.get(number) for number in shown],
                kept=next(iter(kept), None),
                same=numbers_in(request.POST.getlist("same")),
                by=self.staff(request),
                now=timezone.now(),
            ),
            done=_("Decision saved for all of them."),
            to=reverse("admin:signatories_pair_changelist"),
        )


def numbers_in(values: Iterable[str]) -> set[int]:
    """The numbers in the submitted values."""
    return {int(one) for one in values if one.isascii() and one.isdigit() and len(one) < 19}


def facts(
    organisations: Sequence[Organisation], user: User | AnonymousUser
) -> list[dict[str, Any]]:
    """What staff compare; letters signed are listed only if the user may see them."""
    prefetch_related_objects(organisations, "names", "domains")
    signed = Signature.objects.visible_to(user).live().filter(organisation__in=organisations)
    pairs = set(signed.order_by().values_list("organisation", "letter"))
    letters = Letter.objects.filter(pk__in={letter for _organisation, letter in pairs})
    ordered = list(letters.prefetch_related("editions").order_by("slug"))
    return [
        {
            "organisation": one,
            "names": list(one.names.all()),
            "domains": list(one.domains.all()),
            "letters": [title_of(letter) for letter in ordered if (one.pk, letter.pk) in pairs],
        }
        for one in organisations
    ]


def title_of(letter: Letter) -> str:
    """The letter's title for staff."""
    return letter.original.title if letter.original else letter.slug


@admin.register(Merge)
class MergeAdmin(ReadOnlyAdmin[Merge]):
    """Past merges, with a button to undo one."""

    change_form_template = "admin/signatories/merge/change_form.html"
    list_display = ["__str__", "at", "by", "undone_at", "undone_by"]
    list_select_related = ["kept", "merged", "by", "undone_by"]
    fields = ["kept", "merged", "at", "by", "undone_at", "undone_by"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Merge]:
        """The user's own merges, and those where no signature is under another team's letter.

        Signatures of the two may since have moved to the other one, or to a third through a later
        merge.
        """
        letters = Letter.objects.visible_to(request.user)
        elsewhere = Signature.objects.exclude(letter__in=letters)
        hidden = Q(pk__in=[])
        for name in ("kept", "merged", "kept__merged_into", "merged__merged_into"):
            hidden |= Q(Exists(elsewhere.filter(organisation=OuterRef(name))))
        return super().get_queryset(request).filter(~hidden | Q(by=self.staff(request)))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.undo))
        return [path("<int:pk>/undo/", view, name="signatories_merge_undo"), *super().get_urls()]

    def undo(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.may_decide(request)
        merge = get_object_or_404(self.get_queryset(request), pk=pk)
        return self.act_and_return(
            request,
            lambda: undo_merge(merge=merge, by=self.staff(request), now=timezone.now()),
            done=_("The merge has been undone."),
            to=reverse("admin:signatories_merge_change", args=[pk]),
        )
