"""The command that says what a stay would cost: wms quote."""

import sys
from datetime import date
from decimal import Decimal

import click
from sqlalchemy.orm import Session

from wms import billing, parties
from wms.cli import Setting, main
from wms.kernel.errors import WmsError

DAY = click.DateTime(["%Y-%m-%d"])


@main.command("quote")
@click.option("--kg", required=True, help="entry weight, e.g. 20000 or 12345.678")
@click.option("--units", default=1, show_default=True, help="crates or bins")
@click.option("--in", "entry_on", type=DAY, required=True, help="day in, counted")
@click.option("--out", "out_on", type=DAY, required=True, help="day out, not counted")
@click.option("--owner", help="code of the owner, for a tariff of their own")
@click.option("--variety", help="e.g. 富士")
@click.option("--days", is_flag=True, help="every day with what it adds")
@click.pass_obj
def quote(setting: Setting, /, kg: str, units: int, days: bool, **asked: object) -> None:
    """What a stay would cost by the tariffs in force: line by line, day by day if asked. Nothing is kept."""
    database = setting.database()
    try:
        found, told = database.read(lambda session: _asked(session, _grams(kg), units, asked))
    except WmsError as error:
        click.echo(f"{error.sentence('en')} / {error.sentence('zh')}", err=True)
        sys.exit(1)
    finally:
        database.close()
    for line in found.lines:
        span = f"{line.from_on} – {line.to_on}, {line.days} d" if line.days else f"{line.from_on}"
        click.echo(f"{line.line:18} {span:32} {line.rate.normalize():f} × {line.grams / Decimal(1000)} kg = "
                   f"{Decimal(line.nanoyuan).scaleb(-9):,.4f}")  # fmt: skip
    for day in told if days else ():
        click.echo(f"  {day.on}  {day.nth:4}  {day.line:18} {Decimal(day.nanoyuan).scaleb(-9):>14,.4f} "
                   f"{Decimal(day.so_far_fen).scaleb(-2):>14,.2f}")  # fmt: skip
    for name, fen in (("storage", found.storage_fen), ("handling", found.handling_fen), ("total", found.total_fen)):
        click.echo(f"{name:18} {Decimal(fen).scaleb(-2):,.2f} 元")


def _grams(kg: str) -> int:
    try:
        grams = Decimal(kg.replace(",", "")) * 1000
    except ArithmeticError as error:
        raise click.BadParameter(f"{kg} is no weight / 不是重量", param_hint="--kg") from error
    if not grams.is_finite() or grams != grams.to_integral_value():
        raise click.BadParameter(f"{kg}: grams are the smallest / 精确到克", param_hint="--kg")
    return int(grams)


def _asked(
    session: Session, grams: int, units: int, asked: dict[str, object]
) -> tuple[billing.Charges, list[billing.DayCharge]]:
    owner = parties.party_by_code(session, str(asked["owner"])).id if asked["owner"] else None
    first, last = (date.fromisoformat(str(asked[name])[:10]) for name in ("entry_on", "out_on"))
    variety = str(asked["variety"]) if asked["variety"] else None
    return billing.what_if(session, billing.WhatIf(units, grams, first, last, owner, variety))
