"""What can be asked of this room, and what it answers. Secrets never show in a representation."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from wms.kernel.actor import Actor, Permission
from wms.users.rules.roles import Role


@dataclass(frozen=True, slots=True)
class AddUserRequest:
    """A human's account, bound to one employment; `id` becomes its id. `phone` lets them sign in by SMS code."""

    id: UUID
    name: str
    employment_id: UUID
    roles: frozenset[Role]
    phone: str | None = None
    language: str = "zh"


@dataclass(frozen=True, slots=True)
class AddMachineRequest:
    """A program's account, of the house or of a party; it has API keys and no password."""

    id: UUID
    name: str
    party_id: UUID | None = None
    language: str = "zh"


@dataclass(frozen=True, slots=True)
class FirstAdministratorRequest:
    """The account everything begins with, and the store it works for; `id` becomes the account's id."""

    id: UUID
    name: str
    password: str = field(repr=False)
    person_name: str
    store_code: str
    store_name: str


@dataclass(frozen=True, slots=True)
class SetRolesRequest:
    """All the roles an account shall have from now on."""

    id: UUID
    account_id: UUID
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class RebindRequest:
    """An account follows its person to another employment."""

    id: UUID
    account_id: UUID
    employment_id: UUID


@dataclass(frozen=True, slots=True)
class AccountRequest:
    """Something is done to an account: closed, invited, given a badge, its PIN unlocked, its sessions ended."""

    id: UUID
    account_id: UUID


@dataclass(frozen=True, slots=True)
class CredentialRequest:
    """A badge, key or gateway is revoked."""

    id: UUID
    credential_id: UUID


@dataclass(frozen=True, slots=True)
class SignInRequest:
    """Name and password, a one-time code if the account has one; `terminal` names a shared terminal."""

    name: str
    password: str = field(repr=False)
    address: str
    totp: str | None = field(default=None, repr=False)
    terminal: str | None = None


@dataclass(frozen=True, slots=True)
class StartPhoneSignInRequest:
    """Send a code to this phone."""

    phone: str
    address: str


@dataclass(frozen=True, slots=True)
class FinishPhoneSignInRequest:
    """The code that came, with the challenge of the browser that asked."""

    challenge: str = field(repr=False)
    code: str = field(repr=False)
    address: str


@dataclass(frozen=True, slots=True)
class SwitchPersonRequest:
    """Another person steps up to a shared terminal: a badge, or a name and PIN."""

    token: str = field(repr=False)
    badge: str | None = field(default=None, repr=False)
    name: str | None = None
    pin: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class WitnessRequest:
    """A second person shows themselves beside whoever acts: a badge, or a name and PIN."""

    badge: str | None = field(default=None, repr=False)
    name: str | None = None
    pin: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SetPasswordRequest:
    """One's own new password, with the current one."""

    id: UUID
    current: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SetPinRequest:
    """One's own new PIN, with the password."""

    id: UUID
    password: str = field(repr=False)
    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AcceptInvitationRequest:
    """The first or a new password, with the secret of an invitation."""

    token: str = field(repr=False)
    password: str = field(repr=False)
    address: str


@dataclass(frozen=True, slots=True)
class AddApiKeyRequest:
    """A key for an account: one's own, or a machine's. `id` becomes the key's id."""

    id: UUID
    account_id: UUID
    name: str
    scopes: frozenset[Permission]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class AddGatewayRequest:
    """Credentials for the broker: a gateway's at a site, or (without a site) the server's own."""

    id: UUID
    name: str
    site: str | None


@dataclass(frozen=True, slots=True)
class Issued:
    """A secret shown this once: None when the request is a repeat, for it is not kept."""

    id: UUID
    secret: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class PartyFacts:
    """The party an outsider acts for."""

    id: UUID
    code: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What the delivery layer needs of a session beside the actor; `touch` asks it to call `touch_session`."""

    id: UUID
    account_id: UUID
    account_name: str
    csrf_token: str = field(repr=False)
    language: str
    roles: frozenset[Role]
    party: PartyFacts | None
    terminal: str | None
    expires_at: datetime
    touch: bool


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh session: its secret for the cookie, who acts, and the facts."""

    token: str = field(repr=False)
    actor: Actor
    session: SessionFacts
