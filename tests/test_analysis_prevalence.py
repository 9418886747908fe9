import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.prevalence import interval


def test_the_interval_is_wilsons():
    share = interval(10, 40)
    assert (share.value, share.n, share.method) == (0.25, 40, "Wilson")
    # Worked by hand from Wilson's formula with z = 1.96.
    assert share.low == pytest.approx(0.1419, abs=1e-4)
    assert share.high == pytest.approx(0.4019, abs=1e-4)


def test_none_of_ten_is_not_certainly_none():
    share = interval(0, 10)
    assert share.low == 0 and 0.2 < share.high < 0.35


@given(st.integers(1, 2000), st.data(), st.floats(0.5, 0.999))
def test_the_bounds_hold_the_share_and_stay_between_0_and_1(n, data, confidence):
    share = interval(data.draw(st.integers(0, n)), n, confidence)
    assert 0 <= share.low <= share.value <= share.high <= 1


@pytest.mark.parametrize(("successes", "n"), [(0, 0), (5, 4), (-1, 4)])
def test_what_is_no_share_is_refused(successes, n):
    with pytest.raises(ValueError, match="not a share"):
        interval(successes, n)


def test_a_confidence_of_one_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        interval(1, 2, confidence=1.0)
