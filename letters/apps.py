from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from config.integrity import register_check


class LettersConfig(AppConfig):
    name = "letters"
    verbose_name = _("Letters")

    def ready(self) -> None:
        from letters.integrity import altered_revisions

        register_check(altered_revisions)
