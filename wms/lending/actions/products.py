"""The terms of lending: proposed by one person, put in force by another, never edited."""

from dataclasses import asdict

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.lending.errors import ProductNotFound, SameEyes
from wms.lending.rules.requests import ApproveProduct, ProposeProduct
from wms.lending.tables import Product


def propose_product(session: Session, request: ProposeProduct, *, by: Actor, at: Moment) -> Product:
    """Write a new version of a product; it is not in force until approved. A repeat returns the first.

    Raises Forbidden, RequestIdReused.
    """
    by.must(Permission.PROPOSE_TARIFF)
    if not idempotency.claim(session, request.id, "lending.propose_product", asdict(request), by=by, at=at):
        return session.get_one(Product, request.id)
    version = session.scalar(select(func.count()).select_from(Product).where(Product.code == request.code)) or 0
    terms = request.terms
    product = Product(
        id=request.id, code=request.code, version=version + 1, effective_from=request.effective_from,
        lender_id=request.lender_id, rate_ppm=terms.rate_ppm, basis=terms.basis.value,
        advance_permille=terms.advance_permille, warning_permille=terms.warning_permille,
        call_permille=terms.call_permille, liquidate_permille=terms.liquidate_permille,
        loss_allowance_permille=terms.loss_allowance_permille, cure_days=terms.cure_days,
        carry_reserved=terms.carry_reserved, inspection_days=terms.inspection_days,
        price_age_days=terms.price_age_days, sells_days=terms.sells_days, proposed_by_person_id=by.eyes,
    )  # fmt: skip
    session.add(product)
    session.flush()
    audit.record(session, "lending.propose_product", ("lending_product", product.id), by=by, at=at, code=product.code)
    return product


def approve_product(session: Session, request: ApproveProduct, *, by: Actor, at: Moment) -> Product:
    """Put a proposed product in force; the approver is another person. A repeat changes nothing.

    Locks the product. Raises Forbidden, ProductNotFound, SameEyes, RequestIdReused.
    """
    by.must(Permission.APPROVE_TARIFF)
    first = idempotency.claim(session, request.id, "lending.approve_product", asdict(request), by=by, at=at)
    product = session.get(Product, request.product_id, with_for_update=True)
    if product is None:
        raise ProductNotFound(day=at.on.isoformat())
    if not first or product.approved_at is not None:
        return product
    if by.eyes == product.proposed_by_person_id:
        raise SameEyes
    product.approved_by_person_id, product.approved_at = by.eyes, at.at
    session.flush()
    audit.record(session, "lending.approve_product", ("lending_product", product.id), by=by, at=at, code=product.code)
    return product
