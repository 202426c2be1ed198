from django.db import migrations

from config.append_only import make_append_only


class Migration(migrations.Migration):
    dependencies = [("config", "0001_first_tables")]

    operations = [make_append_only("config_auditentry")]
