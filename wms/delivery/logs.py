"""Logs of the program: plain lines, or one JSON object a line."""

import json
import logging

from wms.config import Log

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """One JSON object a line, with whatever was passed as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = {"at": self.formatTime(record), "level": record.levelname, "name": record.name}
        line |= {"message": record.getMessage()}
        line |= {key: str(value) for key, value in vars(record).items() if key not in _OWN}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def set_up_logs(settings: Log) -> None:
    """Send logs to standard error at the level of the settings."""
    handler = logging.StreamHandler()
    plain = logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    handler.setFormatter(JsonLines() if settings.json else plain)
    logging.basicConfig(level=settings.level, handlers=[handler], force=True)
