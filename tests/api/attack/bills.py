"""What the bills of an exit must say, held against the attack's own books."""

from tests.api.attack.books import Books
from tests.api.make import Human
from tests.api.test_walk import Walk


def bill_is_whole(walk: Walk, auditor: Human, books: Books, exit_id: str) -> None:
    """Fail unless an exit was billed what it owes today: its time, its handling, and each job on its lot once."""
    bills = walk.ask(auditor, f"/exit-orders/{exit_id}/invoices")["items"]
    lines = [line for bill in bills for line in walk.ask(auditor, f"/invoices/{bill['id']}/lines")["items"]]
    jobs = sum(step["line"] == "repack" for line in lines for step in line["explanation"])
    assert jobs == books.jobs_of(exit_id), f"{jobs} jobs on the bills of an exit, {books.jobs_of(exit_id)} done"
    billed, owed = sum(bill["total_fen"] for bill in bills), books.owed_fen(exit_id)
    assert billed == owed, f"an exit that owes {owed} was billed {billed}"
