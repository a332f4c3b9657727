"""Files of transfers for the bank: the same rows give the same bytes, so that a stored digest proves them. Pure."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from uuid import UUID
from xml.sax.saxutils import escape

PAIN = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
HEADS = ("序号", "收款户名", "收款账号", "收款银行", "金额", "用途")
NAME_MOST = 140


class FileKind(StrEnum):
    """What the bank is given."""

    CSV = "csv"
    PAIN = "pain001"


@dataclass(frozen=True, slots=True)
class Transfer:
    """One transfer: to whom, how much in fen, and the words that come with it."""

    fen: int
    account_name: str
    bank: str
    account_number: str
    words: str


@dataclass(frozen=True, slots=True)
class Batch:
    """The head of a file: its id, our own name and account, the day it is for and when it was made."""

    id: UUID
    own_name: str
    own_account: str
    on: date
    made_at: datetime


def rendered(kind: FileKind, batch: Batch, transfers: Sequence[Transfer]) -> bytes:
    """Return a file for the bank: CSV in GB18030 as Chinese banks take it, or ISO 20022 pain.001."""
    return _csv(transfers) if kind is FileKind.CSV else _pain(batch, transfers)


def file_digest(content: bytes) -> str:
    """Return the SHA-256 of a file."""
    return sha256(content).hexdigest()


def _csv(transfers: Sequence[Transfer]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADS)
    for n, one in enumerate(transfers, 1):
        words = (one.account_name, one.account_number, one.bank, one.words)
        name, number, bank, text = (f"'{word}" if word.startswith(FORMULA) else word for word in words)
        writer.writerow([n, name, number, bank, _yuan(one.fen), text])
    return out.getvalue().encode("gb18030")


def _pain(batch: Batch, transfers: Sequence[Transfer]) -> bytes:
    total, count, mark = _yuan(sum(one.fen for one in transfers)), len(transfers), batch.id.hex
    head = (
        f"<GrpHdr><MsgId>{mark}</MsgId><CreDtTm>{batch.made_at:%Y-%m-%dT%H:%M:%S}Z</CreDtTm><NbOfTxs>{count}</NbOfTxs>"
        f"<CtrlSum>{total}</CtrlSum><InitgPty><Nm>{_text(batch.own_name)}</Nm></InitgPty></GrpHdr>"
    )
    payer = (
        f"<PmtInfId>{mark}</PmtInfId><PmtMtd>TRF</PmtMtd><NbOfTxs>{count}</NbOfTxs><CtrlSum>{total}</CtrlSum>"
        f"<ReqdExctnDt><Dt>{batch.on}</Dt></ReqdExctnDt><Dbtr><Nm>{_text(batch.own_name)}</Nm></Dbtr>"
        f"<DbtrAcct>{_account(batch.own_account)}</DbtrAcct><DbtrAgt><FinInstnId/></DbtrAgt>"
    )
    body = "".join(_transfer(mark, n, one) for n, one in enumerate(transfers, 1))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{PAIN}"><CstmrCdtTrfInitn>{head}'
        f"<PmtInf>{payer}{body}</PmtInf></CstmrCdtTrfInitn></Document>\n"
    ).encode()


def _transfer(mark: str, n: int, one: Transfer) -> str:
    return (
        f"<CdtTrfTxInf><PmtId><EndToEndId>{mark[:24]}-{n}</EndToEndId></PmtId>"
        f'<Amt><InstdAmt Ccy="CNY">{_yuan(one.fen)}</InstdAmt></Amt>'
        f"<CdtrAgt><FinInstnId><Nm>{_text(one.bank)}</Nm></FinInstnId></CdtrAgt><Cdtr><Nm>{_text(one.account_name)}</Nm></Cdtr>"
        f"<CdtrAcct>{_account(one.account_number)}</CdtrAcct><RmtInf><Ustrd>{_text(one.words)}</Ustrd></RmtInf></CdtTrfTxInf>"
    )


def _account(number: str) -> str:
    return f"<Id><Othr><Id>{_text(number)}</Id></Othr></Id>"


def _text(words: str) -> str:
    return escape("".join(sign for sign in words if sign.isprintable())[:NAME_MOST])


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"
