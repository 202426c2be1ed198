"""Roles of staff: Django groups, of which each account has exactly one.

Each app's migrations grant its permissions to roles. Code checks permissions; it checks a role only
when managing the account itself.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.models import SecondFactor


class Role(models.TextChoices):
    """In ascending order. A role may do everything that those before it may."""

    VIEWER = "viewer", _("Viewer")
    REVIEWER = "reviewer", _("Reviewer")
    EDITOR = "editor", _("Editor")
    ADMINISTRATOR = "administrator", _("Administrator")


EXPLAINED = [
    (Role.VIEWER, _("Viewer: can read campaigns, letters and names, but no personal data")),
    (Role.REVIEWER, _("Reviewer: can decide on signatures and duplicates")),
    (Role.EDITOR, _("Editor: can write campaigns and letters, and review")),
    (Role.ADMINISTRATOR, _("Administrator: can do everything, and manages staff accounts")),
]


def role_of(user: User) -> Role | None:
    """The role of an account; None for one that has none yet. A superuser is an administrator."""
    if user.is_superuser:
        return Role.ADMINISTRATOR
    names = {group.name for group in user.groups.all()}
    return next((role for role in Role if role.value in names), None)


def give_role(user: User, role: Role) -> None:
    """Make this the only role of a saved account, with no other permissions."""
    group, _added = Group.objects.get_or_create(name=role.value)
    user.groups.set([group])
    user.user_permissions.clear()
    if user.is_superuser and role != Role.ADMINISTRATOR:
        user.is_superuser = False
        user.save(update_fields=["is_superuser"])


def with_role(role: Role) -> models.QuerySet[User]:
    """All accounts for which `role_of` returns this role."""
    members = Q(pk__in=User.objects.filter(groups__name=role.value).values("pk"))
    if role == Role.ADMINISTRATOR:
        return User.objects.filter(members | Q(is_superuser=True))
    return User.objects.filter(members, is_superuser=False)


def administrators() -> models.QuerySet[User]:
    """Accounts that can manage accounts: active administrators and superusers."""
    return with_role(Role.ADMINISTRATOR).filter(is_active=True, is_staff=True)


def needs_second_factor(user: User) -> bool:
    """Whether an account may do nothing in the admin without a second factor.

    True for all except viewers without extra permissions, as they see no personal data.
    """
    if not settings.STAFF_SECOND_FACTOR:
        return False
    only_views = not user.is_superuser and [g.name for g in user.groups.all()] == [Role.VIEWER]
    return not only_views or user.user_permissions.exists()


def is_set_up(user: User) -> bool:
    """Whether an account has a second factor in use."""
    return SecondFactor.objects.filter(user=user, confirmed=True).exists()
