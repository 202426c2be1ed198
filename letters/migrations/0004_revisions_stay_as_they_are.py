from django.db import migrations, models

from config.append_only import make_append_only


class Migration(migrations.Migration):
    dependencies = [("letters", "0003_freeze_what_is_public")]

    operations = [
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('revision', None), ('status', 'draft')), models.Q(models.Q(('status', 'draft'), _negated=True), ('revision__isnull', False)), _connector='OR'), name='letter_out_of_draft_has_a_revision'),
        ),
        make_append_only("letters_revision"),
    ]
