from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from config.integrity import check_stored


class LettersConfig(AppConfig):
    name = "letters"
    verbose_name = _("Letters")

    def ready(self) -> None:
        from letters.integrity import revisions_keep_their_words

        check_stored(revisions_keep_their_words)
