"""Addresses of what a mentor and a mentee think through, and of the work that follows."""

from django.urls import path

from .views import (
    agenda,
    assignment,
    board,
    brief,
    brief_judging,
    brief_paper,
    brief_writing,
    charter,
    check_in,
    claim,
    competency,
    competency_level,
    coverage,
    decision,
    evidence,
    evidence_draft,
    evidence_edit,
    experiment,
    feedback,
    feedback_giving,
    framework,
    framework_import,
    goal,
    intake,
    learning,
    log,
    manager_agreement,
    measurement,
    mentorship,
    method,
    milestone,
    opportunity,
    opportunity_import,
    option,
    outcome,
    programme,
    ranking,
    record,
    reflection,
    rhythm,
    scope,
    setback,
    sponsor_request,
    status,
    stretch,
    weighing,
    workload,
)
from .views import (
    plan as plans,
)

app_name = "assignments"

case = [
    path("mentees/", mentorship.mentees, name="mentorships"),
    path("mentees/start/", mentorship.start, name="mentorship-start"),
    path("mentorships/<uuid:code>/", mentorship.detail, name="mentorship"),
    path("growth/", mentorship.growth, name="growth"),
    path("mentorships/<uuid:code>/goals/add/", goal.add, name="goal-add"),
    path("goals/<uuid:code>/", goal.detail, name="goal"),
    path("goals/<uuid:code>/edit/", goal.edit, name="goal-edit"),
    path("goals/<uuid:code>/settle/", goal.settle, name="goal-settle"),
    path("competencies/", competency.competencies, name="competencies"),
    path("pipeline/", board.pipeline, name="pipeline"),
    path("mentorships/<uuid:code>/pipeline/", board.board, name="board"),
    path("mentorships/<uuid:code>/options/add/", option.add, name="option-add"),
    path("options/<uuid:code>/", option.detail, name="option"),
    path("options/<uuid:code>/edit/", option.edit, name="option-edit"),
    path("options/<uuid:code>/move/", board.move, name="option-move"),
    path("options/<uuid:code>/undo/", board.undo, name="option-undo"),
    path("options/<uuid:code>/brief/", brief.start, name="brief-start"),
    path("briefs/<uuid:code>/", brief.detail, name="brief"),
    path("briefs/<uuid:code>/sections/<slug:section>/", brief_writing.section, name="brief-section"),
    path("briefs/<uuid:code>/presence/", brief_writing.presence, name="brief-presence"),
    path("briefs/<uuid:code>/compare/", brief.compare, name="brief-compare"),
    path("briefs/<uuid:code>/pdf/", brief_paper.pdf, name="brief-pdf"),
    path("briefs/<uuid:code>/submit/", brief.submit, name="brief-submit"),
    path("briefs/<uuid:code>/endorse/", brief_judging.endorse, name="brief-endorse"),
    path("briefs/<uuid:code>/changes/", brief_judging.request_changes, name="brief-request-changes"),
    path("briefs/<uuid:code>/decline/", brief_judging.decline, name="brief-decline"),
    path("brief-remarks/<uuid:code>/settle/", brief_judging.settle, name="brief-remark-settle"),
    path("briefs/<uuid:code>/versions/add/", brief.new_version, name="brief-new-version"),
    path("briefs/<uuid:code>/outcomes/add/", outcome.add, name="outcome-add"),
    path("outcomes/<uuid:code>/edit/", outcome.edit, name="outcome-edit"),
    path("outcomes/<uuid:code>/remove/", outcome.remove, name="outcome-remove"),
    path("briefs/<uuid:code>/return/", outcome.money, name="brief-return"),
    path("briefs/<uuid:code>/return/remove/", outcome.money_remove, name="brief-return-remove"),
    path("briefs/<uuid:code>/claims/", claim.ledger, name="claims"),
    path("claims/<uuid:code>/edit/", claim.edit, name="claim-edit"),
    path("claims/<uuid:code>/remove/", claim.remove, name="claim-remove"),
    path("briefs/<uuid:code>/ask/", sponsor_request.ask, name="sponsor-ask"),
    path("sponsor-requests/<uuid:code>/", sponsor_request.detail, name="sponsor-request"),
    path("sponsor-requests/<uuid:code>/accept/", sponsor_request.accept, name="sponsor-accept"),
    path("sponsor-requests/<uuid:code>/decline/", sponsor_request.decline, name="sponsor-decline"),
    path("sponsor-requests/<uuid:code>/withdraw/", sponsor_request.withdraw, name="sponsor-withdraw"),
]
work = [
    path("assignments/", assignment.assignments, name="list"),
    path("assignments/<uuid:code>/", assignment.detail, name="detail"),
    path("assignments/<uuid:code>/pause/", assignment.pause, name="pause"),
    path("assignments/<uuid:code>/resume/", assignment.resume, name="resume"),
    path("assignments/<uuid:code>/close/", assignment.close, name="close"),
    path("assignments/<uuid:code>/charter/", charter.detail, name="charter"),
    path("assignments/<uuid:code>/charter/edit/", charter.edit, name="charter-edit"),
    path("assignments/<uuid:code>/charter/acknowledge/", charter.acknowledge, name="charter-acknowledge"),
    path("assignments/<uuid:code>/charter/begin/", charter.begin, name="charter-begin"),
    path("m/<str:token>/hours/", manager_agreement.by_link, name="manager-agreement"),
    path("hours/<uuid:code>/", manager_agreement.own, name="manager-agreement-own"),
    path("assignments/<uuid:code>/milestones/add/", milestone.add, name="milestone-add"),
    path("milestones/<uuid:code>/edit/", milestone.edit, name="milestone-edit"),
    path("milestones/<uuid:code>/done/", milestone.done, name="milestone-done"),
    path("assignments/<uuid:code>/measurements/", measurement.measurements, name="measurements"),
    path("measurements/<uuid:code>/take-back/", measurement.take_back, name="measurement-take-back"),
    path("assignments/<uuid:code>/evidence/", evidence.pieces, name="evidence-list"),
    path("assignments/<uuid:code>/evidence/log/", evidence.log, name="evidence-log"),
    path("evidence/<uuid:code>/", evidence.detail, name="evidence"),
    path("evidence/<uuid:code>/share/", evidence.share, name="evidence-share"),
    path("evidence/files/<uuid:code>/", evidence.file, name="evidence-file"),
    path("records/", record.records, name="records"),
    path("records/<uuid:code>/", record.record, name="record"),
    path("check-ins/<uuid:code>/", check_in.detail, name="check-in"),
    path("check-ins/answers/<uuid:code>/acknowledge/", check_in.acknowledge, name="check-in-acknowledge"),
]
pool = [
    path("pool/", opportunity.opportunities, name="opportunities"),
    path("pool/offer/", opportunity.offer, name="opportunity-offer"),
    path("pool/import/", opportunity_import.upload, name="opportunity-import"),
    path("pool/import/<uuid:key>/", opportunity_import.check, name="opportunity-import-check"),
    path("pool/<uuid:code>/", opportunity.detail, name="opportunity"),
    path("pool/<uuid:code>/edit/", opportunity.edit, name="opportunity-edit"),
    path("pool/<uuid:code>/close/", opportunity.close, name="opportunity-close"),
    path("pool/<uuid:code>/take/", opportunity.take, name="opportunity-take"),
]
notebook = [
    path("options/<uuid:code>/experiments/add/", experiment.add, name="experiment-add"),
    path("experiments/<uuid:code>/edit/", experiment.edit, name="experiment-edit"),
]

