from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from config.staff.passwords import words_of_the_site


class CampaignsConfig(AppConfig):
    name = "campaigns"
    verbose_name = _("Campaigns")

    def ready(self) -> None:
        from campaigns.queries import words_of_campaigns

        words_of_the_site(words_of_campaigns)
