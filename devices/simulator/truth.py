"""What the simulated instruments really produced, written down by themselves: the yardstick of every loss campaign."""

import json
from pathlib import Path
from typing import IO, Any


class Truth:
    """Lines of JSON, each on disk before anything more is produced; `at` is ms UTC."""

    def __init__(self, path: Path | None) -> None:
        self._file: IO[str] | None = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("a", buffering=1)

    def note(self, at: int, kind: str, **facts: Any) -> None:
        """One fact."""
        if self._file is not None:
            self._file.write(json.dumps({"at": at, "k": kind, **facts}) + "\n")

    def close(self) -> None:
        """Ends the file."""
        if self._file is not None:
            self._file.close()
