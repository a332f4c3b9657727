"""docs/data.md says what the tables say."""

from pathlib import Path

from wms.cli.describing import dictionary

DOCS = Path(__file__).parents[2] / "docs"


def test_the_data_dictionary_is_current():
    assert (DOCS / "data.md").read_text("utf-8") == dictionary() + "\n", "run: python -m wms describe > docs/data.md"
