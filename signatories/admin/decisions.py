"""Staff's decisions on one signature: each button on its page is a row of DECISIONS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from signatories.admin.bulk import BulkActions
from signatories.admin.candidates import decide_candidate
from signatories.admin.decided_on import check_shown
from signatories.models import Organisation, Signature, may_see_representatives
from signatories.review.actions import (
    decide_correction,
    decide_logo,
    decline_signature,
    publish_signature,
    verify_authority,
)
from signatories.review.forms import DeclineForm
from signatories.signing.actions import (
    change_visibility,
    decide_handover,
    reaffirm_signature,
    renew_private_link,
)
from signatories.signing.agreement import shown_by
from signatories.signing.forms import ReaffirmForm
from signatories.transitions import lock_signature

Arguments = dict[str, Any]


def no_arguments(request: HttpRequest, signature: Signature) -> Arguments:
    return {}


def accepted(request: HttpRequest, signature: Signature) -> Arguments:
    """Whether the accepting button was pressed, not the other."""
    return {"accept": "accept" in request.POST}


def proposed_logo(request: HttpRequest, signature: Signature) -> Arguments:
    """The logo shown on the page, and whether the accepting button was pressed."""
    return {"key": request.POST.get("key", ""), **accepted(request, signature)}


def withheld(request: HttpRequest, signature: Signature) -> Arguments:
    return {"visibility": Signature.Visibility.WITHHELD}


def present_text(request: HttpRequest, signature: Signature) -> Arguments:
    return {"shown": shown_by(signature.letter, signature.edition_language)}


def candidate(request: HttpRequest, signature: Signature) -> Arguments:
    """The chosen candidate, if the user may see it."""
    number = request.POST.get("organisation", "")
    register = Organisation.objects.visible_to(request.user)
    return {
        "other": register.filter(pk=number if number.isdecimal() else 0).first(),
        "answer": request.POST.get("answer", ""),
    }


def decide_own_candidate(*, signature: Signature, **answer: Any) -> None:
    decide_candidate(own=signature.organisation, **answer)


def always_allowed(user: User | AnonymousUser) -> bool:
    """`decide` has already checked that they may change the signature."""
    return True


@dataclass(frozen=True)
class Decision:
    """A button on a signature's page: its URL, the action it calls and the message it shows."""

    name: str  # of the URL, as signatories_signature_<name>
    act: Callable[..., object]  # takes signature, by, now, and the arguments from the next two
    done: Promise | str  # with %s for the signature
    arguments: Callable[[HttpRequest, Signature], Arguments] = no_arguments
    form: type[Form] | None = None  # its cleaned fields become arguments, too
    button: Promise | str = ""  # on the page that shows the form again if it has errors
    permission: Callable[[User | AnonymousUser], bool] = always_allowed
    path: str = ""  # defaults to the name


DECISIONS = [
    Decision("publish", publish_signature, _("%s is now on the public list.")),
    Decision(
        "decline",
        decline_signature,
        _("%s has been declined."),
        form=DeclineForm,
        button=_("Decline"),
    ),
    Decision(
        "correction",
        decide_correction,
        _("The correction for %s has been decided."),
        arguments=accepted,
    ),
    Decision("verify", verify_authority, _("The authority of %s has been verified.")),
    # The representative can show the name again.
    Decision(
        "withhold", change_visibility, _("The name of %s is now withheld."), arguments=withheld
    ),
    # The organisation has agreed to the current text on paper or by telephone.
    Decision(
        "reaffirm",
        reaffirm_signature,
        _("%s has signed the current text."),
        arguments=present_text,
        form=ReaffirmForm,
        button=_("Record that it signs the current text"),
    ),
    Decision("candidate", decide_own_candidate, _("Decision saved for %s."), arguments=candidate),
    Decision(
        "contact",
        decide_handover,
        _("The contact for %s has been decided."),
        arguments=accepted,
        permission=may_see_representatives,
    ),
    Decision(
        "new_link",
        renew_private_link,
        _("A new private link for %s is on its way. The old one no longer works."),
    ),
    Decision(
        "decide_logo",
        decide_logo,
        _("The correction for %s has been decided."),
        arguments=proposed_logo,
        path="logo/decide",
    ),
]


class DecisionPages(BulkActions):
    """URLs and views of DECISIONS."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.decide))
        return [
            *(
                path(
                    f"<int:pk>/{decision.path or decision.name}/",
                    view,
                    {"decision": decision},
                    name=f"signatories_signature_{decision.name}",
                )
                for decision in DECISIONS
            ),
            *super().get_urls(),
        ]

    def decide(self, request: HttpRequest, pk: int, decision: Decision) -> HttpResponse:
        """Act on the signature as the page showed it; show the form again if it has errors."""
        signature = self.row_to_change(request, pk)
        if not decision.permission(request.user):
            raise PermissionDenied
        form = decision.form(request.POST) if decision.form else None
        if form and not form.is_valid():
            return self._show_form_again(request, signature, form, decision.button)

        @transaction.atomic
        def act() -> None:
            if "as_shown" in request.POST:
                check_shown(lock_signature(signature), request.POST["as_shown"])
            decision.act(
                signature=signature,
                by=self.staff(request),
                now=timezone.now(),
                **decision.arguments(request, signature),
                **(form.cleaned_data if form else {}),
            )

        done = str(decision.done) % signature
        return self.act_and_return(request, act, done=done, to=self._page_of(signature))

    def _show_form_again(
        self, request: HttpRequest, signature: Signature, form: Form, button: Promise | str
    ) -> HttpResponse:
        """Show the form again with the submitted values and its errors."""
        context = {
            "title": button,
            "button": button,
            "signatures": [signature],
            "form": form,
            "back": self._page_of(signature),
        }
        return self._reason_page(request, context)

    @staticmethod
    def _page_of(signature: Signature) -> str:
        return reverse("admin:signatories_signature_change", args=[signature.pk])
