from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from config.staff.passwords import register_site_words


class CampaignsConfig(AppConfig):
    name = "campaigns"
    verbose_name = _("Campaigns")

    def ready(self) -> None:
        from campaigns.queries import campaign_words

        register_site_words(campaign_words)
