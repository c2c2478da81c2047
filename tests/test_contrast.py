"""The colours can be told apart: computed from the style sheet for light, dark and high contrast."""

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).parent.parent / "static/css/tokens.css").read_text()
PAIR = re.compile(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")

GROUNDS = ("paper", "surface", "sunken")
TEXT = [
    *[
        (tone, ground)
        for tone in ("ink", "muted", "accent", "accent-strong")
        for ground in ("paper", "surface", "sunken")
    ],
    *[(tone, ground) for tone in ("growth", "caution", "alarm", "info") for ground in ("paper", "surface")],
    *[(tone, f"{tone}-soft") for tone in ("accent", "growth", "caution", "alarm", "info")],
    *[("ink", f"{tone}-soft") for tone in ("accent", "growth", "caution", "alarm", "info")],
    ("accent-strong", "accent-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    # figures on the parts of a strip chart, and words in a toast
    *[("surface", tone) for tone in ("accent", "growth", "caution", "alarm", "info", "muted")],
    ("paper", "ink"),
]
MARKS = [
    *[("edge", ground) for ground in GROUNDS],
    *[(tone, "sunken") for tone in ("growth", "caution", "alarm", "info", "accent")],
]


def palettes() -> dict[str, dict[str, str]]:
    plain, contrast = TOKENS.split("@media (prefers-contrast: more)")
    found = {}
    for name, sheets in {"": [plain], "high contrast, ": [plain, contrast]}.items():
        pairs = [pair for sheet in sheets for pair in PAIR.findall(sheet)]
        found[f"{name}light"] = {token: light for token, light, _dark in pairs}
        found[f"{name}dark"] = {token: dark for token, _light, dark in pairs}
    return found


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def too_weak(pairs: list[tuple[str, str]], least: float) -> list[str]:
    return [
        f"{name}: {front} on {ground} {ratio:.2f}"
        for name, colours in palettes().items()
        for front, ground in pairs
        if (ratio := contrast(colours[front], colours[ground])) < least
    ]


def test_contrast_is_computed_as_the_guideline_says():
    assert contrast("#000000", "#ffffff") == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


def test_all_four_palettes_name_the_same_colours():
    names = [set(colours) for colours in palettes().values()]

    assert len(names) == 4
    assert all(each == names[0] for each in names)


def test_text_can_be_read_in_every_palette():
    assert too_weak(TEXT, 4.5) == []


def test_marks_and_edges_can_be_seen_in_every_palette():
    assert too_weak(MARKS, 3) == []


def test_high_contrast_reads_better_than_plain():
    all_of = palettes()
    for theme in ("light", "dark"):
        plain, high = all_of[theme], all_of[f"high contrast, {theme}"]
        for front in ("muted", "accent", "growth", "caution", "alarm", "info"):
            assert contrast(high[front], high["surface"]) > contrast(plain[front], plain["surface"]), (theme, front)


@pytest.mark.parametrize("sheet", sorted(Path(__file__).parent.parent.glob("static/css/**/*.css")))
def test_colours_are_named_only_in_the_tokens(sheet):
    css = sheet.read_text()
    literal = set(re.findall(r"(?:#[0-9a-fA-F]{3,8}\b|rgba?\()", css))

    # Paper is white and its ink black whatever the theme; a QR code needs white behind it.
    paper = {"#fff", "#000", "#f4f4f4"} if "@media print" in css else set()
    assert sheet.name == "tokens.css" or literal <= paper | ({"#fff"} if sheet.name == "frame.css" else set())
