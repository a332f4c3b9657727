"""The spool's file: its tables, how it is opened, and what happens when it is new, torn, or somebody else's."""

import sqlite3
from pathlib import Path

from devices.epoch import WrongSpool, epoch_beside, note_epoch

SCHEMA = """
CREATE TABLE IF NOT EXISTS about (
    one INTEGER PRIMARY KEY CHECK (one = 1), gw TEXT NOT NULL, epoch INTEGER NOT NULL CHECK (epoch >= 1),
    seq INTEGER NOT NULL CHECK (seq >= 0), certain INTEGER NOT NULL CHECK (certain IN (0, 1)));
CREATE TABLE IF NOT EXISTS outgoing (
    seq INTEGER PRIMARY KEY, channel TEXT NOT NULL, at INTEGER NOT NULL, thin INTEGER NOT NULL, body BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS outgoing_at ON outgoing (at);
CREATE INDEX IF NOT EXISTS outgoing_oldest ON outgoing (thin, at) WHERE channel = 'up/m';
CREATE TABLE IF NOT EXISTS pending (
    sensor TEXT NOT NULL, at INTEGER NOT NULL, value TEXT, quality TEXT, clk TEXT NOT NULL, mono INTEGER, boot TEXT,
    PRIMARY KEY (sensor, at));
CREATE TABLE IF NOT EXISTS instants (
    number INTEGER PRIMARY KEY, sensor TEXT NOT NULL, at INTEGER NOT NULL, UNIQUE (sensor, at));
CREATE TABLE IF NOT EXISTS declared (first INTEGER NOT NULL, last INTEGER NOT NULL, named_by INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS answered (command TEXT PRIMARY KEY, at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS loads (instrument TEXT PRIMARY KEY, armed INTEGER NOT NULL, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS free_clock (boot TEXT PRIMARY KEY, base INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS set_clock (
    one INTEGER PRIMARY KEY CHECK (one = 1), boot TEXT NOT NULL, difference INTEGER NOT NULL);
"""


def open_file(path: Path, gw: str, epoch: int | None) -> tuple[sqlite3.Connection, bool]:
    """The connection, for one thread at a time, and whether the spool was made anew. Raises WrongSpool."""
    try:
        return _connect(path, gw, epoch)
    except sqlite3.OperationalError as trouble:  # locked, read-only, no such folder: not a broken file
        raise WrongSpool(f"{path}: {trouble}") from trouble
    except sqlite3.DatabaseError:
        # A torn file can never say which numbers it had given; a new epoch is the honest answer.
        for tail in ("", "-wal", "-shm"):
            part = Path(f"{path}{tail}")
            if part.exists():
                part.replace(f"{part}.broken")
        return _connect(path, gw, epoch)


def _connect(path: Path, gw: str, epoch: int | None) -> tuple[sqlite3.Connection, bool]:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.executescript(SCHEMA)
        if connection.execute("PRAGMA quick_check").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("the file is damaged")
        about = connection.execute("SELECT gw, epoch FROM about").fetchone()
        if about is None:
            _begin(connection, path, gw, epoch)
        elif about[0] != gw:
            raise WrongSpool(f"{path} belongs to gateway {about[0]!r}, not to {gw!r}")
        elif epoch is not None and epoch != about[1]:
            raise WrongSpool(f"{path} is in epoch {about[1]}; --epoch is for a spool that does not exist yet")
    except BaseException:
        connection.close()
        raise
    return connection, about is None


def _begin(connection: sqlite3.Connection, path: Path, gw: str, epoch: int | None) -> None:
    """The epoch goes to its own small file first: it outlives the loss of the spool."""
    before = 0 if epoch is not None else epoch_beside(path)
    certain = epoch is not None or before > 0
    chosen = epoch if epoch is not None else before + 1
    note_epoch(path, gw, chosen)
    connection.execute("INSERT INTO about VALUES (1, ?, ?, 0, ?)", (gw, chosen, certain))
