"""What watchers ask: alive, ready, how much of what; and who may ask."""

import shutil
from pathlib import Path

from sqlalchemy import text

from tests.api.make import Hands, headers, problem
from wms.app import create_app
from wms.config import Config
from wms.kernel.database import Database
from wms.users import Role


def test_it_is_alive_without_anybody_signing_in(hands: Hands) -> None:
    assert hands.client.get("/healthz").json == {"status": "alive"}


def test_it_is_ready_with_its_database_at_this_release(hands: Hands) -> None:
    answer = hands.client.get("/readyz")
    assert (answer.status_code, answer.json) == (
        200, {"status": "ready", "reachable": True, "migrated": True, "writable": True},
    )  # fmt: skip
    count = text("SELECT count(*) FROM commands WHERE action = 'api.readiness'")
    assert hands.database.read(lambda session: session.scalar(count)) == 0


def test_it_is_not_ready_at_another_release(hands: Hands) -> None:
    hands.write(lambda session: session.execute(text("UPDATE alembic_version SET version_num = '0000'")))
    answer = hands.client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["migrated"] is False  # type: ignore[index]


def test_it_is_not_ready_without_a_database(tmp_path: Path) -> None:
    for url in (f"sqlite:///{tmp_path}/missing/none.sqlite3", "postgresql+psycopg://nobody@127.0.0.1:1/none"):
        client = create_app(Config(), database=Database.open(url)).test_client()
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json["reachable"]) == (503, False)  # type: ignore[index]
        assert client.get("/healthz").status_code == 200


def test_it_is_not_ready_when_it_cannot_write(migrated_sqlite: Path, tmp_path: Path) -> None:
    path = tmp_path / "full.sqlite3"
    shutil.copyfile(migrated_sqlite, path)
    database = Database.open(f"sqlite:///{path}")
    with database.transaction() as session:
        session.execute(text("CREATE TRIGGER full BEFORE INSERT ON commands BEGIN SELECT RAISE(ABORT, 'full'); END"))
    answer = create_app(Config(), database=database).test_client().get("/readyz")
    assert (answer.status_code, answer.json["writable"]) == (503, False)  # type: ignore[index]
    database.close()


def test_metrics_count_what_waits(hands: Hands) -> None:
    hands.do(hands.staff["Esha"], "/sites", code="yt1", name="烟台一库", zone="Asia/Shanghai")
    said = hands.client.get("/metrics", environ_base={"REMOTE_ADDR": "127.0.0.1"}).text
    for name in ("coldlot_outbox_due", "coldlot_outbox_oldest_seconds", "coldlot_dead_letters", "coldlot_ledger_holds",
                 "coldlot_inbox_lag_seconds", "coldlot_inbox_missing", "coldlot_lot_holds",
                 "coldlot_requests_total", "coldlot_request_seconds"):  # fmt: skip
        assert f"# TYPE {name.removesuffix('_total')}" in said or f"# TYPE {name}" in said, name


def test_metrics_are_for_this_machine_or_an_auditor(hands: Hands) -> None:
    far = {"REMOTE_ADDR": "192.0.2.7"}
    proxied = {"X-Forwarded-For": "192.0.2.7"}
    ann = hands.human("Ann", Role.AUDITOR)
    problem(hands.client.get("/metrics", environ_base=far), 401, "not_signed_in")
    problem(hands.client.get("/metrics", headers=proxied), 401, "not_signed_in")
    problem(hands.client.get("/metrics", environ_base=far, headers=headers(hands.staff["Asha"])), 403, "forbidden")
    assert hands.client.get("/metrics", environ_base=far, headers=headers(ann)).status_code == 200
