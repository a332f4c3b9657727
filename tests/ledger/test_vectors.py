"""The golden vectors' canonical text and hash chain, byte by byte."""

import json
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from wms.ledger.rules import GENESIS, Entry, Leg, chained, memento

CASES = json.loads((Path(__file__).parent.parent / "vectors" / "settlement.json").read_text())


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if "postings" in case])
def test_the_hash_chain_of_a_vector_is_reproduced(name):
    previous = GENESIS
    for seq, posting in enumerate(CASES[name]["postings"], start=1):
        legs = tuple(Leg(account, fen) for account, fen in posting["legs_fen"])
        entry = Entry(
            UUID(int=seq), posting["tx"], "vector", posting["memo"], date.fromisoformat(posting["effective"]), legs
        )
        text = memento(entry, seq, date.fromisoformat(posting["recorded"]), posting["reverses"])
        previous = chained(previous, text)
        assert previous == posting["hash"], posting["tx"]
