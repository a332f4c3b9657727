"""ISO 20022 camt.053: one bank-to-customer statement, read without ever following what a document declares. Pure."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from wms.treasury.rules.statements import (
    ACCOUNT_MOST,
    NAME_MOST,
    REFERENCE_MOST,
    TEXT_MOST,
    BadRow,
    Said,
    StatementFile,
    day_of,
    fen_of,
)

MOST_DEPTH = 40
CURRENCY = "CNY"


class _Hostile(Exception):
    """The document declares something, or is deeper than any statement."""


def read_camt053(content: bytes) -> StatementFile:
    """Read a camt.053 document of one statement in CNY; booked entries only.

    A document type, an entity or a reference to something outside is refused before it is looked at, whatever the
    document's encoding: it comes back as a bad row, like what is no camt.053 at all.
    """
    try:
        root = _tree(content)
    except _Hostile:
        return _nothing("hostile", "DOCTYPE")
    except (expat.ExpatError, ValueError, LookupError) as error:
        return _nothing("no_camt", str(error)[:60])
    statements = [element for element in root.iter() if element.tag == "Stmt"]
    if len(statements) != 1:
        return _nothing("no_camt" if not statements else "several", str(len(statements)))
    return _statement(statements[0])


def _nothing(why: str, value: str) -> StatementFile:
    return StatementFile(None, None, None, (), (BadRow(1, why, value),))


def _tree(content: bytes) -> Element:
    """Return the document as a tree of local names; a declared type or entity ends the reading at once."""
    builder, depth = TreeBuilder(), [0]
    parser = expat.ParserCreate(namespace_separator="}")

    def refuse(*_declared: object) -> int:
        raise _Hostile

    def start(name: str, attributes: dict[str, str]) -> None:
        depth[0] += 1
        if depth[0] > MOST_DEPTH:
            raise _Hostile
        builder.start(name.rpartition("}")[2], attributes)

    def end(name: str) -> None:
        depth[0] -= 1
        builder.end(name.rpartition("}")[2])

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.buffer_text = True
    parser.Parse(content, True)
    return builder.close()


def _statement(found: Element) -> StatementFile:
    account = _first(found, "Acct/Id/IBAN", "Acct/Id/Othr/Id")[:ACCOUNT_MOST] or None
    balances = {_first(each, "Tp/CdOrPrtry/Cd"): _signed(each) for each in found.findall("Bal")}
    opening, closing = balances.get("OPBD", balances.get("PRCD")), balances.get("CLBD")
    bad: list[BadRow] = []
    if opening is None or closing is None:
        bad.append(BadRow(1, "balance", ", ".join(sorted(balances))))
    entries: list[Said] = []
    for number, each in enumerate(found.findall("Ntry"), 1):
        if _first(each, "Sts/Cd", "Sts") not in ("BOOK", ""):
            continue
        read = _entry(number, each)
        if isinstance(read, BadRow):
            bad.append(read)
        else:
            entries.append(read)
    return StatementFile(account, opening, closing, tuple(entries), tuple(bad))


def _entry(number: int, found: Element) -> Said | BadRow:
    booked_on = day_of(_first(found, "BookgDt/Dt", "BookgDt/DtTm")[:10])
    if booked_on is None:
        return BadRow(number, "day", _first(found, "BookgDt/Dt", "BookgDt/DtTm")[:60])
    fen = _signed(found)
    if not fen:
        return BadRow(number, "amount", _first(found, "Amt")[:60])
    other = "Dbtr" if fen > 0 else "Cdtr"
    near = "NtryDtls/TxDtls/RltdPties/"
    name = _first(found, f"{near}{other}/Pty/Nm", f"{near}{other}/Nm")
    account = _first(found, f"{near}{other}Acct/Id/IBAN", f"{near}{other}Acct/Id/Othr/Id")
    words = dict.fromkeys(_all(found, "NtryDtls/TxDtls/RmtInf/Ustrd", "NtryDtls/TxDtls/RmtInf/Strd/CdtrRefInf/Ref",
                               "NtryDtls/TxDtls/Refs/EndToEndId", "AddtlNtryInf"))  # fmt: skip
    words.pop("NOTPROVIDED", None)
    reference = _first(found, "AcctSvcrRef", "NtryDtls/TxDtls/Refs/AcctSvcrRef", "NtryRef")
    return Said(
        number, booked_on, fen, name[:NAME_MOST], account[:ACCOUNT_MOST], " ".join(words)[:TEXT_MOST],
        reference[:REFERENCE_MOST],
    )  # fmt: skip


def _signed(found: Element) -> int | None:
    """Return an amount with its side, in fen; None where it is not in CNY or no amount."""
    amount = found.find("Amt")
    fen = None if amount is None or amount.get("Ccy") != CURRENCY else fen_of(amount.text or "")
    side = _first(found, "CdtDbtInd")
    return None if fen is None or fen < 0 or side not in ("CRDT", "DBIT") else fen if side == "CRDT" else -fen


def _first(found: Element, *paths: str) -> str:
    return next(_all(found, *paths), "")


def _all(found: Element, *paths: str) -> Iterator[str]:
    for path in paths:
        for each in found.findall(path):
            if each.text and each.text.strip():
                yield each.text.strip()
