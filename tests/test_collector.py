import gc

import pytest

from stretchhub import collector


def test_the_collector_rests_meanwhile_and_works_again_after_an_error_too():
    with pytest.raises(RuntimeError), collector.at_rest():
        assert not gc.isenabled()
        raise RuntimeError

    assert gc.isenabled()


def test_one_that_was_off_before_stays_off():
    gc.disable()
    try:
        with collector.at_rest():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()
