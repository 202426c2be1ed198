from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "Undersigned"
    default_auto_field = "django.db.models.BigAutoField"
