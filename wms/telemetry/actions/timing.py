"""A gateway without time: its stamps wait for the word that corrects them, and are moved by it once."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from devices.messages import DeviceEvent, Envelope, Weighing, decode_as
from wms import lots
from wms.kernel.clock import Moment, from_ms
from wms.kernel.evidence import append
from wms.telemetry.actions.letting_in import let_in, offsets_of
from wms.telemetry.rules import FUTURE_MS
from wms.telemetry.tables import ClockOffset, GatewayMessage, QuarantinedReading, Stream

CLOCK = "clock"  # the event that tells a boot's offset


def settle_clocks(session: Session, messages: Sequence[Envelope], *, at: Moment) -> dict[tuple[str, UUID], int]:
    """Keep what new messages tell of clocks, and return the offsets of all boots they speak of.

    The first word about a boot counts. Locks all streams of a gateway without time, so that no batch slips in
    unmoved beside the word that moves it, whichever inbox has which.
    """
    told = [message for message in messages if isinstance(message, DeviceEvent) and message.k == CLOCK]
    gateways = {message.gw for message in messages if message.clk == "free"} | {event.gw for event in told}
    for gateway in sorted(gateways):
        streams = select(Stream.epoch).where(Stream.gateway == gateway).order_by(Stream.epoch)
        session.execute(streams.with_for_update())
    offsets = offsets_of(session, gateways) if gateways else {}
    for event in told:
        if event.boot is None or event.offset is None or (event.gw, event.boot) in offsets:
            continue
        offsets[event.gw, event.boot] = event.offset
        row = ClockOffset(
            gateway=event.gw, boot=event.boot, offset_ms=event.offset, epoch=event.ep, sequence=event.seq,
            told_at=at.at,
        )  # fmt: skip
        append(session, row)
        _move(session, row, at=at)
    return offsets


def _move(session: Session, told: ClockOffset, *, at: Moment) -> None:
    """Place what waited for this boot's offset: readings out of quarantine, weights beside their records."""
    waiting = (
        select(QuarantinedReading)
        .where(
            QuarantinedReading.gateway == told.gateway,
            QuarantinedReading.boot == told.boot,
            QuarantinedReading.verdict_id.is_(None),
        )
        .order_by(QuarantinedReading.epoch, QuarantinedReading.sequence, QuarantinedReading.n)
    )
    let_in(session, list(session.scalars(waiting)), at=at)
    time_weights(session, _weighings(session, told), {(told.gateway, told.boot): told.offset_ms}, at=at)


def _weighings(session: Session, told: ClockOffset) -> Iterable[Weighing]:
    for record in lots.untimed_weights(session, told.gateway):
        stored = session.get_one(GatewayMessage, (record.gateway, record.epoch, record.sequence))
        said = decode_as("up/w", stored.payload)
        if isinstance(said, Weighing) and said.boot == told.boot:
            yield said


def time_weights(
    session: Session, weighings: Iterable[Weighing], offsets: dict[tuple[str, UUID], int], *, at: Moment
) -> None:
    """Tell the lots room when weights of a free clock were really taken, as far as that is known."""
    for said in weighings:
        offset = None if said.clk != "free" or said.boot is None else offsets.get((said.gw, said.boot))
        if offset is not None and 0 <= said.at + offset <= at.ms + FUTURE_MS:
            key = lots.RecordKey(said.gw, said.ep, said.seq)
            lots.tell_weight_time(session, key, from_ms(said.at + offset), at=at)
