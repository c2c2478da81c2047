import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import stretchhub.packed
import uuid
from importlib import import_module
from django.conf import settings
from django.db import migrations, models

from stretchhub.at_once import CreateAtOnce

dashboards = import_module('sponsors.migrations.0009_store_dashboards_as_they_are')


class Migration(migrations.Migration):

    replaces = [
        ('sponsors', '0001_initial'),
        ('sponsors', '0002_keep_facts_of_acknowledgements'),
        ('sponsors', '0003_finding_and_asking'),
        ('sponsors', '0004_hand_overs'),
        ('sponsors', '0005_check_in_plans'),
        ('sponsors', '0006_reply_to_introductions'),
        ('sponsors', '0007_index_asks_that_wait'),
        ('sponsors', '0008_pack_dashboards'),
        ('sponsors', '0009_store_dashboards_as_they_are'),
    ]

    initial = True

    dependencies = [
        ('assignments', '0012_count_talks_from_a_new_kickoff'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateAtOnce(
            models=[
                migrations.CreateModel(
                    name='DashboardSnapshot',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('generation', models.PositiveIntegerField(default=0)),
                        ('as_of', models.DateTimeField(null=True, verbose_name='as of')),
                        ('sponsor', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='dashboard', to=settings.AUTH_USER_MODEL, verbose_name='sponsor')),
                        ('digested', models.JSONField(default=dict, editable=False)),
                        ('digested_at', models.DateTimeField(editable=False, null=True)),
                        ('content', stretchhub.packed.PackedField(default=dict)),
                    ],
                    options={
                        'verbose_name': 'sponsor dashboard',
                        'ordering': ['sponsor_id'],
                    },
                ),
                migrations.CreateModel(
                    name='DashboardAcknowledgement',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('revision', models.PositiveIntegerField()),
                        ('as_of', models.DateTimeField(verbose_name='as of')),
                        ('acknowledged_at', models.DateTimeField(verbose_name='acknowledged at')),
                        ('assignment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sponsor_acknowledgements', to='assignments.assignment')),
                        ('sponsor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('facts', models.JSONField(default=dict, editable=False)),
                    ],
                    options={
                        'verbose_name': 'acknowledgement by a sponsor',
                        'ordering': ['-acknowledged_at', '-id'],
                        'constraints': [models.UniqueConstraint(fields=('assignment', 'sponsor', 'revision'), name='dashboard_acknowledged_once')],
                    },
                ),
                migrations.CreateModel(
                    name='SponsorCandidate',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('owns', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(5)], verbose_name='owns the problem')),
                        ('influences', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(5)], verbose_name='influences the decision')),
                        ('develops', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(5)], verbose_name='values development')),
                        ('reach', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(5)], verbose_name='reach')),
                        ('capacity', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(5)], verbose_name='has capacity')),
                        ('priority', models.CharField(blank=True, max_length=200, verbose_name='their priority')),
                        ('conflict', models.CharField(blank=True, max_length=300, verbose_name='conflict of interest')),
                        ('same_network', models.BooleanField(default=False, verbose_name='known only through the usual network')),
                        ('last_contact_on', models.DateField(blank=True, null=True, verbose_name='last contact')),
                        ('note', models.TextField(blank=True, verbose_name='note')),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('rated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ('set_aside_at', models.DateTimeField(editable=False, null=True)),
                        ('option', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sponsor_candidates', to='assignments.option')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                        ('rated_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'possible sponsor',
                        'verbose_name_plural': 'possible sponsors',
                        'ordering': ['option_id', 'id'],
                        'constraints': [models.UniqueConstraint(fields=('option', 'person'), name='sponsor_candidate_once', violation_error_message='This person is on the list already.'), models.CheckConstraint(condition=models.Q(('owns__isnull', True), ('owns__range', (1, 5)), _connector='OR'), name='sponsor_candidate_owns_1_to_5', violation_error_message='Choose 1 to 5.'), models.CheckConstraint(condition=models.Q(('influences__isnull', True), ('influences__range', (1, 5)), _connector='OR'), name='sponsor_candidate_influences_1_to_5', violation_error_message='Choose 1 to 5.'), models.CheckConstraint(condition=models.Q(('develops__isnull', True), ('develops__range', (1, 5)), _connector='OR'), name='sponsor_candidate_develops_1_to_5', violation_error_message='Choose 1 to 5.'), models.CheckConstraint(condition=models.Q(('reach__isnull', True), ('reach__range', (1, 5)), _connector='OR'), name='sponsor_candidate_reach_1_to_5', violation_error_message='Choose 1 to 5.'), models.CheckConstraint(condition=models.Q(('capacity__isnull', True), ('capacity__range', (1, 5)), _connector='OR'), name='sponsor_candidate_capacity_1_to_5', violation_error_message='Choose 1 to 5.')],
                    },
                ),
                migrations.CreateModel(
                    name='Introduction',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('state', models.CharField(choices=[('drafted', 'Drafted'), ('intro_asked', 'Introduction asked'), ('introduced', 'Introduced'), ('replied', 'Replied'), ('kickoff', 'Kickoff')], default='drafted', editable=False, max_length=12)),
                        ('message', models.TextField(blank=True, verbose_name='message')),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('drafted_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ('asked_at', models.DateTimeField(editable=False, null=True)),
                        ('introduced_at', models.DateTimeField(editable=False, null=True)),
                        ('sent_at', models.DateTimeField(editable=False, null=True)),
                        ('replied_at', models.DateTimeField(editable=False, null=True)),
                        ('kickoff_on', models.DateField(blank=True, null=True, verbose_name='kickoff')),
                        ('followed_up_at', models.DateTimeField(editable=False, null=True)),
                        ('left_alone_at', models.DateTimeField(editable=False, null=True)),
                        ('drafted_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('introducer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who introduces')),
                        ('request', models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='introduction', to='assignments.sponsorrequest')),
                        ('candidate', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='introduction', to='sponsors.sponsorcandidate')),
                        ('reply', models.TextField(blank=True, verbose_name='reply')),
                    ],
                    options={
                        'verbose_name': 'introduction',
                        'ordering': ['-drafted_at', '-id'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'intro_asked'), _negated=True), models.Q(('asked_at__isnull', False), ('introducer__isnull', False)), _connector='OR'), name='introduction_asked_of_somebody', violation_error_message='Name who introduces.'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'introduced'), _negated=True), ('introduced_at__isnull', False), _connector='OR'), name='introduction_introduced_has_date')],
                    },
                ),
                migrations.CreateModel(
                    name='SponsorCheckIn',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('due_on', models.DateField(verbose_name='due on')),
                        ('held_on', models.DateField(blank=True, null=True, verbose_name='held on')),
                        ('result', models.TextField(blank=True, verbose_name='result against plan')),
                        ('decision', models.TextField(blank=True, verbose_name='decision needed, by when')),
                        ('risk', models.TextField(blank=True, verbose_name='risk to know of')),
                        ('heard', models.TextField(blank=True, verbose_name='one thing you are hearing')),
                        ('recorded_at', models.DateTimeField(editable=False, null=True)),
                        ('acknowledged_at', models.DateTimeField(editable=False, null=True)),
                        ('cancelled_at', models.DateTimeField(editable=False, null=True)),
                        ('acknowledged_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('assignment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sponsor_check_ins', to='assignments.assignment')),
                        ('recorded_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('sponsor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'check-in with the sponsor',
                        'verbose_name_plural': 'check-ins with the sponsor',
                        'ordering': ['assignment_id', 'due_on', 'id'],
                        'indexes': [models.Index(condition=models.Q(('cancelled_at__isnull', True), ('recorded_at__isnull', True)), fields=['due_on'], name='sponsor_check_in_planned')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('cancelled_at__isnull', True)), fields=('assignment', 'due_on'), name='sponsor_check_in_once_a_day'), models.CheckConstraint(condition=models.Q(('acknowledged_by__isnull', True), models.Q(('acknowledged_by', models.F('recorded_by')), _negated=True), _connector='OR'), name='sponsor_check_in_not_acknowledged_by_oneself', violation_error_message='Whoever wrote it down does not acknowledge it.'), models.CheckConstraint(condition=models.Q(models.Q(('recorded_at__isnull', True), ('recorded_by__isnull', True)), models.Q(('held_on__isnull', False), ('recorded_at__isnull', False), ('recorded_by__isnull', False)), _connector='OR'), name='sponsor_check_in_recorded_has_facts')],
                    },
                ),
                migrations.CreateModel(
                    name='Stakeholder',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('name', models.CharField(max_length=200, verbose_name='who')),
                        ('power', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(5)], verbose_name='power')),
                        ('interest', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(5)], verbose_name='interest')),
                        ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                        ('placed_on', models.DateField(verbose_name='seen on')),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('option', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stakeholders', to='assignments.option')),
                        ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('placed_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'stakeholder on the grid',
                        'verbose_name_plural': 'stakeholders on the grid',
                        'ordering': ['option_id', 'name', 'id'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('interest__range', (1, 5)), ('power__range', (1, 5))), name='stakeholder_placed_1_to_5', violation_error_message='Choose 1 to 5 for power and for interest.'), models.UniqueConstraint(condition=models.Q(('person__isnull', False)), fields=('option', 'person'), name='stakeholder_person_once', violation_error_message='This person is on the grid already.')],
                    },
                ),
                migrations.CreateModel(
                    name='Ask',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('kind', models.CharField(choices=[('decision', 'Decision'), ('unblock', 'Unblock'), ('introduction', 'Introduction')], max_length=12, verbose_name='what is needed')),
                        ('question', models.CharField(max_length=300, verbose_name='question')),
                        ('why', models.TextField(blank=True, verbose_name='why now')),
                        ('needed_by', models.DateField(verbose_name='needed by')),
                        ('asked_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ('times_put', models.PositiveSmallIntegerField(default=1, editable=False)),
                        ('put_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ('attention_at', models.DateTimeField(editable=False, null=True)),
                        ('state', models.CharField(choices=[('open', 'Waits for an answer'), ('accepted', 'Accepted'), ('delegated', 'Delegated'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn')], default='open', editable=False, max_length=12)),
                        ('answered_at', models.DateTimeField(editable=False, null=True)),
                        ('reason', models.TextField(blank=True, verbose_name='reason')),
                        ('addressee', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('answered_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('asked_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('assignment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='asks', to='assignments.assignment')),
                        ('delegated_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='delegated to')),
                    ],
                    options={
                        'verbose_name': 'ask',
                        'ordering': ['-asked_at', '-id'],
                        'indexes': [models.Index(fields=['addressee', 'state'], name='ask_by_addressee'), models.Index(condition=models.Q(('state__in', ['open', 'delegated'])), fields=['put_at'], name='ask_waiting')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('assignment',), name='ask_one_open', violation_error_message='Something is asked already. Wait for the answer or withdraw it.'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['accepted', 'delegated', 'declined']), _negated=True), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='ask_answer_has_date'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'declined'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='ask_declined_has_reason', violation_error_message='Say why not in a sentence.'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'delegated'), _negated=True), ('delegated_to__isnull', False), _connector='OR'), name='ask_delegated_names_somebody', violation_error_message='Name who answers instead.')],
                    },
                ),
                migrations.CreateModel(
                    name='HandOver',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('reason', models.CharField(choices=[('left', 'They have left the organisation'), ('role', 'They have another role now'), ('time', 'They have no time for it any more'), ('silent', 'They do not answer'), ('other', 'Another reason')], max_length=8, verbose_name='why')),
                        ('kickoff_on', models.DateField(verbose_name='new kickoff')),
                        ('outgoing', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('request', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='taking_over', to='assignments.sponsorrequest')),
                    ],
                    options={
                        'verbose_name': 'hand-over of a sponsor',
                        'verbose_name_plural': 'hand-overs of sponsors',
                        'ordering': ['-request_id'],
                    },
                ),
                migrations.CreateModel(
                    name='CheckInPlan',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('revision', models.PositiveIntegerField()),
                        ('assignment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='sponsor_plan', to='assignments.assignment')),
                    ],
                    options={
                        'verbose_name': 'plan of check-ins with a sponsor',
                        'ordering': ['assignment_id'],
                    },
                ),
            ],
        ),
        migrations.RunPython(dashboards.on_postgresql(dashboards.AS_THEY_ARE), dashboards.on_postgresql(dashboards.AS_BEFORE)),
    ]
