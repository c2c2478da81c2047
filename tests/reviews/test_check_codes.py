import pytest

from reviews.check_codes import LENGTH, LETTERS, fresh, spelled, understood


def test_a_code_has_a_hundred_bits_and_is_another_each_time():
    codes = {fresh() for _ in range(200)}

    assert len(codes) == 200
    assert all(len(code) == LENGTH == 20 and set(code) <= set(LETTERS) for code in codes)
    assert len(LETTERS) == 32


def test_it_is_spelled_in_four_groups_and_understood_again():
    assert spelled("0123456789ABCDEFGHJK") == "01234-56789-ABCDE-FGHJK"
    assert understood("01234-56789-abcde-fghjk") == "0123456789ABCDEFGHJK"
    assert understood(" oI234/56789_ABCDE\nFGHJK") == "0123456789ABCDEFGHJK"


@pytest.mark.parametrize("typed", ["", "0123", "0" * 21, "U" * 20, "٠" * 20, "é" * 20, "\x00" * 20])
def test_what_cannot_be_a_code_is_none(typed):
    assert understood(typed) == ""