talking = [
    path("mentorships/<uuid:code>/intakes/", intake.intakes, name="intakes"),
    path("mentorships/<uuid:code>/intakes/start/", intake.start, name="intake-start"),
    path("intakes/<uuid:code>/", intake.detail, name="intake"),
    path("intakes/<uuid:code>/keep/", intake.keep, name="intake-keep"),
    path("intakes/<uuid:code>/revisit/", intake.revisit, name="intake-revisit"),
    path("intakes/<uuid:code>/<slug:topic>/", intake.topic, name="intake-topic"),
]

plan = [
    path("mentorships/<uuid:code>/learning/", learning.plan, name="learning"),
    path("mentorships/<uuid:code>/learning/add/", learning.add, name="learning-add"),
    path("learning/<uuid:code>/edit/", learning.edit, name="learning-edit"),
    path("learning/<uuid:code>/done/", learning.done, name="learning-done"),
    path("learning/<uuid:code>/drop/", learning.drop, name="learning-drop"),
    path("mentorships/<uuid:code>/levels/", competency_level.levels, name="levels"),
    path("mentorships/<uuid:code>/levels/add/", competency_level.add, name="level-add"),
]

reach = [
    path("options/<uuid:code>/stretch/", stretch.profile, name="stretch"),
    path("mentorships/<uuid:code>/demonstrated/", stretch.demonstrated, name="demonstrated"),
]

