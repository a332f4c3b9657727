"""Lines of a sheet, by the names of their columns."""

from wms.kernel.sheets import named_lines


def test_lines_are_numbered_as_people_count_them_and_empty_ones_pass() -> None:
    cells = [["Lot", "Units", "Note"], [" L1 ", "3", "x"], ["", " ", ""], ["L2"]]
    assert list(named_lines(cells, {"lot": 0, "units": 1})) == [
        (2, {"lot": "L1", "units": "3"}), (4, {"lot": "L2", "units": ""}),
    ]  # fmt: skip


def test_headings_alone_and_nothing_have_no_lines() -> None:
    assert list(named_lines([["Lot"]], {"lot": 0})) == []
    assert list(named_lines([], {"lot": 0})) == []
