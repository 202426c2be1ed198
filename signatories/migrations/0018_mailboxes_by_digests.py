import signatories.models.mailboxes
from django.db import migrations, models


def index_addresses(apps, schema_editor):
    """Saving makes both digests from the address."""
    signature = apps.get_model("signatories", "Signature")
    for one in signature.objects.exclude(representative_email="").iterator(500):
        one.save(update_fields=["mailbox_index", "domain_index"])


class Migration(migrations.Migration):
    dependencies = [
        ("letters", "0007_roles_read_and_write_letters"),
        ("signatories", "0017_organisation_domains_are_hosts"),
    ]

    operations = [
        migrations.CreateModel(
            name="StoppedMailbox",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("index", models.CharField(max_length=64, unique=True)),
                ("stopped_at", models.DateTimeField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="signature",
            name="domain_index",
            field=signatories.models.mailboxes.DomainIndexField(
                blank=True, db_default="", default="", editable=False, max_length=64
            ),
        ),
        migrations.AddField(
            model_name="signature",
            name="mailbox_index",
            field=signatories.models.mailboxes.MailboxIndexField(
                blank=True, db_default="", default="", editable=False, max_length=64
            ),
        ),
        migrations.RunPython(index_addresses, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name="signature",
            index=models.Index(
                fields=["mailbox_index", "status"], name="signatories_mailbox_76f35c_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="signature",
            index=models.Index(
                fields=["domain_index", "confirmed_at"], name="signatories_domain__5664bb_idx"
            ),
        ),
    ]
