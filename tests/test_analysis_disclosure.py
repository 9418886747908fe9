import numpy as np
import pytest
from scipy.optimize import linprog

from analysis.disclosure import ALL, Cell, Table, publishable, rounded


def table(counts, name="heard from", **more):
    rows = tuple(f"row {number}" for number in range(len(counts)))
    columns = tuple(f"column {number}" for number in range(len(counts[0])))
    return Table(name, rows, columns, tuple(map(tuple, counts)), **more)


def published_sums(plain, shown):
    """Yield (mask over the cells, cell) for everything a reader sees of one table."""
    n_rows, n_columns = len(plain.rows), len(plain.columns)
    places = np.arange(n_rows * n_columns).reshape(n_rows, n_columns)
    for row in range(n_rows):
        for column in range(n_columns):
            yield [places[row, column]], shown.cells[row][column]
    for row, cell in enumerate(shown.row_totals or ()):
        yield places[row], cell
    for column, cell in enumerate(shown.column_totals or ()):
        yield places[:, column], cell
    if shown.total:
        yield places.ravel(), shown.total


def attack(plain, shown):
    """Return the least and most each cell can be, by the attack of reliability.md section 10."""
    size = len(plain.rows) * len(plain.columns)
    masks, limits = [], []
    for members, cell in published_sums(plain, shown):
        if not cell.suppressed:
            mask = np.zeros(size)
            mask[members] = 1
            low = cell.value - shown.base // 2
            masks += [mask, -mask]
            limits += [low + shown.base - 1, -low]
    matrix = np.array(masks) if masks else None

    def solve(goal):
        bounds = (0, 10**4)
        return linprog(goal, A_ub=matrix, b_ub=limits or None, bounds=bounds, integrality=1).fun

    return [(round(solve(goal)), round(-solve(-goal))) for goal in np.eye(size)]


@pytest.mark.parametrize(("threshold", "base"), [(6, 5), (10, 5), (10, 1), (6, 1), (3, 1)])
@pytest.mark.parametrize("shape", [(5, 1), (3, 4)])
def test_no_small_count_can_be_worked_out(threshold, base, shape):
    rng = np.random.default_rng(threshold * 100 + base)
    for _ in range(6):
        counts = rng.geometric(0.09, shape) - 1
        plain = table(counts.tolist())
        if shape[1] == 1:
            plain = Table("one way", plain.rows, (ALL,), plain.counts)
        shown = publishable([plain], threshold, base)[0]
        for count, cell, (low, high) in zip(counts.ravel(), sum(shown.cells, ()), attack(plain, shown), strict=True):
            assert cell.suppressed or count >= threshold
            assert low <= count <= high
            if cell.suppressed:
                assert high > low, f"{count} can be worked out in {counts.tolist()}"


def test_a_lone_small_count_takes_a_neighbour_with_it_when_totals_are_exact():
    shown = publishable([table([[3], [20], [50]])], threshold=6, base=1)[0]
    assert [row[0].suppressed for row in shown.cells] == [True, True, False]
    assert shown.column_totals == (Cell(73, False),)


def test_rounding_alone_hides_a_lone_small_count():
    shown = publishable([table([[3], [20], [50]])], threshold=6, base=5)[0]
    assert [row[0] for row in shown.cells] == [Cell(None, True), Cell(20, False), Cell(50, False)]


def test_two_noughts_that_a_total_gives_away_are_covered():
    shown = publishable([table([[0], [0], [20], [30]])], threshold=6, base=1)[0]
    assert [row[0].suppressed for row in shown.cells] == [True, True, True, False]


def test_nought_is_hidden_like_every_small_count():
    assert publishable([table([[0], [12]])], 6, 5)[0].cells[0][0] == Cell(None, True)


def test_figures_of_the_same_responses_are_hidden_together():
    """The total of one table must not give away what the other hides."""
    by_age = Table(
        "by age and theme",
        ("child", "young person"),
        ("kind", "late"),
        ((4, 20), (30, 40)),
        row_kind="audience",
        column_kind="theme",
        of="spring wave",
        columns_add_up=False,
    )
    themes = ("kind", "late")
    by_theme = Table("by theme", themes, (ALL,), ((34,), (60,)), "theme", of="spring wave", rows_add_up=False)
    ages, themes = publishable([by_age, by_theme], 6, 1)
    # 34 - 30 would give away the 4: either the 30 or the 34 is hidden, the 34 in both tables or in neither.
    assert ages.cells[0][0].suppressed
    assert ages.cells[1][0].suppressed or themes.cells[0][0].suppressed
    assert ages.column_totals[0] == themes.cells[0][0]


def test_tables_that_disagree_about_the_same_responses_are_refused():
    one = table([[10], [20]], "one", of="wave")
    other = table([[11], [20]], "other", of="wave")
    with pytest.raises(ValueError, match="do not count the same thing"):
        publishable([one, other], 6, 5)


def test_themes_do_not_add_up_and_get_no_total():
    shown = publishable([table([[10, 20], [30, 40]], rows_add_up=False)], 6, 5)[0]
    assert shown.column_totals is None and shown.total is None
    assert [cell.value for cell in shown.row_totals] == [30, 70]


def test_a_board_sized_release_of_linked_tables_is_quick_and_safe():
    rng = np.random.default_rng(3)
    audiences = tuple(f"audience {number}" for number in range(7))
    themes = tuple(f"theme {number}" for number in range(20))
    counts = (rng.geometric(0.05, (20, 7)) - 1).tolist()
    made = Table("themes", themes, audiences, tuple(map(tuple, counts)), "theme", "audience", "wave", rows_add_up=False)
    shown = publishable([made], 6, 5)[0]
    small = [count < 6 for row in counts for count in row]
    assert [cell.suppressed for row in shown.cells for cell in row] >= small


@pytest.mark.parametrize(("count", "shown"), [(6, 5), (7, 5), (8, 10), (12, 10), (13, 15)])
def test_rounding_to_the_nearest_five(count, shown):
    assert rounded(count, 5) == shown


@pytest.mark.parametrize(
    "broken",
    [
        {"counts": ((1,),)},
        {"counts": ((1,), (-1,))},
        {"rows": ("a", "a")},
    ],
)
def test_a_malformed_table_is_refused(broken):
    with pytest.raises(ValueError, match="The table 'ages'"):
        Table(**{"name": "ages", "rows": ("a", "b"), "columns": ("c",), "counts": ((1,), (2,)), **broken})


@pytest.mark.parametrize(("threshold", "base"), [(0, 5), (6, 0)])
def test_threshold_and_base_are_checked(threshold, base):
    with pytest.raises(ValueError, match="1 or more"):
        publishable([], threshold, base)


def test_an_empty_release_is_empty():
    assert publishable([], 6, 5) == []
