from django.db import migrations

from letters.wording import AddresseeWording, EditionWording, Wording, clean_text, digest_of


def freeze(apps, schema_editor):
    """The words of each letter that is out of draft become its revision 1, as of its opening."""
    Letter = apps.get_model("letters", "Letter")
    Revision = apps.get_model("letters", "Revision")
    for letter in Letter.objects.exclude(status="draft").filter(revision=None):
        canonical = wording_of(letter).canonical()
        letter.revision = Revision.objects.create(
            letter=letter,
            number=1,
            kind="opening",
            frozen_at=letter.opens_at,
            canonical=canonical,
            digest=digest_of(canonical),
        )
        letter.save(update_fields=["revision"])


def wording_of(letter):
    return Wording(
        editions=tuple(
            EditionWording(
                language=edition.language,
                is_original=edition.is_original,
                addressees=tuple(
                    AddresseeWording(name=clean_text(one.name), office=clean_text(one.office))
                    for one in letter.addressees.order_by("position", "id")
                ),
                title=clean_text(edition.title),
                salutation=clean_text(edition.salutation),
                body=clean_text(edition.body),
                demands=tuple(
                    clean_text(demand.text) for demand in edition.demands.order_by("position")
                ),
                call_to_sign="",
                summary="",
                translator="",
                note=clean_text(edition.note),
            )
            for edition in letter.editions.order_by("-is_original", "language")
        ),
        silence="keeps",
        silence_days=None,
    )


def thaw(apps, schema_editor):
    apps.get_model("letters", "Letter").objects.update(revision=None)
    apps.get_model("letters", "Revision").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("letters", "0002_editions_and_revisions")]

    operations = [migrations.RunPython(freeze, thaw)]
