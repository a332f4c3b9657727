"""The gateway's memory: every record is on this disk before anybody hears of it, and leaves it when the server has it.

One SQLite file, WAL, `synchronous=FULL`: what a call here has returned from survives a power cut. Measurements,
weighings and events share one sequence, +1 for each message, given in the transaction that writes it. The epoch goes up
by one only when the spool is made anew, so (gateway, epoch, sequence) never names two messages.
"""

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol, cast
from uuid import UUID

from devices.batches import Make, Reading, batches, holes, merged, ranges, reading_of, readings_in, renumbered, thinned
from devices.epoch import note_epoch
from devices.messages import (
    CHANNEL_OF,
    ROWS_MAX,
    Ack,
    Channel,
    DeviceEvent,
    Measurements,
    SeqRange,
    Upward,
    Weighing,
    decode_as,
    encode,
)
from devices.spool_file import open_file

THIN_AT_ONCE = 100  # messages read together, so that one in ten of a slow sensor means something
THIN_STEPS = 3  # at most, for each new message: a full disk must not stall the ports
ANSWERS_KEPT_MS = 30 * 86_400_000  # longer than any broker keeps a command for us
DECLARATIONS_MAX = 20  # events that name losses and wait
RANGES_NAMED_AT_ONCE = 1000  # an event must stay below the contract's 64 KB
INSTANTS_KEPT = 20_000  # of all sensors together: eight hours of forty sensors at one a minute
THIN_LEVELS = (0, 1, 2)  # after three times one in ten, whole messages go


@dataclass(frozen=True)
class Outgoing:
    """A message waiting for the server's acknowledgement."""

    seq: int
    channel: Channel
    body: bytes


@dataclass(frozen=True)
class Depth:
    """How much waits: messages, readings not yet in a message, the oldest message's instant (ms) and bytes held."""

    messages: int
    pending: int
    oldest: int | None
    bytes_held: int


class NameLost(Protocol):
    """Makes the event that names what will never come."""

    def __call__(self, ep: int, seq: int, *, lost: list[SeqRange], text: str) -> DeviceEvent:
        """The event under that number, stamped now."""
        ...


