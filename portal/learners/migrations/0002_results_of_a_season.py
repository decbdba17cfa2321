import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0001_initial'),
        ('centres', '0004_delegation_of_requests'),
        ('learners', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='result',
            name='mark',
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.CreateModel(
            name='Boundary',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('grade', models.CharField(max_length=8)),
                ('mark', models.PositiveSmallIntegerField()),
                ('series', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='boundaries', to='catalogue.series')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='boundaries', to='catalogue.unit')),
            ],
            options={
                'verbose_name_plural': 'boundaries',
            },
        ),
        migrations.CreateModel(
            name='Paper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('max_mark', models.PositiveSmallIntegerField()),
                ('sat_on', models.DateField(blank=True, null=True)),
                ('series', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='papers', to='catalogue.series')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='papers', to='catalogue.unit')),
            ],
        ),
        migrations.CreateModel(
            name='ResultFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12)),
                ('filename', models.CharField(max_length=200)),
                ('digest', models.CharField(max_length=64)),
                ('rows', models.JSONField(default=list)),
                ('ignored', models.JSONField(default=list)),
                ('status', models.CharField(choices=[('preview', 'Looked at, not used yet'), ('used', 'Used'), ('discarded', 'Discarded')], default='preview', max_length=10)),
                ('received_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('received_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'file of results',
                'verbose_name_plural': 'files of results',
            },
        ),
        migrations.CreateModel(
            name='ResultRelease',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.CharField(max_length=4)),
                ('to_centres_at', models.DateTimeField(verbose_name='to centres')),
                ('to_candidates_at', models.DateTimeField(verbose_name='to candidates')),
                ('source', models.CharField(max_length=300)),
                ('told_at', models.DateTimeField(editable=False, null=True)),
                ('series', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='catalogue.series')),
            ],
            options={
                'verbose_name': 'release of results',
                'verbose_name_plural': 'releases of results',
            },
        ),
        migrations.CreateModel(
            name='AwardResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('grade', models.CharField(max_length=8)),
                ('issued_at', models.DateTimeField()),
                ('centre', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='award_results', to='centres.centre')),
                ('registration', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='award_results', to='learners.registration')),
                ('series', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.series')),
                ('release', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='award_results', to='learners.resultrelease')),
            ],
        ),
        migrations.AddField(
            model_name='result',
            name='release',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='results', to='learners.resultrelease'),
        ),
        migrations.AddIndex(
            model_name='result',
            index=models.Index(fields=['centre', 'series', 'unit'], name='result_of_a_cohort'),
        ),
        migrations.AddConstraint(
            model_name='boundary',
            constraint=models.UniqueConstraint(fields=('unit', 'series', 'grade'), name='boundary_once'),
        ),
        migrations.AddConstraint(
            model_name='boundary',
            constraint=models.UniqueConstraint(fields=('unit', 'series', 'mark'), name='boundary_mark_once'),
        ),
        migrations.AddConstraint(
            model_name='paper',
            constraint=models.UniqueConstraint(fields=('unit', 'series'), name='paper_once'),
        ),
        migrations.AddIndex(
            model_name='resultrelease',
            index=models.Index(condition=models.Q(('told_at', None)), fields=['to_candidates_at'], name='release_to_tell'),
        ),
        migrations.AddConstraint(
            model_name='resultrelease',
            constraint=models.UniqueConstraint(fields=('series', 'level'), name='release_once'),
        ),
        migrations.AddConstraint(
            model_name='resultrelease',
            constraint=models.CheckConstraint(condition=models.Q(('to_candidates_at__gte', models.F('to_centres_at'))), name='release_to_centres_comes_first'),
        ),
        migrations.AddConstraint(
            model_name='awardresult',
            constraint=models.UniqueConstraint(fields=('registration', 'series'), name='award_result_once'),
        ),
    ]
