import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import stretchhub.people.models.mail_link
import stretchhub.people.models.person
import uuid
from django.conf import settings
from django.db import migrations, models

from stretchhub.at_once import CreateAtOnce


class Migration(migrations.Migration):

    replaces = [
        ('people', '0001_initial'),
        ('people', '0002_mail_links'),
        ('people', '0003_doing_the_work'),
        ('people', '0004_forget_when_calendars_were_read'),
        ('people', '0005_say_who_was_erased'),
    ]

    initial = True

    dependencies = []

    operations = [
        CreateAtOnce(
            models=[
                migrations.CreateModel(
                    name='User',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('password', models.CharField(max_length=128, verbose_name='password')),
                        ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                        ('code', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail address')),
                        ('full_name', models.CharField(max_length=200, verbose_name='full name')),
                        ('preferred_name', models.CharField(blank=True, max_length=100, verbose_name='preferred name')),
                        ('employee_id', models.CharField(blank=True, max_length=64, null=True, unique=True, verbose_name='employee id')),
                        ('job_title', models.CharField(blank=True, max_length=200, verbose_name='job title')),
                        ('department', models.CharField(blank=True, help_text='The path from the top, parts separated by “/”.', max_length=300, verbose_name='department')),
                        ('location', models.CharField(blank=True, max_length=200, verbose_name='location')),
                        ('time_zone', models.CharField(default='Europe/London', max_length=64, validators=[stretchhub.people.models.person.validate_time_zone], verbose_name='time zone')),
                        ('locale', models.CharField(default='en-gb', max_length=16, verbose_name='language')),
                        ('working_days', models.CharField(default='12345', max_length=7, validators=[stretchhub.people.models.person.validate_working_days], verbose_name='working days')),
                        ('theme', models.CharField(choices=[('system', 'As my device'), ('light', 'Light'), ('dark', 'Dark')], default='system', max_length=8, verbose_name='colours')),
                        ('is_active', models.BooleanField(default=True, verbose_name='active')),
                        ('deactivated_at', models.DateTimeField(blank=True, editable=False, null=True)),
                        ('invited_at', models.DateTimeField(blank=True, editable=False, null=True)),
                        ('joined_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ('session_epoch', models.PositiveIntegerField(default=0, editable=False)),
                        ('manager', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to=settings.AUTH_USER_MODEL, verbose_name='line manager')),
                        ('erased_at', models.DateTimeField(blank=True, editable=False, null=True)),
                    ],
                    options={
                        'verbose_name': 'person',
                        'verbose_name_plural': 'people',
                        'ordering': ['full_name', 'id'],
                        'indexes': [models.Index(fields=['full_name', 'id'], name='user_by_name')],
                        'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='user_email_any_case', violation_error_message='Another person already has this e-mail address.'), models.CheckConstraint(condition=models.Q(('manager__isnull', True), models.Q(('manager', models.F('id')), _negated=True), _connector='OR'), name='user_is_not_own_manager', violation_error_message='A person cannot be their own line manager.'), models.CheckConstraint(condition=models.Q(models.Q(('deactivated_at__isnull', True), ('is_active', True)), models.Q(('deactivated_at__isnull', False), ('is_active', False)), _connector='OR'), name='user_inactive_has_date', violation_error_message='A deactivated person has the date of it.'), models.CheckConstraint(condition=models.Q(('erased_at__isnull', True), ('is_active', False), _connector='OR'), name='user_erased_is_inactive', violation_error_message='Somebody who was erased cannot come back; add them anew.')],
                    },
                ),
                migrations.CreateModel(
                    name='RoleGrant',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('role', models.CharField(choices=[('hr', 'HR'), ('administrator', 'Administrator'), ('calibrator', 'Calibrator'), ('equity_analyst', 'Equity analyst')], max_length=32, verbose_name='role')),
                        ('granted_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ('granted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='role_grants', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'granted role',
                        'verbose_name_plural': 'granted roles',
                        'ordering': ['user_id', 'role'],
                        'constraints': [models.UniqueConstraint(fields=('user', 'role'), name='role_granted_once', violation_error_message='This person has the role already.'), models.CheckConstraint(condition=models.Q(('role__in', ['hr', 'administrator', 'calibrator', 'equity_analyst'])), name='role_is_known')],
                    },
                ),
                migrations.CreateModel(
                    name='SetupToken',
                    fields=[
                        ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                        ('digest', models.CharField(max_length=64)),
                        ('expires_at', models.DateTimeField()),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='setup_token_single')],
                    },
                ),
                migrations.CreateModel(
                    name='Submission',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('route', models.CharField(max_length=200)),
                        ('key', models.CharField(max_length=64)),
                        ('body_digest', models.CharField(max_length=64)),
                        ('result', models.CharField(blank=True, max_length=500)),
                        ('created_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                        ('actor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('actor', 'route', 'key'), name='submission_once')],
                    },
                ),
                migrations.CreateModel(
                    name='MailLink',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('purpose', models.CharField(choices=[('sponsor_dashboard', 'The sponsor’s dashboard'), ('manager_agreement', 'Agreeing to hours and cover')], max_length=24)),
                        ('object_id', models.BigIntegerField(default=0)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('expires_at', models.DateTimeField()),
                        ('revoked_at', models.DateTimeField(null=True)),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mail_links', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'mailed link',
                        'ordering': ['-created_at', '-id'],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('purpose', 'person', 'object_id'), name='mail_link_one_alive')],
                    },
                ),
                migrations.CreateModel(
                    name='MailedCode',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('salt', models.CharField(default=stretchhub.people.models.mail_link._fresh_salt, max_length=43)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('expires_at', models.DateTimeField()),
                        ('tries', models.PositiveSmallIntegerField(default=0)),
                        ('used_at', models.DateTimeField(null=True)),
                        ('link', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='codes', to='people.maillink')),
                    ],
                    options={
                        'verbose_name': 'mailed code',
                        'ordering': ['-created_at', '-id'],
                    },
                ),
                migrations.CreateModel(
                    name='CalendarFeed',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('digest', models.CharField(max_length=64, unique=True)),
                        ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feed', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'calendar feed',
                        'ordering': ['user_id'],
                    },
                ),
                migrations.CreateModel(
                    name='Draft',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('form', models.CharField(max_length=80)),
                        ('about', models.CharField(blank=True, max_length=64)),
                        ('content', models.JSONField(default=dict)),
                        ('edit', models.PositiveIntegerField(default=1)),
                        ('saved_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                        ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'draft',
                        'ordering': ['-saved_at', '-id'],
                        'constraints': [models.UniqueConstraint(fields=('owner', 'form', 'about'), name='draft_one_a_form')],
                    },
                ),
            ],
        ),
    ]
