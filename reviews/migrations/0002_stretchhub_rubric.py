"""The rubric that every installation begins with: four criteria, five levels each."""

from django.db import migrations

LEVELS = ["Not yet evident", "Emerging", "Established", "Strong", "Role-modelling"]
CRITERIA = {
    "learning": (
        "Learning",
        [
            "Keeps the starting approach after feedback or a failed try; cannot yet say what was learned; no "
            "search for new knowledge visible.",
            "Names lessons when asked; seeks help late or from one source; applies a lesson once, with "
            "support, in the same situation.",
            "Works to a stated learning goal; asks for feedback without being chased; records what worked, "
            "what surprised, what to do differently; evidence shows at least one practice changed as a "
            "result.",
            "Tests assumptions on purpose (pilot, comparison, small experiment); looks for people who "
            "disagree; carries a lesson into a different problem or audience.",
            "Turns learning into something others have taken up (guide, talk, method); states its limits; has "
            "spotted the next gap and already begun to close it.",
        ],
    ),
    "adaptability": (
        "Adaptability",
        [
            "Continues the old plan after conditions clearly changed, or stalls; surprises surface after the "
            "deadline.",
            "Adjusts when told what to change; raises changes late; plan and people affected are not reliably "
            "updated.",
            "Notices a change in scope, people or priorities, proposes an adjusted plan with its trade-offs, "
            "agrees it with the owner and keeps the core outcome moving; setbacks are logged with a next "
            "step.",
            "Names likely changes and triggers beforehand; keeps options open with small reversible steps; "
            "re-plans early; stops work that no longer serves.",
            "Turns a major setback or ambiguity into a route the owner judges better than the original; makes "
            "the reasoning visible so that others adapt too; recovery or gain is measured.",
        ],
    ),
    "influence": (
        "Influence",
        [
            "Stays inside own task; people affected hear decisions afterwards; disagreement avoided or left "
            "to mentor/sponsor.",
            "Shares information and asks for support, mostly by borrowing the sponsor's authority; "
            "commitments obtained are vague.",
            "Works out who is affected and what they need, fits the message to them, gets explicit "
            "commitments from at least one group outside the reporting line, keeps own promises, credits "
            "others.",
            "Works through a real conflict of interests using data and the others' priorities; draws in quiet "
            "or sceptical people and changes own proposal in response; commitments are delivered.",
            "Changes how a wider group decides or works beyond the assignment; others argue for the idea "
            "unprompted; the coalition continues without the mentee.",
        ],
    ),
    "impact": (
        "Impact",
        [
            "No agreed outcome measure, or nothing an owner or user can use; activity is reported instead of "
            "result.",
            "Partial deliverable; baseline or measure incomplete; benefit asserted rather than shown.",
            "Delivers the agreed outcome, or a well-evidenced decision to stop or change it; baseline, target "
            "and actual are recorded; the owner confirms usefulness.",
            "Beats the target, or meets it under materially harder conditions; source, comparison and limits "
            "of the data are stated; user feedback included; handed over so that it lasts.",
            "Effect holds for ≥3 months or is adopted by another team; quantified as a range with stated "
            "attribution; others can now do it; side effects were checked.",
        ],
    ),
}


def ship(apps, schema_editor):
    """Write the rubric's first version, unless a rubric of that name is there already."""
    Rubric = apps.get_model("reviews", "Rubric")
    Criterion = apps.get_model("reviews", "Criterion")
    Level = apps.get_model("reviews", "Level")
    rubric, made = Rubric.objects.get_or_create(name="StretchHub rubric", version=1)
    if not made:
        return
    for position, (key, (name, anchors)) in enumerate(CRITERIA.items(), start=1):
        criterion = Criterion.objects.create(rubric=rubric, key=key, name=name, position=position)
        Level.objects.bulk_create(
            Level(criterion=criterion, value=value, name=LEVELS[value - 1], anchor=anchor)
            for value, anchor in enumerate(anchors, start=1)
        )


class Migration(migrations.Migration):
    dependencies = [("reviews", "0001_initial")]

    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
