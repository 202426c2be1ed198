import django_countries
from django.apps import AppConfig

from config.countries import by_name


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "Undersigned"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Its own order goes by code points or by one alphabet for all languages.
        django_countries.sort_key = by_name  # type: ignore[assignment]
        # Registers the mails, also in processes that only send them.
        from config.staff import emails  # noqa: F401
