"""Tables of users."""

import sqlalchemy as sa
from alembic import op

from wms.kernel.evidence import append_only_ddl

revision = "0004_users"
down_revision = "0003_parties"

APPEND_ONLY = []


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "attempt_counts",
        sa.Column("id", sa.String(length=100), nullable=False, comment="limit and digest of who or where"),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.CheckConstraint("tries > 0", name=op.f("ck_attempt_counts_counted")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt_counts")),
    )
    op.create_index(op.f("ix_attempt_counts_ends_at"), "attempt_counts", ["ends_at"], unique=False)
    op.create_table(
        "gateways",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False, comment="user name, client id and topic level in one"),
        sa.Column("site", sa.String(length=32), nullable=True, comment="topic level; NULL: the server's own"),
        sa.Column("password_hash", sa.String(length=200), nullable=False, comment="as in Mosquitto's password file"),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gateways")),
        sa.UniqueConstraint("name", name=op.f("uq_gateways_name")),
    )
    op.create_table(
        "person_duties",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("duty", sa.String(length=8), nullable=False),
        sa.CheckConstraint("duty IN ('valuing','dealing')", name=op.f("ck_person_duties_duty_known")),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.id"],
            name=op.f("fk_person_duties_person_id_persons"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person_duties")),
    )
    op.create_index("uq_person_duties_duty", "person_duties", ["person_id", "duty"], unique=True)
    op.create_table(
        "accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False, comment="what one types to sign in"),
        sa.Column("person_id", sa.Uuid(), nullable=True, comment="NULL: a machine"),
        sa.Column("employment_id", sa.Uuid(), nullable=True, comment="access ends with it"),
        sa.Column("party_id", sa.Uuid(), nullable=True, comment="whose machine; NULL: the house's"),
        sa.Column("phone", sa.String(length=20), nullable=True, comment="receives sign-in codes"),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True, comment="argon2id"),
        sa.Column("pin_hash", sa.String(length=200), nullable=True, comment="argon2id, for shared terminals"),
        sa.Column("pin_failures", sa.Integer(), nullable=False, comment="tries since the last right one; locked at 5"),
        sa.Column("totp_seed", sa.String(length=64), nullable=True, comment="shared with the authenticator"),
        sa.Column(
            "totp_step", sa.BigInteger(), nullable=True, comment="last 30 s step used; NULL: set up, not confirmed"
        ),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("is_founder", sa.Boolean(), nullable=False, comment="the first administrator; there is one"),
        sa.CheckConstraint("language IN ('zh','en')", name=op.f("ck_accounts_language_known")),
        sa.CheckConstraint("(person_id IS NULL) = (employment_id IS NULL)", name=op.f("ck_accounts_human_employed")),
        sa.CheckConstraint(
            "person_id IS NOT NULL OR password_hash IS NULL", name=op.f("ck_accounts_machines_have_keys")
        ),
        sa.CheckConstraint("person_id IS NULL OR party_id IS NULL", name=op.f("ck_accounts_party_by_employment")),
        sa.CheckConstraint("pin_failures BETWEEN 0 AND 5", name=op.f("ck_accounts_pin_tries_limited")),
        sa.ForeignKeyConstraint(
            ["employment_id", "person_id"],
            ["employments.id", "employments.person_id"],
            name="fk_accounts_employment",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["parties.id"],
            name=op.f("fk_accounts_party_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("name", name=op.f("uq_accounts_name")),
        sa.UniqueConstraint("phone", name=op.f("uq_accounts_phone")),
    )
    op.create_index(op.f("ix_accounts_person_id"), "accounts", ["person_id"], unique=False)
    op.create_index(
        "uq_accounts_founder",
        "accounts",
        ["is_founder"],
        unique=True,
        sqlite_where=sa.text("is_founder"),
        postgresql_where=sa.text("is_founder"),
    )
    op.create_table(
        "account_roles",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("duty", sa.String(length=8), nullable=True),
        sa.Column("granted_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(role = 'valuer') = (COALESCE(duty,'') = 'valuing')", name=op.f("ck_account_roles_valuers_value")
        ),
        sa.CheckConstraint(
            "role NOT IN ('grower','buyer','trader','credit_officer','approver','cashier') OR duty IS NOT NULL",
            name=op.f("ck_account_roles_dealers_have_a_duty"),
        ),
        sa.CheckConstraint("duty IS NULL OR person_id IS NOT NULL", name=op.f("ck_account_roles_people_have_duties")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_account_roles_account_id_accounts"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["person_id", "duty"],
            ["person_duties.person_id", "person_duties.duty"],
            name="fk_account_roles_one_duty",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("account_id", "role", name=op.f("pk_account_roles")),
    )
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("prefix", sa.String(length=12), nullable=False, comment="public part, shown in lists"),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False, comment="permissions, sorted"),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("expires_at > made_at", name=op.f("ck_api_keys_lasts")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_api_keys_account_id_accounts"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("prefix", name=op.f("uq_api_keys_prefix")),
    )
    op.create_index(op.f("ix_api_keys_account_id"), "api_keys", ["account_id"], unique=False)
    op.create_table(
        "badges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_badges_account_id_accounts"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badges")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_badges_code_hash")),
    )
    op.create_index(op.f("ix_badges_account_id"), "badges", ["account_id"], unique=False)
    op.create_table(
        "invitations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_invitations_account_id_accounts"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
    )
    op.create_index(op.f("ix_invitations_account_id"), "invitations", ["account_id"], unique=False)
    op.create_table(
        "phone_codes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("challenge_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True, comment="NULL: nobody's phone"),
        sa.Column("code_mac", sa.String(length=64), nullable=False, comment="HMAC of the code under the challenge"),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("tries BETWEEN 0 AND 5", name=op.f("ck_phone_codes_tries_limited")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_phone_codes_account_id_accounts"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_codes")),
        sa.UniqueConstraint("challenge_hash", name=op.f("uq_phone_codes_challenge_hash")),
    )
    op.create_index(op.f("ix_phone_codes_expires_at"), "phone_codes", ["expires_at"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("csrf_token", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True, comment="who acts; NULL: a locked terminal"),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("terminal", sa.String(length=40), nullable=True, comment="name of a shared terminal"),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False, comment="last use, to the minute"),
        sa.Column("idle_s", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False, comment="whatever happens"),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("expires_at > opened_at", name=op.f("ck_sessions_lasts")),
        sa.CheckConstraint("idle_s > 0", name=op.f("ck_sessions_idles")),
        sa.CheckConstraint("terminal IS NOT NULL OR account_id IS NOT NULL", name=op.f("ck_sessions_somebody_acts")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_sessions_account_id_accounts"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["opened_by"],
            ["accounts.id"],
            name=op.f("fk_sessions_opened_by_accounts"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sessions_token_hash")),
    )
    op.create_index(op.f("ix_sessions_account_id"), "sessions", ["account_id"], unique=False)
    op.create_index(op.f("ix_sessions_expires_at"), "sessions", ["expires_at"], unique=False)
    dialect = op.get_bind().dialect.name
    for table in APPEND_ONLY:
        for statement in append_only_ddl(table, dialect):
            op.execute(statement)