class Spool:
    """One gateway's spool. Safe to use from any thread: one connection behind one lock, one writer, one file."""

    def __init__(self, path: Path, gw: str, bytes_max: int, name_lost: NameLost, epoch: int | None = None) -> None:
        """Opens the spool or makes it. `name_lost(ep, seq, lost, text)` makes the event that names what never comes.

        `epoch` begins that epoch in a spool that does not exist yet (a replaced box whose disk is lost).
        Raises WrongSpool.
        """
        self.path = path
        self.gw = gw
        self.bytes_max = bytes_max
        self._name_lost = name_lost
        self._lock = threading.RLock()
        self._connection, self.made_anew = open_file(path, gw, epoch)
        self._held = self._bytes_held = 0
        self._count()

    def close(self) -> None:
        """Ends the connection; nothing is lost, everything was already on disk."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                self._count()
                raise
            self._connection.execute("COMMIT")

    def _count(self) -> None:
        """Reads the whole spool; kept up to date afterwards, because it may be hundreds of megabytes on a slow card."""
        query = "SELECT count(*), coalesce(sum(length(body)), 0) FROM outgoing"
        self._held, self._bytes_held = self._connection.execute(query).fetchone()

    def _one(self, query: str, *values: object) -> int:
        with self._lock:
            return int(self._connection.execute(query, values).fetchone()[0])

    @property
    def epoch(self) -> int:
        return self._one("SELECT epoch FROM about")

    @property
    def last_seq(self) -> int:
        return self._one("SELECT seq FROM about")

    @property
    def is_certain(self) -> bool:
        """False while nobody knows whether this gateway's name had earlier epochs: nothing may be sent until then."""
        return bool(self._one("SELECT certain FROM about"))

    def confirm_epoch(self) -> None:
        """The broker keeps no acknowledgement of a later epoch: this one stands."""
        with self._writing() as connection:
            connection.execute("UPDATE about SET certain = 1")

    def keep(self, readings: Iterable[Reading]) -> int:
        """Puts readings on disk, not yet in a message; returns how many.

        A clock that was set back comes past the same milliseconds again: a reading whose instant its sensor has had of
        late, in this run or before it, is put at the next free one, because the server keeps one value for an instant.
        """
        rows = []
        with self._writing() as connection:
            for r in readings:
                late = self._late(connection, r.sensor, r.at)
                value, mono = None if r.value is None else str(r.value), None if r.mono is None else r.mono + late
                rows.append((r.sensor, r.at + late, value, r.quality, r.clk, mono, r.boot))
            connection.executemany("INSERT INTO pending VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
            oldest = "DELETE FROM instants WHERE number <= (SELECT max(number) FROM instants) - ?"
            connection.execute(oldest, (INSTANTS_KEPT,))
        return len(rows)

    def _late(self, connection: sqlite3.Connection, sensor: str, at: int) -> int:
        """How many ms after `at` the sensor's next free instant is; takes it."""
        late = 0
        take = "INSERT OR IGNORE INTO instants (sensor, at) VALUES (?, ?)"
        while connection.execute(take, (sensor, at + late)).rowcount == 0:
            late += 1
        return late

    def flush(self) -> list[int]:
        """Up to 500 waiting readings become messages, one for each stretch of one clock; returns their numbers."""
        with self._writing() as connection:
            rows = connection.execute("SELECT * FROM pending ORDER BY rowid LIMIT ?", (ROWS_MAX,)).fetchall()
            readings = [reading_of(row) for row in rows]
            given = [seq for batch in batches(self.gw, readings) for seq in [self._add(connection, batch)[0]]]
            connection.executemany(
                "DELETE FROM pending WHERE sensor = ? AND at = ?", [(r.sensor, r.at) for r in readings]
            )
        self._keep_within_bounds()
        return given

    def append(self, make: Make) -> Upward:
        """Writes the message `make(epoch, seq)` returns, under the next number. Raises BadMessage as `encode` does."""
        with self._writing() as connection:
            message = self._add(connection, make)[1]
        self._keep_within_bounds()
        return message

    def append_capture(self, make: Make) -> Weighing:
        """Writes a weighing and, in the same transaction, that its load is taken: a restart shall not take it again."""
        with self._writing() as connection:
            message = cast(Weighing, self._add(connection, make)[1])
            connection.execute("INSERT OR REPLACE INTO loads VALUES (?, 0, ?)", (message.instrument, encode(message)))
        self._keep_within_bounds()
        return message

    def note_returned(self, instrument: str) -> None:
        """The scale was let go: its next load is a new one."""
        with self._writing() as connection:
            connection.execute("UPDATE loads SET armed = 1 WHERE instrument = ?", (instrument,))

    def last_capture(self, instrument: str) -> tuple[Weighing, bool] | None:
        """An instrument's last weighing, and whether its load has left the scale since."""
        with self._lock:
            query = "SELECT body, armed FROM loads WHERE instrument = ?"
            row = self._connection.execute(query, (instrument,)).fetchone()
        return (cast(Weighing, decode_as("up/w", row[0])), bool(row[1])) if row else None

    def _add(self, connection: sqlite3.Connection, make: Make, *, thin: int = 0) -> tuple[int, Upward]:
        epoch, seq = connection.execute("UPDATE about SET seq = seq + 1 RETURNING epoch, seq").fetchone()
        message = make(epoch, seq)
        body = encode(message)
        at = message.t0 if isinstance(message, Measurements) else message.at
        row = (seq, CHANNEL_OF[type(message)], at, thin, body)
        connection.execute("INSERT INTO outgoing VALUES (?, ?, ?, ?, ?)", row)
        self._held += 1
        self._bytes_held += len(body)
        return seq, message

    def get(self, seq: int) -> Outgoing | None:
        """The message with that number, if the server has not acknowledged it."""
        with self._lock:
            row = self._connection.execute("SELECT seq, channel, body FROM outgoing WHERE seq = ?", (seq,)).fetchone()
        return Outgoing(*row) if row else None

    def list_after(self, seq: int, limit: int) -> list[int]:
        """The next waiting numbers above `seq`, ascending."""
        query = "SELECT seq FROM outgoing WHERE seq > ? ORDER BY seq LIMIT ?"
        with self._lock:
            return [row[0] for row in self._connection.execute(query, (seq, limit))]

    def depth(self) -> Depth:
        """How much waits for the server."""
        with self._lock:
            (oldest,) = self._connection.execute("SELECT min(at) FROM outgoing").fetchone()
            return Depth(self._held, self._one("SELECT count(*) FROM pending"), oldest, self._bytes_held)

    def acknowledge(self, ack: Ack) -> list[int]:
        """Deletes what the server has; returns the missed numbers that are still here and must go again.

        What the server misses and this spool no longer holds is named in one event, once for as long as that waits.
        An acknowledgement of an earlier epoch changes nothing. One of a later epoch, one beyond the last number given,
        or any before this epoch was certain, is about another file of this name (lost, or this one was set back in
        time): everything waiting gets new numbers in a new epoch; readings and capture ids show the server what it has.
        """
        with self._writing() as connection:
            epoch, last, certain = connection.execute("SELECT epoch, seq, certain FROM about").fetchone()
            if ack.ep < epoch:
                return []
            if ack.ep > epoch or ack.upto > last or not certain:
                self._begin_epoch(connection, ack.ep + 1)
                return []
            again: list[int] = []
            gone: list[SeqRange] = []
            below = 0
            for first, end in sorted(ack.miss):
                self._delete(connection, below, first - 1, ack.upto)
                within = "SELECT seq FROM outgoing WHERE seq BETWEEN ? AND ? ORDER BY seq"
                held = [row[0] for row in connection.execute(within, (first, min(end, last)))]
                again += held
                gone += holes(first, min(end, last), held)
                below = max(below, end + 1)
            self._delete(connection, below, ack.upto, ack.upto)
            self._declare(connection, gone, "asked for by the server, not in the spool")
            return again

    def _delete(self, connection: sqlite3.Connection, first: int, last: int, upto: int) -> None:
        bounds = (first, min(last, upto))
        size = "SELECT coalesce(sum(length(body)), 0) FROM outgoing WHERE seq BETWEEN ? AND ?"
        self._bytes_held -= connection.execute(size, bounds).fetchone()[0]
        self._held -= connection.execute("DELETE FROM outgoing WHERE seq BETWEEN ? AND ?", bounds).rowcount

    def _declare(self, connection: sqlite3.Connection, lost: list[SeqRange], text: str) -> None:
        """Names lost ranges in an event, unless one that names them still waits for the server."""
        connection.execute("DELETE FROM declared WHERE named_by NOT IN (SELECT seq FROM outgoing)")
        known = "SELECT 1 FROM declared WHERE first <= ? AND last >= ?"
        new = [(a, b) for a, b in lost if connection.execute(known, (a, b)).fetchone() is None]
        for start in range(0, len(new), RANGES_NAMED_AT_ONCE):
            some = new[start : start + RANGES_NAMED_AT_ONCE]
            seq, _message = self._add(connection, partial(self._name_lost, lost=some, text=text))
            connection.executemany("INSERT INTO declared VALUES (?, ?, ?)", [(a, b, seq) for a, b in some])
        self._merge_declarations(connection)

    def _merge_declarations(self, connection: sqlite3.Connection) -> None:
        """Many events that name losses become one that names their losses and themselves, lest they fill the spool."""
        rows = connection.execute("SELECT first, last, named_by FROM declared").fetchall()
        events = {named_by for _first, _last, named_by in rows}
        lost = merged([(a, b) for a, b, _ in rows] + [(seq, seq) for seq in events])
        if len(events) <= DECLARATIONS_MAX or len(lost) > RANGES_NAMED_AT_ONCE:
            return
        for first, last in ranges(events):
            self._delete(connection, first, last, last)
        text = f"spool full: the losses of {len(events)} events in one"
        seq, _message = self._add(connection, partial(self._name_lost, lost=lost, text=text))
        connection.execute("DELETE FROM declared")
        connection.executemany("INSERT INTO declared VALUES (?, ?, ?)", [(a, b, seq) for a, b in lost])

    def _begin_epoch(self, connection: sqlite3.Connection, epoch: int) -> None:
        waiting = connection.execute("SELECT seq, channel, thin, body FROM outgoing ORDER BY seq").fetchall()
        note_epoch(self.path, self.gw, epoch)
        connection.execute("DELETE FROM outgoing")
        connection.execute("DELETE FROM declared")
        connection.execute("UPDATE about SET epoch = ?, seq = 0, certain = 1", (epoch,))
        self._held = self._bytes_held = 0
        for _seq, channel, thin, body in waiting:
            self._add(connection, renumbered(channel, body), thin=thin)

    def _keep_within_bounds(self) -> None:
        """Makes room by thinning the oldest history, a little at a time; never the newest."""
        for _step in range(THIN_STEPS):
            if self._bytes_held <= self.bytes_max:
                return
            with self._writing() as connection:
                if not any(self._thin(connection, level) for level in THIN_LEVELS):
                    self._drop_oldest(connection)

    def _thin(self, connection: sqlite3.Connection, level: int) -> bool:
        """The older half of the batches thinned `level` times, at most 100 of them, thinned once more."""
        count = "SELECT count(*) FROM outgoing WHERE channel = 'up/m' AND thin = ?"
        limit = min(THIN_AT_ONCE, connection.execute(count, (level,)).fetchone()[0] // 2)
        oldest = "SELECT seq, body FROM outgoing WHERE channel = 'up/m' AND thin = ? ORDER BY at LIMIT ?"
        rows = connection.execute(oldest, (level, limit)).fetchall()
        if len(rows) < 2:
            return False
        readings = [reading for _seq, body in rows for reading in readings_in(body)]
        kept = thinned(readings)
        for batch in batches(self.gw, kept, live=False):
            self._add(connection, batch, thin=level + 1)
        self._remove(
            connection, [seq for seq, _body in rows], f"spool full: {len(kept)} of {len(readings)} readings kept"
        )
        return True

    def _drop_oldest(self, connection: sqlite3.Connection) -> None:
        """Last resort: whole messages, but no event that names what is lost, and never the newer half."""
        count = connection.execute("SELECT count(*) FROM outgoing").fetchone()[0]
        oldest = """SELECT seq FROM outgoing WHERE seq NOT IN (SELECT named_by FROM declared)
                    ORDER BY channel = 'up/w', at LIMIT ?"""
        rows = connection.execute(oldest, (min(THIN_AT_ONCE, count // 2),)).fetchall()
        self._remove(connection, [row[0] for row in rows], "spool full: whole messages dropped")

    def _remove(self, connection: sqlite3.Connection, seqs: list[int], text: str) -> None:
        for first, last in ranges(seqs):
            self._delete(connection, first, last, last)
        self._declare(connection, ranges(seqs), text)

    def note_free_clock(self, boot: str, base: int) -> int:
        """Remembers, once, what a boot's unset clock adds to its monotonic ms; returns what stands."""
        with self._writing() as connection:
            connection.execute("INSERT OR IGNORE INTO free_clock VALUES (?, ?)", (boot, base))
        return self._one("SELECT base FROM free_clock WHERE boot = ?", boot)

    def free_clock_of(self, boot: str) -> int | None:
        """The base noted for a boot whose offset was not yet told; None if its clock was never free."""
        with self._lock:
            row = self._connection.execute("SELECT base FROM free_clock WHERE boot = ?", (boot,)).fetchone()
        return None if row is None else int(row[0])

    def settle_clock(self, boot: str, make: Make) -> None:
        """Writes the event that tells a boot's offset, and forgets its base, in one transaction."""
        with self._writing() as connection:
            self._add(connection, make)
            connection.execute("DELETE FROM free_clock WHERE boot = ?", (boot,))

    def note_set_clock(self, boot: str, difference: int) -> None:
        """Remembers what a boot's good wall clock adds to its monotonic ms, so that a step between runs is seen."""
        with self._writing() as connection:
            connection.execute("INSERT OR REPLACE INTO set_clock VALUES (1, ?, ?)", (boot, difference))

    def set_clock_of(self, boot: str) -> int | None:
        """What was noted last for this boot; None if nothing was."""
        with self._lock:
            row = self._connection.execute("SELECT difference FROM set_clock WHERE boot = ?", (boot,)).fetchone()
        return None if row is None else int(row[0])

    def has_answered(self, command: UUID) -> bool:
        """Whether a command was carried out or refused before: the broker may deliver it twice."""
        return self._one("SELECT count(*) FROM answered WHERE command = ?", str(command)) == 1

    def answer(self, command: UUID, make: Make, at: int) -> bool:
        """Writes a command's event and remembers its id, in one transaction; false if it was answered before."""
        with self._writing() as connection:
            inserted = connection.execute("INSERT OR IGNORE INTO answered VALUES (?, ?)", (str(command), at)).rowcount
            if inserted == 1:
                self._add(connection, make)
            connection.execute("DELETE FROM answered WHERE at < ?", (at - ANSWERS_KEPT_MS,))
        return inserted == 1
