import django_countries
from django.apps import AppConfig

from config.countries import by_name


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "Undersigned"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Its own order is of the code points or of one alphabet for all languages.
        django_countries.sort_key = by_name  # type: ignore[assignment]
        # Mails are built by their names, in processes that queue none of them, too.
        from config.staff import emails  # noqa: F401
