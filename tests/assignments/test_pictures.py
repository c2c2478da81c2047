"""A picture is made anew before anybody may fetch it; nothing but what is seen in it is left."""

import errno
import io
import os
import resource
from contextlib import contextmanager
from tempfile import TemporaryFile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from assignments import pictures
from assignments.actions import evidence_file as actions
from assignments.models import EvidenceFile, FileState
from assignments.tasks import redraw_pictures, sweep_staged_files
from tests.assignments.abuse.files import picture
from tests.factories import AssignmentFactory, EvidenceFactory, MentorshipFactory, StagedFileFactory


def drawn(form="PNG", size=(60, 40), mode="RGB", **saving):
    out = io.BytesIO()
    Image.new(mode, size).save(out, form, **saving)
    return out.getvalue()


def anew(content, content_type):
    out = io.BytesIO()
    pictures.redraw(io.BytesIO(content), content_type, out)
    return Image.open(io.BytesIO(out.getvalue()))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP"])
def test_each_kind_stays_what_it_is(form):
    made = anew(drawn(form), f"image/{form.lower()}")

    assert (made.format, made.size) == (form, (60, 40))


def test_where_it_was_taken_is_left_behind_and_it_stands_upright():
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "At home"
    exif.get_ifd(0x8825)[1] = "N"

    made = anew(drawn("JPEG", exif=exif), "image/jpeg")

    assert made.size == (40, 60)
    assert dict(made.getexif()) == {}
    assert "exif" not in made.info


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "LA", "I;16"])
def test_pictures_of_every_mode_are_taken(mode):
    assert anew(drawn("PNG", mode=mode), "image/png").size == (60, 40)


def test_what_can_be_seen_through_stays_so():
    assert anew(drawn("PNG", mode="RGBA"), "image/png").getpixel((0, 0)) == (0, 0, 0, 0)


def test_ink_for_paper_becomes_light():
    assert anew(drawn("JPEG", mode="CMYK"), "image/jpeg").mode == "RGB"


def test_a_moving_picture_becomes_its_first():
    out = io.BytesIO()
    first, second = Image.new("RGB", (9, 9), "red"), Image.new("RGB", (9, 9), "blue")
    first.save(out, "GIF", save_all=True, append_images=[second])

    made = anew(out.getvalue(), "image/gif")

    assert getattr(made, "n_frames", 1) == 1
    assert made.convert("RGB").getpixel((0, 0)) == (255, 0, 0)


def test_a_photo_larger_than_anybody_needs_is_made_smaller():
    made = anew(drawn("JPEG", size=(9000, 3000)), "image/jpeg")

    assert made.size == (4096, 1365)


def test_a_photo_of_a_good_camera_is_decoded_at_a_fraction():
    with Image.open(io.BytesIO(drawn("JPEG", size=(8000, 6000)))) as photo:
        pictures._halve(photo)
        assert photo.size == (4000, 3000)


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"0" * 50, "image/png"),
        (picture("PNG")[:-300], "image/png"),
        (drawn("JPEG"), "image/png"),
        (drawn("PNG", size=(5001, 5000), mode="1"), "image/png"),
        (drawn("JPEG", size=(5001, 5000), progressive=True), "image/jpeg"),
    ],
)
def test_what_is_no_picture_or_too_much_of_one_is_refused(content, content_type):
    with pytest.raises(pictures.Unreadable):
        anew(content, content_type)


