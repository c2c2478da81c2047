import pytest

from reviews.canonical import canonical, digest


def test_one_content_has_one_text_whatever_the_order_it_comes_in():
    one = canonical({"b": [1, None, True], "a": {"z": "ü“", "y": "line\nbreak"}})
    other = canonical({"a": {"y": "line\nbreak", "z": "ü“"}, "b": (1, None, True)})

    assert one.value == '{"a":{"y":"line\\nbreak","z":"ü“"},"b":[1,null,true]}'
    assert one == other


def test_it_is_known_by_the_sha_256_of_its_bytes():
    assert canonical({}).value == "{}"
    assert canonical({}).sha256 == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    assert digest("ü") == "607474ca475a9724d7360aba71a56d5df77e61350e3f724cfa1f46e857e2d85f"


@pytest.mark.parametrize("content", [{"n": 0.1}, {"deep": [{"n": 1.0}]}, {"deep": ({"n": float("nan")},)}])
def test_a_number_with_a_fraction_is_refused(content):
    with pytest.raises(TypeError):
        canonical(content)


def test_a_name_that_is_no_text_is_refused():
    with pytest.raises(TypeError):
        canonical({"inner": {1: "one"}})
