"""What every test may ask for: databases on both engines, a broker, a browser."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import MethodType
from typing import Any, NamedTuple, cast

import pytest
from argon2 import PasswordHasher
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.routing import Rule
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests.servers import process
from tests.servers.broker import Broker
from tests.servers.browser import chromium as start_chromium
from tests.servers.migrated import migrate
from tests.servers.postgres import Postgres
from tests.servers.washed import Washed
from wms.kernel.database import Database
from wms.users.actions import hashing

ENGINES = ("sqlite", "postgresql")
TEMPLATE = "migrated"
PATIENCE_MS = 30_000  # with pages: a busy machine is slow, not wrong
TOGETHER = ("tests/browser/", "tests/season/")
# What takes ten seconds and more begins early: begun last, it would keep one worker busy while the others are done.
LONG = (
    "tests/api/test_attack.py", "tests/api/test_fuzz.py", "tests/api/test_server_races.py", "tests/devices/gateway/",
    "tests/settlement/test_all_or_nothing.py", "tests/settlement/test_stock_machine.py", "tests/web/test_every_link.py",
    "tests/workers/test_inboxes.py",
)  # fmt: skip


class SharersTogether(LoadScopeScheduling):  # type: ignore[misc]  # xdist ships no types
    """Each test goes to whichever worker is free, but those of `tests/browser` to one, for they share browser and
    house, and those of `tests/season` to one: they share the season.

    (The groups that xdist 3.8 marks tests with do not reach its scheduler under pytest 9.2.)
    """

    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in TOGETHER if nodeid.startswith(folder)), nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> SharersTogether:
    """Share the tests out among the workers."""
    return SharersTogether(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long ones first, else keep the order."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@pytest.fixture(scope="session", autouse=True)
def quick_hashing() -> Iterator[None]:
    """Hash passwords with the least work there is; how much is right is asked of the hasher in tests/users."""
    least = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashing, "HASHER", least)
        patch.setattr(hashing, "_NOBODY", least.hash("nobody"))
        yield


class OncePerWorker(BytecodeCache):
    """Templates, compiled once for all applications of a worker."""

    def __init__(self) -> None:
        self.compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if found := self.compiled.get(bucket.key):
            bucket.bytecode_from_string(found)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.compiled[bucket.key] = bucket.bytecode_to_string()


@pytest.fixture(scope="session", autouse=True)
def quick_templates() -> Iterator[None]:
    """Compile each template once, not once for each test's application."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {"bytecode_cache": OncePerWorker()})
        yield


class Compiled(NamedTuple):
    """What compiling a rule leaves on it."""

    parts: list[Any]
    trace: list[tuple[bool, str]]
    converters: dict[str, Any]
    arguments: set[str]
    build: Any
    build_unknown: Any


@pytest.fixture(scope="session", autouse=True)
def quick_routes() -> Iterator[None]:
    """Compile each address's rule once, not once for each test's application: there are nearly a thousand."""
    compile_rule: Callable[[Rule], None] = Rule.compile
    made: dict[tuple[Any, ...], Compiled] = {}

    def once(rule: Rule) -> None:
        key = (rule.rule, rule.subdomain, rule.host, rule.merge_slashes)
        if rule.defaults or key not in made:
            compile_rule(rule)
        if rule.defaults:
            return
        if key not in made:
            build, unknown = (cast(MethodType, each).__func__ for each in (rule._build, rule._build_unknown))
            made[key] = Compiled(rule._parts, rule._trace, rule._converters, rule.arguments, build, unknown)
        found = made[key]
        rule._parts, rule._trace, rule._converters = list(found.parts), list(found.trace), dict(found.converters)
        rule.arguments = set(found.arguments)
        rule._build, rule._build_unknown = MethodType(found.build, rule), MethodType(found.build_unknown, rule)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "compile", once)
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_starts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let the processes that tests start share the product's compiled modules, also where none may be left behind."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        patch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path_factory.mktemp("compiled")))
        yield


# ---------------------------------------------------------------- databases


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL cluster for this worker."""
    server = Postgres()
    try:
        yield server
    finally:
        server.close()


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Postgres) -> str:
    """The name of a migrated database to copy."""
    migrate(postgres.create(TEMPLATE))
    return TEMPLATE


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / f"{TEMPLATE}.sqlite3"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(params=ENGINES)
def engine_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a freshly migrated database of its own, once for each engine."""
    yield from fresh(request.param, request, tmp_path)


def fresh(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Lay a freshly migrated database of an engine, and clear it away after the test."""
    if engine == "sqlite":
        # Waiting for a disk proves nothing here: who kills processes brings a file of their own.
        with tempfile.TemporaryDirectory(prefix="coldlot-", dir=process.memory() or tmp_path) as folder:
            path = Path(folder) / "coldlot.sqlite3"
            shutil.copyfile(request.getfixturevalue("migrated_sqlite"), path)
            yield f"sqlite:///{path}"
        return
    yield request.getfixturevalue("postgres_url")


@pytest.fixture(scope="session")
def washed(postgres: Postgres, migrated_postgres: str) -> Iterator[Washed]:
    """Copies of the migrated database that one test after the other gets empty."""
    copies = Washed(postgres, migrated_postgres)
    yield copies
    copies.close()


@pytest.fixture
def postgres_url(washed: Washed) -> Iterator[str]:
    """The address of a freshly migrated database on PostgreSQL, for what SQLite does not have."""
    with washed.lend() as url:
        yield url


@pytest.fixture
def database(engine_url: str) -> Iterator[Database]:
    """A freshly migrated database, once for each engine."""
    opened = Database.open(engine_url)
    compiled_once(opened)
    yield opened
    opened.close()


_COMPILED: dict[tuple[str, str], tuple[Any, Any]] = {}


def compiled_once(database: Database) -> None:
    """Let all databases of one engine share compiled statements: each test has a database of its own, and compiling
    its statements anew costs more than running them."""
    for role, engine in (("writer", database.writer), ("reader", database.reader)):
        shared = _COMPILED.setdefault((engine.dialect.name, role), (engine.dialect, engine._compiled_cache))
        engine.dialect, engine._compiled_cache = shared
        engine.pool._dialect = shared[0]


# ---------------------------------------------------------------- messages


@pytest.fixture(scope="session")
def broker() -> Iterator[Broker]:
    """An open broker shared by this worker's tests: use topics of your own, and do not stop it."""
    server = Broker()
    yield server
    server.close()


@pytest.fixture
def new_broker() -> Iterator[Callable[..., Broker]]:
    """Make brokers of one's own (`persistent`, `passwords`, `acl`), to be killed and started again."""
    made: list[Broker] = []

    def make(**settings: object) -> Broker:
        made.append(Broker(**settings))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for server in made:
        server.close()


# ---------------------------------------------------------------- pages


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A browser for this worker."""
    expect.set_options(timeout=PATIENCE_MS)
    with start_chromium() as browser:
        yield browser


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser window with no past, as a Chinese clerk would have it. Its pages may not reach other machines."""
    window = chromium.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 1280, "height": 800})
    window.set_default_timeout(PATIENCE_MS)
    yield window
    window.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """One page in it."""
    return context.new_page()
