"""The published files of ESCO and O*NET through the page, where they lie beside this project."""

import time
from pathlib import Path

import pytest
from django.urls import reverse

from assignments.models import Competency, Framework, LevelDescriptor
from tests.assignments.frameworks import bring, typed
from tests.services import ROOT

FOLDER = Path(ROOT).parent / "shared" / "data"

pytestmark = [pytest.mark.django_db, pytest.mark.skipif(not FOLDER.is_dir(), reason="the files are not here")]


def through_the_page(client, name: str, **more) -> tuple[str, str]:
    """The page that checks the file, and the page after saving it."""
    url = bring(client, (FOLDER / name).read_bytes(), name)
    page = client.get(url).content.decode()
    answer = client.post(url, typed(page) | {"do": "save", **more})
    assert answer.status_code == 302, answer.content.decode()
    return page, client.get(answer.url).content.decode()


@pytest.mark.parametrize(
    ("name", "framework", "count"),
    [
        ("esco-transversalSkillsCollection_en.csv", "ESCO transversal skills", 107),
        ("esco-skillGroups_en.csv", "ESCO skill groups", 673),
        ("esco-skills-multiline_en.csv", "ESCO skills", 4199),
    ],
)
def test_esco_is_recognised_and_comes_in_whole(hr, sign_in, name, framework, count):
    began = time.monotonic()
    page, after = through_the_page(sign_in(hr), name)

    assert time.monotonic() - began < 30
    assert "Every row is right. Nothing is saved yet." in page
    assert "This looks like a file of ESCO skills." in page
    made = Framework.objects.get(name=framework)
    assert made.competencies.count() == count
    assert "uses the ESCO classification of the European Commission" in after
    assert made.sha256 in after


def test_labels_with_line_breaks_stay_apart(hr, sign_in):
    through_the_page(sign_in(hr), "esco-skills-multiline_en.csv")

    one = Competency.objects.get(name="show initiative")
    assert one.other_names[:2] == ["take the initiative", "give impetus"]
    assert one in Competency.objects.current().matching("driving force")


def test_onet_comes_as_a_tree_and_its_anchors_as_levels(hr, sign_in):
    client = sign_in(hr)
    through_the_page(client, "onet-content-model-reference.xlsx", **{"details-version": "30"})
    onet = Framework.objects.get(name="O*NET content model")
    assert onet.competencies.count() == 627
    assert onet.competencies.get(key="1.A.1.a.1").parent.key == "1.A.1.a"
    assert "O*NET® is a trademark of USDOL/ETA." in onet.credit

    page, after = through_the_page(client, "onet-level-scale-anchors.xlsx")

    assert "laid on 1–5 by round(1 + 4·v/7)" in page
    oral = onet.competencies.get(name="Oral Comprehension")
    assert list(oral.level_descriptors.values_list("level", "source_value")) == [
        (2, "2 of 0–7"),
        (3, "4 of 0–7"),
        (4, "6 of 0–7"),
    ]
    assert LevelDescriptor.objects.filter(competency__framework=onet).count() > 300
    assert "laid on 1–5" in after


def test_forms_and_pages_stay_small_after_thousands_came_in(hr, mentor, mentee, sign_in, mentorship, count_queries):
    addresses = [
        reverse("assignments:goal-add", args=[mentorship.code]),
        reverse("assignments:option-add", args=[mentorship.code]),
        reverse("assignments:board", args=[mentorship.code]),
        reverse("assignments:competencies"),
    ]
    client = sign_in(mentee)
    before = [(len(client.get(url).content), count_queries(client, url)) for url in addresses]

    through_the_page(sign_in(hr), "esco-skills-multiline_en.csv")

    after = [(len(client.get(url).content), count_queries(client, url)) for url in addresses]
    for (size, queries), (size_now, queries_now) in zip(before, after, strict=True):
        assert (size_now < size + 3000, queries_now) == (True, queries)
