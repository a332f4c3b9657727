"""Accounts and their credentials. Nothing here can be turned back into a secret, but for an authenticator's seed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant, Json, reference


class Account(Base):
    """Who may sign in: a human in one employment, or a machine of the house or of a party."""

    __tablename__ = "accounts"
    __table_args__ = (
        ForeignKeyConstraint(
            ["employment_id", "person_id"],
            ["employments.id", "employments.person_id"],
            name="fk_accounts_employment",
            deferrable=True,
            initially="DEFERRED",
        ),
        CheckConstraint("(person_id IS NULL) = (employment_id IS NULL)", name="human_employed"),
        CheckConstraint("person_id IS NULL OR party_id IS NULL", name="party_by_employment"),
        CheckConstraint("person_id IS NOT NULL OR password_hash IS NULL", name="machines_have_keys"),
        CheckConstraint("language IN ('zh','en')", name="language_known"),
        CheckConstraint("pin_failures BETWEEN 0 AND 5", name="pin_tries_limited"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True, comment="what one types to sign in")
    person_id: Mapped[UUID | None] = mapped_column(index=True, comment="NULL: a machine")
    employment_id: Mapped[UUID | None] = mapped_column(comment="access ends with it")
    party_id: Mapped[UUID | None] = mapped_column(reference("parties.id"), comment="whose machine; NULL: the house's")
    phone: Mapped[str | None] = mapped_column(String(20), unique=True, comment="receives sign-in codes")
    language: Mapped[str] = mapped_column(String(2))
    password_hash: Mapped[str | None] = mapped_column(String(200), comment="argon2id")
    pin_hash: Mapped[str | None] = mapped_column(String(200), comment="argon2id, for shared terminals")
    pin_failures: Mapped[int] = mapped_column(comment="tries since the last right one; locked at 5")
    totp_seed: Mapped[str | None] = mapped_column(String(64), comment="shared with the authenticator")
    totp_step: Mapped[int | None] = mapped_column(
        BigInteger, comment="last 30 s step used; NULL: set up, not confirmed"
    )
    added_at: Mapped[datetime] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    is_founder: Mapped[bool] = mapped_column(comment="the first administrator; there is one")


Index(
    "uq_accounts_founder",
    Account.is_founder,
    unique=True,
    sqlite_where=text("is_founder"),
    postgresql_where=text("is_founder"),
)


class PersonDuty(Base):
    """Which of the two separated duties a person has, over all accounts; a person has at most one row."""

    __tablename__ = "person_duties"
    __table_args__ = (CheckConstraint("duty IN ('valuing','dealing')", name="duty_known"),)

    person_id: Mapped[UUID] = mapped_column(reference("persons.id"), primary_key=True)
    duty: Mapped[str] = mapped_column(String(8))


Index("uq_person_duties_duty", PersonDuty.person_id, PersonDuty.duty, unique=True)


class AccountRole(Base):
    """A role of an account. Its duty must be its person's, so no person values and deals."""

    __tablename__ = "account_roles"
    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "duty"],
            ["person_duties.person_id", "person_duties.duty"],
            name="fk_account_roles_one_duty",
            deferrable=True,
            initially="DEFERRED",
        ),
        CheckConstraint("(role = 'valuer') = (COALESCE(duty,'') = 'valuing')", name="valuers_value"),
        CheckConstraint(
            "role NOT IN ('grower','buyer','trader','credit_officer','approver','cashier') OR duty IS NOT NULL",
            name="dealers_have_a_duty",
        ),
        CheckConstraint("duty IS NULL OR person_id IS NOT NULL", name="people_have_duties"),
    )

    account_id: Mapped[UUID] = mapped_column(reference("accounts.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    person_id: Mapped[UUID | None]
    duty: Mapped[str | None] = mapped_column(String(8))
    granted_at: Mapped[datetime] = mapped_column(Instant)


class SessionRow(Base):
    """A signed-in browser, or a shared terminal where people take turns."""

    __tablename__ = "sessions"
    __table_args__ = (
        CheckConstraint("terminal IS NOT NULL OR account_id IS NOT NULL", name="somebody_acts"),
        CheckConstraint("expires_at > opened_at", name="lasts"),
        CheckConstraint("idle_s > 0", name="idles"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    csrf_token: Mapped[str] = mapped_column(String(64))
    account_id: Mapped[UUID | None] = mapped_column(
        reference("accounts.id"), index=True, comment="who acts; NULL: a locked terminal"
    )
    opened_by: Mapped[UUID] = mapped_column(reference("accounts.id"))
    terminal: Mapped[str | None] = mapped_column(String(40), comment="name of a shared terminal")
    opened_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant, comment="last use, to the minute")
    idle_s: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True, comment="whatever happens")
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class PhoneCode(Base):
    """A code sent to a phone, or a challenge for a phone nobody has; they look the same from outside."""

    __tablename__ = "phone_codes"
    __table_args__ = (CheckConstraint("tries BETWEEN 0 AND 5", name="tries_limited"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    challenge_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[UUID | None] = mapped_column(reference("accounts.id"), comment="NULL: nobody's phone")
    code_mac: Mapped[str] = mapped_column(String(64), comment="HMAC of the code under the challenge")
    made_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
    tries: Mapped[int]
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class Invitation(Base):
    """Lets an account's human choose a password, once."""

    __tablename__ = "invitations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(reference("accounts.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class Badge(Base):
    """A card with a barcode."""

    __tablename__ = "badges"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(reference("accounts.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    issued_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class ApiKey(Base):
    """A program's way in: at most what its account may, and only its scopes."""

    __tablename__ = "api_keys"
    __table_args__ = (CheckConstraint("expires_at > made_at", name="lasts"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(reference("accounts.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    prefix: Mapped[str] = mapped_column(String(12), unique=True, comment="public part, shown in lists")
    secret_hash: Mapped[str] = mapped_column(String(64))
    scopes: Mapped[list[str]] = mapped_column(Json, comment="permissions, sorted")
    made_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class Gateway(Base):
    """Credentials for the broker: a gateway's, or the server's own."""

    __tablename__ = "gateways"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(32), unique=True, comment="user name, client id and topic level in one")
    site: Mapped[str | None] = mapped_column(String(32), comment="topic level; NULL: the server's own")
    password_hash: Mapped[str] = mapped_column(String(200), comment="as in Mosquitto's password file")
    added_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class AttemptCount(Base):
    """How often something was tried in the running window."""

    __tablename__ = "attempt_counts"
    __table_args__ = (CheckConstraint("tries > 0", name="counted"),)

    id: Mapped[str] = mapped_column(String(100), primary_key=True, comment="limit and digest of who or where")
    began_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant, index=True)
    tries: Mapped[int]
