"""What a whole database holds, to see that something changed nothing."""

from sqlalchemy.orm import Session

from wms.kernel.columns import Base


def picture_of(session: Session) -> dict[str, list[str]]:
    """Return all rows of every table as text: equal pictures, nothing changed.

    There are hundreds of tables and rows in a few: which they are is asked in one go.
    """
    says = session.connection().exec_driver_sql
    picture: dict[str, list[str]] = {name: [] for name in Base.metadata.tables}
    arms = (f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in picture)
    for (name,) in says(" UNION ALL ".join(arms)).all():
        picture[name] = sorted(repr(tuple(row)) for row in says(f"SELECT * FROM {name}"))
    return picture