@contextmanager
def room_for(size):
    """No file grows longer than so many bytes: the last piece that fits is written in part, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_for_which_there_is_no_room_is_neither_unreadable_nor_cut_off(form):
    sent = io.BytesIO()
    Image.effect_noise((200, 200), 90).convert("RGB").save(sent, form)

    with pytest.raises(OSError, match="too large") as told, TemporaryFile() as out, room_for(4000):
        pictures.redraw(sent, f"image/{form.lower()}", out)

    assert told.value.errno == errno.EFBIG
    assert len(sent.getvalue()) > 4000


# --- from being sent to being shown --------------------------------------------------------------


@pytest.fixture
def evidence(mentee, mentor):
    mentorship = MentorshipFactory(mentee=mentee, mentor=mentor)
    return EvidenceFactory(assignment=AssignmentFactory(option__mentorship=mentorship))


def attached(evidence, content):
    staged = StagedFileFactory(
        assignment=evidence.assignment,
        file=ContentFile(content, "x"),
        name="photo.png",
        content_type="image/png",
        size=len(content),
    )
    actions.attach(evidence, [staged])
    return evidence.files.get()


@pytest.mark.django_db
def test_a_picture_is_not_there_until_it_was_made_anew(evidence, sign_in, django_capture_on_commit_callbacks):
    sent = attached(evidence, drawn() + b"<script>")
    client, address = sign_in(evidence.assignment.mentor), f"/evidence/files/{sent.code}/"
    assert client.get(address).status_code == 404
    assert "is being looked at" in client.get(f"/evidence/{evidence.code}/").content.decode()

    with django_capture_on_commit_callbacks(execute=True):
        looked_at = [redraw_pictures(), redraw_pictures()]

    kept = EvidenceFile.objects.get()
    served = b"".join(client.get(address).streaming_content)
    assert looked_at == [1, 0]
    assert kept.state == FileState.READY
    assert (kept.size, b"<script>" in served) == (len(served), False)
    assert Image.open(io.BytesIO(served)).size == (60, 40)
    assert not default_storage.exists(sent.file.name)
    assert kept.file.name != sent.file.name


@pytest.mark.django_db
def test_what_cannot_be_read_is_said_to_be_so_and_its_bytes_go(evidence, sign_in, django_capture_on_commit_callbacks):
    sent = attached(evidence, picture("PNG")[:-300])

    with django_capture_on_commit_callbacks(execute=True):
        actions.redraw_pictures()

    page = sign_in(evidence.assignment.mentee).get(f"/evidence/{evidence.code}/").content.decode()
    assert EvidenceFile.objects.get().state == FileState.REFUSED
    assert not default_storage.exists(sent.file.name)
    assert "could not be read as a picture. Save it anew and add it again." in page


@pytest.mark.django_db
def test_a_picture_that_ends_its_worker_is_given_up_after_three_times(evidence, monkeypatch):
    attached(evidence, drawn())
    monkeypatch.setattr(pictures, "redraw", _die)
    for _time in range(3):
        with pytest.raises(SystemExit):
            actions.redraw_pictures()

    actions.redraw_pictures()

    assert EvidenceFile.objects.get().state == FileState.REFUSED


def _die(*args):
    raise SystemExit


@pytest.mark.django_db
@pytest.mark.parametrize(
    "where", ["tempfile._io.open", "shutil.copyfileobj", "assignments.pictures.Image.Image.save", "save"]
)
def test_a_picture_outlasts_a_full_disk_wherever_it_is_met(
    evidence, monkeypatch, where, django_capture_on_commit_callbacks
):
    sent = attached(evidence, drawn())

    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched, django_capture_on_commit_callbacks(execute=True):
        patched.setattr(default_storage, "save", full) if where == "save" else patched.setattr(where, full)
        for _time in range(actions.MOST_TRIES + 1):
            with pytest.raises(OSError, match="No space left"):
                actions.redraw_pictures()
    kept = EvidenceFile.objects.get()
    assert (kept.state, kept.tries, default_storage.exists(sent.file.name)) == (FileState.PENDING, 0, True)

    actions.redraw_pictures()

    assert EvidenceFile.objects.get().state == FileState.READY


@pytest.mark.django_db
def test_one_that_lies_on_a_broken_part_of_the_disk_keeps_no_other_waiting(evidence, monkeypatch):
    broken, sound = attached(evidence, drawn()), attached(EvidenceFactory(), drawn())
    opened = default_storage.open

    def read(name, *args):
        if name == broken.file.name:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return opened(name, *args)

    monkeypatch.setattr(default_storage, "open", read)

    with pytest.raises(OSError, match="Input/output error"):
        actions.redraw_pictures()

    states = dict(EvidenceFile.objects.values_list("pk", "state"))
    assert states == {broken.pk: FileState.PENDING, sound.pk: FileState.READY}


@pytest.mark.django_db
def test_two_workers_make_one_picture_of_it(evidence, monkeypatch, django_capture_on_commit_callbacks):
    sent = attached(evidence, drawn())
    real = pictures.redraw

    def meanwhile(*args):
        monkeypatch.setattr(pictures, "redraw", real)
        EvidenceFile.objects.update(tries=0)
        actions._redraw(EvidenceFile.objects.get())
        real(*args)

    monkeypatch.setattr(pictures, "redraw", meanwhile)
    with django_capture_on_commit_callbacks(execute=True):
        actions._redraw(sent)

    kept = EvidenceFile.objects.get()
    folder = kept.file.name.rsplit("/", 1)[0]
    assert default_storage.exists(kept.file.name)
    assert kept.file.name.rsplit("/", 1)[1] in default_storage.listdir(folder)[1]
    # A row read before the other one began is left alone.
    actions._redraw(sent)
    assert EvidenceFile.objects.get().file.name == kept.file.name


@pytest.mark.django_db
def test_a_file_that_is_no_picture_is_ready_at_once(evidence):
    staged = StagedFileFactory(assignment=evidence.assignment)
    actions.attach(evidence, [staged])

    assert EvidenceFile.objects.get().state == FileState.READY
    assert sweep_staged_files() == 0
