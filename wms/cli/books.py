"""Commands about the truth: verify and close-day."""

import json
import sys
from datetime import date
from pathlib import Path

import click
from rich.progress import Progress, TaskID

from wms import crm, dunning, insight, pickup
from wms.cli import Setting, main
from wms.kernel.clock import Moment
from wms.workers.daily_close import close_day


@main.command()
@click.option("--json", "as_json", is_flag=True, help="one JSON object with every finding")
@click.pass_obj
def verify(setting: Setting, as_json: bool) -> None:
    """Prove that books balance, the chain holds and every gram is accounted for. Exit 1 names each row."""
    database = setting.database()
    report = database.read(
        lambda session: insight.verify(session, {"crm": crm.check, "dunning": dunning.check, "pickup": pickup.check})
    )
    database.close()
    if as_json:
        click.echo(json.dumps(report.plain(), ensure_ascii=False, indent=2))
    else:
        for room, count in report.findings_by_room.items():
            click.echo(f"{room:12} {'ok' if count == 0 else f'{count} findings'}")
        for finding in report.findings:
            click.echo(f"✗ {finding.table} {finding.row}: {finding.problem}")
        click.echo(f"{report.journals} journals, {report.grams_in} g in = {report.grams_on_hand} g on hand "
                   f"+ {report.grams_out} g out + {report.grams_loss} g loss")  # fmt: skip
    sys.exit(1 if report.findings else 0)


@main.command("close-day")
@click.option("--on", "on", type=click.DateTime(["%Y-%m-%d"]), help="business day (default: today)")
@click.pass_obj
def close(setting: Setting, on: object) -> None:
    """Close a business day: expiries, prices, charges, interest, marks, reconciliation, trial balance, head.

    Safe to kill and to run again. What does not agree is named, and stops nothing.
    """
    database, moment = setting.database(), setting.clock()
    day = moment.on if on is None else date.fromisoformat(str(on)[:10])
    if day > moment.on:
        raise click.ClickException(f"{day} has not come yet. / {day} 还没有到。")
    with Progress() as bars:
        tasks: dict[str, TaskID] = {}
        notes: list[str] = []
        for progress in close_day(database, Moment(moment.at, day), Path(setting.config.anchor.file)):
            if progress.step not in tasks:
                tasks[progress.step] = bars.add_task(progress.step, total=progress.total)
            bars.update(tasks[progress.step], completed=progress.done, total=progress.total)
            notes += progress.notes
    database.close()
    for note in notes:
        click.echo(f"✗ {note}")
    click.echo(f"{day} is closed. / {day} 已日结。")
