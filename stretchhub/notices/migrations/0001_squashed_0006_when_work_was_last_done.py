import datetime
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from stretchhub.at_once import CreateAtOnce


class Migration(migrations.Migration):

    replaces = [
        ('notices', '0001_initial'),
        ('notices', '0002_doing_the_work'),
        ('notices', '0003_shown_on_the_page'),
        ('notices', '0004_unsettled_for_administrators'),
        ('notices', '0005_days_before_a_day'),
        ('notices', '0006_when_work_was_last_done'),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('people', '__first__'),
    ]

    operations = [
        CreateAtOnce(
            models=[
                migrations.CreateModel(
                    name='Notice',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.CharField(help_text='kind:subject:revision:local-date:recipient:channel', max_length=250, unique=True)),
                        ('kind', models.CharField(max_length=80, verbose_name='kind')),
                        ('channel', models.CharField(choices=[('email', 'E-mail'), ('page', 'On the page only')], default='email', max_length=8)),
                        ('object_type', models.CharField(max_length=80)),
                        ('object_id', models.BigIntegerField()),
                        ('due_at', models.DateTimeField(verbose_name='due at')),
                        ('state', models.CharField(choices=[('queued', 'Waiting'), ('sending', 'Being sent'), ('sent', 'Sent'), ('uncertain', 'Perhaps sent'), ('cancelled', 'No longer needed'), ('stale', 'Overtaken by a newer one'), ('dead', 'Could not be sent'), ('bundled', 'In a digest'), ('settled', 'Closed by hand'), ('shown', 'On the page only')], default='queued', max_length=12)),
                        ('attempts', models.PositiveIntegerField(default=0)),
                        ('failures', models.PositiveIntegerField(default=0)),
                        ('lease_until', models.DateTimeField(null=True)),
                        ('data_started_at', models.DateTimeField(null=True)),
                        ('sent_at', models.DateTimeField(null=True, verbose_name='sent at')),
                        ('read_at', models.DateTimeField(null=True, verbose_name='read at')),
                        ('message_id', models.CharField(max_length=200, unique=True)),
                        ('reason', models.CharField(blank=True, max_length=300, verbose_name='why held back')),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('recipient', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to=settings.AUTH_USER_MODEL, verbose_name='recipient')),
                        ('address', models.EmailField(blank=True, max_length=254)),
                        ('address_name', models.CharField(blank=True, max_length=200)),
                        ('digest', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bundled', to='notices.notice')),
                        ('planned_for', models.DateTimeField(null=True)),
                    ],
                    options={
                        'verbose_name': 'notice',
                        'ordering': ['-due_at', '-id'],
                        'indexes': [models.Index(condition=models.Q(('state__in', ['queued', 'sending'])), fields=['due_at', 'id'], name='notice_to_send'), models.Index(fields=['recipient', '-due_at', '-id'], name='notice_inbox'), models.Index(condition=models.Q(('state__in', ['uncertain', 'dead'])), fields=['id'], name='notice_unsettled')],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state', 'sent')), models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', True)), _connector='OR'), name='notice_sent_has_date'), models.CheckConstraint(condition=models.Q(models.Q(('address', ''), ('recipient__isnull', False)), models.Q(('recipient__isnull', True), models.Q(('address', ''), _negated=True)), _connector='OR'), name='notice_to_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'bundled'), _negated=True), ('digest__isnull', False), _connector='OR'), name='notice_bundled_in_a_digest')],
                    },
                ),
                migrations.CreateModel(
                    name='Absence',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('from_on', models.DateField(verbose_name='away from')),
                        ('until_on', models.DateField(verbose_name='until')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='absences', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'absence',
                        'ordering': ['user_id', 'from_on'],
                        'indexes': [models.Index(fields=['user', 'until_on'], name='absence_by_end')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('until_on__gte', models.F('from_on'))), name='absence_ends_after_start', violation_error_message='The last day away is not before the first.')],
                    },
                ),
                migrations.CreateModel(
                    name='Holiday',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('on', models.DateField(verbose_name='day')),
                        ('name', models.CharField(max_length=120, verbose_name='name')),
                        ('location', models.CharField(blank=True, max_length=200, verbose_name='location')),
                    ],
                    options={
                        'verbose_name': 'holiday',
                        'ordering': ['on', 'location', 'id'],
                        'constraints': [models.UniqueConstraint(fields=('on', 'location'), name='holiday_once', violation_error_message='This day is a holiday there already.')],
                    },
                ),
                migrations.CreateModel(
                    name='MailServer',
                    fields=[
                        ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                        ('answered_at', models.DateTimeField(null=True)),
                        ('down_since', models.DateTimeField(null=True)),
                        ('tried_at', models.DateTimeField(null=True)),
                        ('error', models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        'verbose_name': 'mail server',
                        'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='mail_server_single')],
                    },
                ),
                migrations.CreateModel(
                    name='ReminderSettings',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('remind_at', models.TimeField(default=datetime.time(9, 0), verbose_name='reminders at')),
                        ('quiet_from', models.TimeField(blank=True, null=True, verbose_name='quiet from')),
                        ('quiet_until', models.TimeField(blank=True, null=True, verbose_name='quiet until')),
                        ('weekly_on', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(7)], verbose_name='weekly digest on')),
                        ('holidays', models.BooleanField(default=True, verbose_name='no reminders on the organisation’s holidays')),
                        ('all_off_at', models.DateTimeField(editable=False, null=True)),
                        ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='reminder_settings', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'hours of reminders',
                        'verbose_name_plural': 'hours of reminders',
                        'ordering': ['user_id'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('quiet_from__isnull', True), ('quiet_until__isnull', True)), models.Q(('quiet_from__isnull', False), ('quiet_until__isnull', False), models.Q(('quiet_from', models.F('quiet_until')), _negated=True)), _connector='OR'), name='reminder_settings_quiet_both_ends', violation_error_message='Quiet hours have a beginning and another end.'), models.CheckConstraint(condition=models.Q(('weekly_on__range', (1, 7))), name='reminder_settings_weekday')],
                    },
                ),
                migrations.CreateModel(
                    name='Snooze',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('subject', models.CharField(max_length=120)),
                        ('until_on', models.DateField(verbose_name='until')),
                        ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='snoozes', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'put off',
                        'ordering': ['user_id', 'until_on'],
                        'constraints': [models.UniqueConstraint(fields=('user', 'subject'), name='snooze_once_a_subject')],
                    },
                ),
                migrations.CreateModel(
                    name='TopicDelivery',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('topic', models.CharField(max_length=40)),
                        ('delivery', models.CharField(choices=[('immediate', 'At once'), ('daily', 'In one mail a day'), ('weekly', 'In one mail a week'), ('off', 'On the page only')], max_length=12, verbose_name='how')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='topic_deliveries', to=settings.AUTH_USER_MODEL)),
                        ('days_before', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(30)], verbose_name='also so many days before')),
                    ],
                    options={
                        'verbose_name': 'delivery of a topic',
                        'ordering': ['user_id', 'topic'],
                        'constraints': [models.UniqueConstraint(fields=('user', 'topic'), name='topic_delivery_once'), models.CheckConstraint(condition=models.Q(('days_before__range', (0, 30))), name='topic_delivery_days_before')],
                        'indexes': [models.Index(condition=models.Q(('days_before__gt', 0)), fields=['topic'], name='topic_delivery_ahead')],
                    },
                ),
                migrations.CreateModel(
                    name='Pulse',
                    fields=[
                        ('task', models.CharField(max_length=100, primary_key=True, serialize=False)),
                        ('done_at', models.DateTimeField()),
                    ],
                    options={
                        'verbose_name': 'pulse of a task',
                        'ordering': ['task'],
                    },
                ),
            ],
        ),
    ]
