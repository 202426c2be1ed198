from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SignatoriesConfig(AppConfig):
    name = "signatories"
    verbose_name = _("Signatories")

    def ready(self) -> None:
        # Mails are built by their names, in processes that queue none of them, too.
        from signatories.signing import emails  # noqa: F401
        from signatories.signing.actions import holding  # noqa: F401
