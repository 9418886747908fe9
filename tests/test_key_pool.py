"""Keys made in advance: in the key store before they are used, used once, forgotten in time."""

import pytest
from factories import make_wave

from feedback import key_pool
from feedback.key_pool import KEPT, MOST, KeyPool
from feedback.operating.purging import DAY

pytestmark = pytest.mark.both


@pytest.fixture
def clock(monkeypatch):
    """Seconds that a test may move on."""
    seconds = [1_000_000.0]
    monkeypatch.setattr(key_pool.time, "time", lambda: seconds[0])
    return seconds


def stored(keys) -> set[int]:
    return {one for page in keys.pages_of_ids() for one in page}


def test_every_key_is_in_the_store_before_it_is_handed_out_and_handed_out_once(database, keys, clock):
    wave = make_wave(database, keys)
    pool, seen = KeyPool(keys), {}
    for number in (1, 3, 1, 7, 2, 40, 1):
        taken = dict(pool.take(wave.id, number))
        assert len(taken) == number and not taken.keys() & seen.keys()
        assert taken.keys() <= stored(keys)
        seen |= taken
    assert keys.of_responses(seen) == seen


def test_where_few_send_none_is_made_in_advance_and_under_load_more_each_time(database, keys, clock):
    wave = make_wave(database, keys)
    pool = KeyPool(keys)
    for hour in range(3):
        clock[0] += 3600
        pool.take(wave.id, 1)
        assert len(stored(keys)) == hour + 1
    for _ in range(300):
        pool.take(wave.id, 1)
    assert len(stored(keys)) - 303 <= MOST


def test_what_lies_unused_is_never_handed_out_after_the_sweep_may_have_taken_it(database, keys, clock):
    assert KEPT < DAY / 100
    wave = make_wave(database, keys)
    pool = KeyPool(keys)
    for _ in range(4):
        pool.take(wave.id, 1)
    before = stored(keys)
    clock[0] += KEPT + 1
    assert not {one for one, _key in pool.take(wave.id, 5)} & before
    clock[0] -= 10 * KEPT  # a clock that was set back
    again = stored(keys)
    assert not {one for one, _key in pool.take(wave.id, 1)} & again


def test_each_wave_has_keys_of_its_own(database, keys, clock):
    one, other = make_wave(database, keys, key="one"), make_wave(database, keys, key="other")
    pool = KeyPool(keys)
    for _ in range(3):
        taken = dict(pool.take(one.id, 2)) | dict(pool.take(other.id, 2))
        assert keys.of_responses(taken) == taken
