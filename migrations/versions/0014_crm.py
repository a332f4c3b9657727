"""Tables of crm."""

import sqlalchemy as sa
from alembic import op

from wms.kernel.evidence import append_only_ddl

revision = "0014_crm"
down_revision = "0013_settlement"

APPEND_ONLY = ["campaign_targets", "campaigns", "visit_meetings", "visits", "wallet_records"]


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "campaigns",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("city", sa.String(length=40), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("conversion_days", sa.Integer(), nullable=False),
        sa.Column("repurchase_days", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("conversion_days > 0 AND repurchase_days > 0", name=op.f("ck_campaigns_windows_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
    )
    op.create_table(
        "buying_roles",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True, comment="the first day it no longer holds; NULL: open"),
        sa.CheckConstraint(
            "role IN ('user', 'decider', 'payer', 'influencer', 'gatekeeper')", name=op.f("ck_buying_roles_role_known")
        ),
        sa.CheckConstraint("until_on IS NULL OR until_on >= from_on", name=op.f("ck_buying_roles_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["parties.id"],
            name=op.f("fk_buying_roles_company_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.id"],
            name=op.f("fk_buying_roles_person_id_persons"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buying_roles")),
    )
    op.create_index("ix_buying_roles_company", "buying_roles", ["company_id", "person_id"], unique=False)
    op.create_table(
        "campaign_targets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column(
            "group_key", sa.String(length=40), nullable=False, comment="unified credit code, else the company's id"
        ),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaigns.id"],
            name=op.f("fk_campaign_targets_campaign_id_campaigns"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["parties.id"],
            name=op.f("fk_campaign_targets_company_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_targets")),
        sa.UniqueConstraint("campaign_id", "company_id", name="uq_campaign_targets_company"),
    )
    op.create_table(
        "company_places",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("latitude_e6", sa.Integer(), nullable=False, comment="millionths of a degree"),
        sa.Column("longitude_e6", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "latitude_e6 BETWEEN -90000000 AND 90000000", name=op.f("ck_company_places_latitude_in_range")
        ),
        sa.CheckConstraint(
            "longitude_e6 BETWEEN -180000000 AND 180000000", name=op.f("ck_company_places_longitude_in_range")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["parties.id"],
            name=op.f("fk_company_places_company_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_company_places")),
    )
    op.create_table(
        "crm_tasks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False, comment="who moved"),
        sa.Column("source", sa.String(length=40), nullable=False, comment="how the change became known"),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(length=200), nullable=True),
        sa.CheckConstraint("kind IN ('retain', 'lead')", name=op.f("ck_crm_tasks_kind_known")),
        sa.CheckConstraint("(done_on IS NULL) = (outcome IS NULL)", name=op.f("ck_crm_tasks_done_with_outcome")),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["parties.id"],
            name=op.f("fk_crm_tasks_company_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.id"],
            name=op.f("fk_crm_tasks_person_id_persons"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_tasks")),
    )
    op.create_index("ix_crm_tasks_open", "crm_tasks", ["done_on", "due_on"], unique=False)
    op.create_table(
        "visits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=True),
        sa.Column("arrived_at", sa.BigInteger(), nullable=False),
        sa.Column("left_at", sa.BigInteger(), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False, comment="business day of the arrival"),
        sa.Column("latitude_e6", sa.Integer(), nullable=True, comment="millionths of a degree"),
        sa.Column("longitude_e6", sa.Integer(), nullable=True),
        sa.Column("accuracy_m", sa.Integer(), nullable=True),
        sa.Column("distance_m", sa.Integer(), nullable=True, comment="to the company's place, when both were known"),
        sa.Column("called_back", sa.Boolean(), nullable=False, comment="confirmed by a call to the company"),
        sa.Column("counts", sa.Boolean(), nullable=False, comment="valid by the rules of that day"),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("next_step", sa.String(length=200), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True, comment="who visited"),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("left_at > arrived_at", name=op.f("ck_visits_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaigns.id"],
            name=op.f("fk_visits_campaign_id_campaigns"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["parties.id"],
            name=op.f("fk_visits_company_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
    )
    op.create_index("ix_visits_account", "visits", ["account_id", "visited_on"], unique=False)
    op.create_index("ix_visits_company", "visits", ["company_id", "visited_on"], unique=False)
    op.create_table(
        "wallet_records",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False, comment="a variety"),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False, comment="the first day after the period"),
        sa.Column("bought_grams", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.String(length=12), nullable=False, comment="invoice, scale, declared or estimate"),
        sa.Column("confidence_percent", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("bought_grams > 0", name=op.f("ck_wallet_records_bought_positive")),
        sa.CheckConstraint("confidence_percent BETWEEN 0 AND 100", name=op.f("ck_wallet_records_confidence_in_range")),
        sa.CheckConstraint("until_on > from_on", name=op.f("ck_wallet_records_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["parties.id"],
            name=op.f("fk_wallet_records_company_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wallet_records")),
    )
    op.create_index("ix_wallet_records_company", "wallet_records", ["company_id", "category", "from_on"], unique=False)
    op.create_table(
        "visit_meetings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("employment_id", sa.Uuid(), nullable=False),
        sa.Column("decides", sa.Boolean(), nullable=False, comment="was decider or payer of the company that day"),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.ForeignKeyConstraint(
            ["employment_id"],
            ["employments.id"],
            name=op.f("fk_visit_meetings_employment_id_employments"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.id"],
            name=op.f("fk_visit_meetings_person_id_persons"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"],
            ["visits.id"],
            name=op.f("fk_visit_meetings_visit_id_visits"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_meetings")),
        sa.UniqueConstraint("visit_id", "person_id", name="uq_visit_meetings_person"),
    )
    op.create_index("ix_visit_meetings_person", "visit_meetings", ["person_id"], unique=False)
    dialect = op.get_bind().dialect.name
    for table in APPEND_ONLY:
        for statement in append_only_ddl(table, dialect):
            op.execute(statement)
