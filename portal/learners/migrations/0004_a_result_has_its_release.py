import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("learners", "0003_moments_of_issued_results")]

    operations = [
        migrations.AlterField(
            model_name="result",
            name="release",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="results", to="learners.resultrelease"
            ),
        ),
    ]
