"""The terms of lending: one person proposes a version, another puts it in force."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from tests.lots.make import Store, moment, picture, refused
from tests.settlement.make import FIRST, SECOND, TELLER
from wms import lending
from wms.kernel.actor import Permission
from wms.kernel.errors import Forbidden
from wms.kernel.idempotency import RequestIdReused

AT = moment("2026-10-20")
TERMS = lending.Terms(72_000, lending.Basis.ACT_365F, 800, 850, 900, 950, 15, 3, False, 30, 3, 30)
BOTH = replace(FIRST, permissions=FIRST.permissions | SECOND.permissions)


@pytest.fixture
def lender_id(database):
    return database.write(lambda s: Store(s).bina.id)


def propose(database, lender_id, *, by=FIRST, day=date(2026, 10, 1), request=None):
    wanted = request or lending.ProposeProduct(uuid4(), "apple", day, lender_id, TERMS)
    return database.write(lambda s: lending.propose_product(s, wanted, by=by, at=AT))


def approve(database, product_id, *, by=SECOND, request=None):
    wanted = request or lending.ApproveProduct(uuid4(), product_id)
    return database.write(lambda s: lending.approve_product(s, wanted, by=by, at=AT))


def in_force(database, day=AT.on):
    return database.read(lambda s: lending.product_on(s, day))


def test_a_version_counts_once_another_person_approved_it(database, lender_id):
    product = propose(database, lender_id)
    with pytest.raises(lending.ProductNotFound):
        in_force(database)
    approve(database, product.id)
    assert in_force(database).id == product.id
    with pytest.raises(lending.ProductNotFound):
        in_force(database, date(2026, 9, 30))


def test_the_latest_version_of_a_day_counts(database, lender_id):
    for day in (date(2026, 10, 1), date(2026, 10, 1), date(2026, 10, 21)):
        approve(database, propose(database, lender_id, day=day).id)
    assert [in_force(database, day).version for day in (AT.on, date(2026, 10, 21))] == [2, 3]


def test_rights_and_two_pairs_of_eyes(database, lender_id):
    with refused(database, Forbidden):
        propose(database, lender_id, by=TELLER)
    product = propose(database, lender_id, by=BOTH)
    with refused(database, Forbidden):
        approve(database, product.id, by=TELLER)
    with refused(database, lending.SameEyes):
        approve(database, product.id, by=replace(BOTH, account_id=uuid4()))
    with refused(database, lending.ProductNotFound):
        approve(database, uuid4())
    assert Permission.APPROVE_TARIFF in SECOND.permissions


def test_twice_is_once(database, lender_id):
    request = lending.ProposeProduct(uuid4(), "apple", date(2026, 10, 1), lender_id, TERMS)
    propose(database, lender_id, request=request)
    sign = lending.ApproveProduct(uuid4(), request.id)
    approve(database, request.id, request=sign)
    before = picture(database)
    propose(database, lender_id, request=request)
    approve(database, request.id, request=sign)
    assert picture(database) == before
    with refused(database, RequestIdReused):
        propose(database, lender_id, request=replace(request, code="pear"))
