"""The lines of a sheet that somebody sent, by the names of their columns. Pure."""

from collections.abc import Iterator, Mapping, Sequence

FIRST_LINE = 2  # as people count them: the headings are line 1


def named_lines(cells: Sequence[Sequence[str]], places: Mapping[str, int]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each line below the headings with its number and its texts by name, stripped; empty lines pass.

    `places` says in which column each name stands; a line that ends before it says nothing there.
    """
    for line, texts in enumerate(cells[1:], FIRST_LINE):
        if any(text.strip() for text in texts):
            yield line, {name: texts[at].strip() if at < len(texts) else "" for name, at in places.items()}
