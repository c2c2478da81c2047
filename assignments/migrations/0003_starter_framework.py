"""A small competency framework to begin with, in StretchHub's own words."""

from django.db import migrations

FRAMEWORK = {
    "name": "StretchHub starter framework",
    "version": "1",
    "licence": "CC BY 4.0",
    "credit": "Written for StretchHub. Take it, change it, or import your own.",
}

# key: (name, description, the five levels)
COMPETENCIES = {
    "stakeholder-communication": (
        "Stakeholder communication",
        "Telling the people affected what they need to know, when and how they can use it.",
        (
            "Answers questions when asked; people affected often hear late.",
            "Sends regular updates in one form for everybody.",
            "Fits message and moment to each group and checks what was understood.",
            "Says unwelcome things early and keeps trust while doing it.",
            "Sets the way others communicate; people copy the updates.",
        ),
    ),
    "influence-without-authority": (
        "Influence without authority",
        "Winning commitments from people who do not report to you.",
        (
            "Asks for support and waits for it.",
            "Gets help by pointing to somebody more senior.",
            "Works out what others need and gets explicit commitments in return.",
            "Settles a real conflict of interests so that both sides deliver.",
            "Builds a coalition that carries on without them.",
        ),
    ),
    "data-storytelling": (
        "Data storytelling",
        "Turning figures into a point that people understand and act on.",
        (
            "Shows tables and leaves the conclusion to the reader.",
            "Draws clear charts; the message still needs explaining.",
            "Leads with one message, shows the figures behind it and their limits.",
            "Changes a decision by evidence that sceptics accept.",
            "Teaches others to argue from data; their format becomes the standard.",
        ),
    ),
    "architectural-thinking": (
        "Architectural thinking",
        "Seeing the whole system and the cost of changing it later.",
        (
            "Solves the task at hand within a given structure.",
            "Knows the neighbouring parts and asks before touching them.",
            "Compares two or three designs by named qualities and writes down the choice.",
            "Shapes boundaries between teams or systems so that change stays cheap.",
            "Sets direction for a field of systems; others design within it gladly.",
        ),
    ),
    "facilitation": (
        "Facilitation",
        "Helping a group to think and decide together.",
        (
            "Takes part; leaves the course of a meeting to others.",
            "Runs a prepared agenda with people who know each other.",
            "Draws in quiet people, holds the time and ends with a decision.",
            "Guides a tense or mixed group through disagreement to a result.",
            "Designs formats that other people run well.",
        ),
    ),
    "customer-insight": (
        "Customer insight",
        "Knowing from first hand what customers do, need and will not say.",
        (
            "Relies on what colleagues say about customers.",
            "Reads surveys and tickets and can name frequent complaints.",
            "Talks with customers regularly and tests assumptions with them.",
            "Finds needs nobody had named and changes the plan because of them.",
            "Makes first-hand insight a habit of the whole area.",
        ),
    ),
    "delivery-planning": (
        "Delivery planning",
        "Making a plan that others can rely on, and keeping it true.",
        (
            "Plans own tasks some days ahead.",
            "Breaks work into steps with dates; slips become visible late.",
            "Plans outcomes with checkpoints and dependencies and re-plans in time.",
            "Keeps several teams to one plan and removes what blocks them.",
            "Plans under heavy uncertainty so that each step can be undone cheaply.",
        ),
    ),
    "decisions-under-ambiguity": (
        "Decision-making under ambiguity",
        "Deciding well when information is missing and time is short.",
        (
            "Waits until somebody else decides.",
            "Decides small things; asks for more data for the rest.",
            "Names what is unknown, decides what can be undone, and says when to look again.",
            "Decides with high stakes, explains the reasoning and corrects course early.",
            "Shapes how a group decides, so that it moves without certainty.",
        ),
    ),
    "coaching-others": (
        "Coaching others",
        "Helping people to find their own next step.",
        (
            "Gives answers when asked.",
            "Explains patiently; the other person follows.",
            "Asks before telling and agrees on what the other will try.",
            "Helps people through hard stretches; their growth can be seen.",
            "Develops people who coach others themselves.",
        ),
    ),
    "commercial-judgement": (
        "Commercial judgement",
        "Understanding where money comes from and goes, and deciding by it.",
        (
            "Knows the cost of own work roughly.",
            "Can explain what the area earns and spends.",
            "Weighs options by benefit, cost and risk with stated assumptions.",
            "Proposes a change that pays, and shows afterwards whether it did.",
            "Steers a business or a budget by well-founded trade-offs.",
        ),
    ),
    "conflict-resolution": (
        "Conflict resolution",
        "Bringing differences into the open and to an end that lasts.",
        (
            "Avoids disagreement or passes it on.",
            "Speaks up when directly affected.",
            "Names the difference fairly and finds a way both can work with.",
            "Resolves long-standing tension between groups.",
            "Makes open disagreement normal and useful around them.",
        ),
    ),
    "change-leadership": (
        "Leading change",
        "Taking people from how things are done to how they will be done.",
        (
            "Follows a change once it is decided.",
            "Explains a change to the own team and answers questions.",
            "Plans who is affected, listens to resistance and adapts the steps.",
            "Brings several groups to work differently, and it lasts.",
            "Builds the ability to change into the organisation itself.",
        ),
    ),
}


def add(apps, schema_editor):
    Framework = apps.get_model("assignments", "Framework")
    Competency = apps.get_model("assignments", "Competency")
    LevelDescriptor = apps.get_model("assignments", "LevelDescriptor")
    framework, made = Framework.objects.get_or_create(
        name=FRAMEWORK["name"],
        version=FRAMEWORK["version"],
        defaults={"licence": FRAMEWORK["licence"], "credit": FRAMEWORK["credit"]},
    )
    if not made:
        return
    for key, (name, description, levels) in COMPETENCIES.items():
        competency = Competency.objects.create(framework=framework, key=key, name=name, description=description)
        LevelDescriptor.objects.bulk_create(
            LevelDescriptor(competency=competency, level=level, text=text) for level, text in enumerate(levels, 1)
        )


class Migration(migrations.Migration):
    dependencies = [("assignments", "0002_add_pause_reason_and_resumption")]

    # Going back leaves the framework: goals may name its competencies by then.
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