planned = [
    path("assignments/<uuid:code>/plan/", plans.plan, name="plan"),
    path("assignments/<uuid:code>/plan/propose/", plans.propose, name="plan-propose"),
    path("milestones/<uuid:code>/take-out/", milestone.take_out, name="milestone-take-out"),
    path("milestones/<uuid:code>/put-back/", milestone.put_back, name="milestone-put-back"),
    path("assignments/<uuid:code>/scope/", scope.ask, name="scope-change"),
    path("scope-changes/<uuid:code>/", scope.change, name="scope-decide"),
    path("scope-changes/<uuid:code>/withdraw/", scope.withdraw, name="scope-withdraw"),
]

balancing = [
    path("mentorships/<uuid:code>/balance/", board.balance, name="balance"),
]

frameworks = [
    path("competencies/suggest/", competency.suggest, name="competency-suggest"),
    path("frameworks/import/", framework_import.upload, name="framework-import"),
    path("frameworks/import/<uuid:key>/", framework_import.check, name="framework-import-check"),
    path("frameworks/<uuid:code>/", framework.detail, name="framework"),
    path("frameworks/<uuid:code>/edit/", framework.edit, name="framework-edit"),
    path("frameworks/<uuid:code>/export/", framework.export, name="framework-export"),
]

meeting = [
    path("assignments/<uuid:code>/check-ins/", rhythm.check_ins, name="check-ins"),
    path("assignments/<uuid:code>/rhythm/", rhythm.rhythm, name="rhythm"),
    path("assignments/<uuid:code>/agenda/", agenda.add, name="agenda-add"),
    path("agenda/<uuid:code>/settle/", agenda.settle, name="agenda-settle"),
    path("assignments/<uuid:code>/workload/", workload.workload, name="workload"),
    path("assignments/<uuid:code>/status/", status.status, name="status"),
    path("assignments/<uuid:code>/status/take-back/", status.take_back, name="status-take-back"),
    path("programme/", programme.programme, name="programme"),
]

ranked = [
    path("mentorships/<uuid:code>/ranking/", ranking.ranking, name="ranking"),
    path("mentorships/<uuid:code>/ranking/weights/", ranking.weights, name="ranking-weights"),
    path("mentorships/<uuid:code>/ranking/keep/", ranking.keep, name="ranking-keep"),
    path("mentorships/<uuid:code>/hours/", weighing.working_hours, name="working-hours"),
    path("rankings/<uuid:code>/", ranking.kept_ranking, name="kept-ranking"),
    path("options/<uuid:code>/weigh/", weighing.weigh, name="option-weigh"),
    path("method/", method.method, name="method"),
]

shown = [
    path("assignments/<uuid:code>/evidence/files/", evidence_draft.upload, name="evidence-upload"),
    path("assignments/<uuid:code>/evidence/coverage/", coverage.coverage, name="coverage"),
    path("assignments/<uuid:code>/evidence/ask/", coverage.ask, name="coverage-ask"),
    path("evidence/<uuid:code>/edit/", evidence_edit.edit, name="evidence-edit"),
    path("evidence/<uuid:code>/verify/", evidence_edit.verify, name="evidence-verify"),
    path("evidence-asks/<uuid:code>/", coverage.asked, name="evidence-ask"),
    path("evidence-asks/<uuid:code>/settle/", coverage.settle, name="evidence-ask-settle"),
]

log_book = [
    path("assignments/<uuid:code>/log/", log.log, name="log"),
    path("assignments/<uuid:code>/decisions/add/", decision.add, name="decision-add"),
    path("decisions/<uuid:code>/", decision.detail, name="decision"),
    path("decisions/<uuid:code>/edit/", decision.edit, name="decision-edit"),
    path("decisions/<uuid:code>/look-back/", decision.look_back, name="decision-look-back"),
    path("assignments/<uuid:code>/setbacks/add/", setback.add, name="setback-add"),
    path("setbacks/<uuid:code>/", setback.detail, name="setback"),
    path("setbacks/<uuid:code>/edit/", setback.edit, name="setback-edit"),
    path("setbacks/<uuid:code>/share/", setback.share, name="setback-share"),
    path("setbacks/<uuid:code>/later/", setback.later, name="setback-later"),
    path("assignments/<uuid:code>/reflections/add/", reflection.add, name="reflection-add"),
    path("reflections/<uuid:code>/", reflection.detail, name="reflection"),
    path("reflections/<uuid:code>/edit/", reflection.edit, name="reflection-edit"),
    path("reflections/<uuid:code>/show/", reflection.show, name="reflection-show"),
    path("reflections/<uuid:code>/remove/", reflection.remove, name="reflection-remove"),
]

asking_feedback = [
    path("assignments/<uuid:code>/feedback/", feedback.feedback, name="feedback"),
    path("assignments/<uuid:code>/feedback/ask/", feedback.ask, name="feedback-ask"),
    path("feedback/people/", feedback.people, name="feedback-people"),
    path("feedback/<uuid:code>/", feedback.round_detail, name="feedback-round"),
    path("feedback/<uuid:code>/ask/", feedback.more, name="feedback-more"),
    path("feedback/<uuid:code>/close/", feedback.close, name="feedback-close"),
    path("feedback/<uuid:code>/reopen/", feedback.reopen, name="feedback-reopen"),
    path("feedback/<uuid:code>/thank/", feedback.thank_all, name="feedback-thank-all"),
    path("feedback/requests/<uuid:code>/take-back/", feedback.take_back, name="feedback-take-back"),
    path("feedback/requests/<uuid:code>/share/", feedback.share, name="feedback-share"),
    path("feedback/requests/<uuid:code>/thank/", feedback.thank, name="feedback-thank"),
    path("feedback/asked/<uuid:code>/", feedback_giving.own, name="feedback-own"),
    path("feedback/asked/<uuid:code>/files/<uuid:file>/", feedback_giving.own_file, name="feedback-own-file"),
    path("m/<str:token>/feedback/", feedback_giving.by_link, name="feedback-give"),
    path("m/<str:token>/feedback/files/<uuid:code>/", feedback_giving.by_link_file, name="feedback-give-file"),
    path("records/<uuid:code>/feedback/", feedback.on_record, name="record-feedback"),
]

urlpatterns = [
    *meeting,
    *ranked,
    *frameworks,
    *case,
    *balancing,
    *work,
    *planned,
    *log_book,
    *shown,
    *notebook,
    *talking,
    *plan,
    *pool,
    *reach,
    *asking_feedback,
]
