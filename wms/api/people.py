"""Parties and people, what was agreed with them, and who may sign in."""

from typing import Any
from uuid import UUID

from marshmallow import fields
from sqlalchemy.orm import Session

from wms import parties, users
from wms.api.resource import Resource, query_of
from wms.delivery.identity import actor, now
from wms.kernel.actor import Permission
from wms.kernel.errors import NotFound
from wms.kernel.paging import Page
from wms.schemas import paged, people

PARTIES = Resource("parties", "Growers, merchants, buyers, lenders, and the store itself.")
PERSONS = Resource("persons", "People, and where they work on which day.")
USERS = Resource("users", "Accounts, roles, keys and credentials. Every secret is said once.")
PARTY, ACCOUNT = "/parties/<uuid:party_id>", "/users/<uuid:account_id>"
MANAGE = Permission.MANAGE_USERS
BY_KIND = query_of("PartiesQuery", kind=fields.Enum(parties.PartyKind, by_value=fields.String))
VISIBLE = (parties.get_visible_party,)


@PARTIES.page("/parties", people.PARTY, query=BY_KIND)
def list_parties(session: Session, query: dict[str, Any]) -> Page[parties.Party]:
    """List parties by code: all for the store's staff, their own company for everybody else."""
    by = actor()
    if by.may(Permission.SEE_ALL):
        return parties.list_parties(session, query.pop("kind", None), **query)
    return Page([parties.get_party(session, by.party_id)] if by.party_id else [], None)


@PARTIES.get(PARTY, people.PARTY, raises=VISIBLE)
def get_party(session: Session, party_id: UUID) -> parties.Party:
    """Show one party."""
    return parties.get_visible_party(session, party_id, actor())


@PARTIES.get(f"{PARTY}/terms", people.TERMS, raises=VISIBLE)
def terms_of_party(session: Session, party_id: UUID) -> parties.ContractTerms:
    """Show what is agreed with a party today."""
    parties.get_visible_party(session, party_id, actor())
    return parties.contract_on(session, party_id, now().on)


@PARTIES.get("/payee-changes", paged(people.PAYEE_CHANGE), needs=Permission.APPROVE_PAYEE)
def pending_payees(session: Session) -> Page[parties.PayeeChange]:
    """List the payee changes that wait for a second person."""
    return Page(parties.pending_payees(session), None)


@PERSONS.page("/persons", people.PERSON, needs=Permission.MANAGE_PARTIES)
def list_persons(session: Session, query: dict[str, Any]) -> Page[parties.Person]:
    """List people."""
    return parties.list_persons(session, **query)


@PERSONS.get(
    "/persons/<uuid:person_id>/employments", paged(people.EMPLOYMENT), needs=Permission.MANAGE_PARTIES,
    raises=(parties.get_person,),
)  # fmt: skip
def employments_of_person(session: Session, person_id: UUID) -> Page[parties.Employment]:
    """List where a person works and worked."""
    return Page(parties.employments_of(session, parties.get_person(session, person_id).id), None)


@USERS.get("/me", people.ME)
def who_am_i(session: Session) -> dict[str, Any]:
    """Show who is asking and what they may do."""
    by = actor()
    return {"account_id": by.account_id, "name": by.name, "person_id": by.person_id, "party_id": by.party_id,
            "permissions": sorted(by.permissions), "at": now().at}  # fmt: skip


@USERS.page("/users", people.ACCOUNT, needs=MANAGE)
def list_users(session: Session, query: dict[str, Any]) -> Page[users.Account]:
    """List accounts by name."""
    return users.list_accounts(session, **query)


@USERS.get(ACCOUNT, people.ACCOUNT, needs=MANAGE, raises=(users.get_account,))
def get_user(session: Session, account_id: UUID) -> users.Account:
    """Show one account."""
    return users.get_account(session, account_id)


@USERS.get(f"{ACCOUNT}/keys", paged(people.API_KEY))
def list_keys(session: Session, account_id: UUID) -> Page[users.ApiKey]:
    """List the keys of one's own account, or as an administrator of anybody's; never their text."""
    by = actor()
    if by.account_id != account_id and not by.may(MANAGE):
        raise NotFound
    return Page(users.list_api_keys(session, account_id), None)


@USERS.get("/gateway-credentials", paged(people.GATEWAY), needs=MANAGE)
def list_gateway_credentials(session: Session) -> Page[users.Gateway]:
    """List the broker's credentials."""
    return Page(users.list_gateways(session), None)


PARTIES.command("/parties", parties.add_party, people.ADD_PARTY, people.PARTY, parties.AddPartyRequest)
PARTIES.command(
    f"{PARTY}/change", parties.change_party, people.CHANGE_PARTY, people.PARTY, parties.ChangePartyRequest, status=200
)
PARTIES.command(
    f"{PARTY}/contracts", parties.sign_contract, people.SIGN_CONTRACT, people.CONTRACT, parties.SignContractRequest
)
PARTIES.command(
    f"{PARTY}/mandates", parties.grant_mandate, people.GRANT_MANDATE, people.MANDATE, parties.GrantMandateRequest
)
PARTIES.command(f"{PARTY}/relations", parties.relate, people.RELATE, people.RELATION, parties.RelateRequest)
PARTIES.command(
    f"{PARTY}/payees", parties.propose_payee, people.PROPOSE_PAYEE, people.PAYEE_CHANGE, parties.ProposePayeeRequest
)
for _step, _decide in (("approve", parties.approve_payee), ("stop", parties.stop_payee)):
    PARTIES.command(
        f"/payee-changes/<uuid:change_id>/{_step}", _decide, people.DECIDE_PAYEE, people.PAYEE_DECISION,
        parties.PayeeDecisionRequest,
    )  # fmt: skip
for _rows, _end, _shown in (
    ("contracts", parties.end_contract, people.CONTRACT),
    ("mandates", parties.end_mandate, people.MANDATE),
    ("relations", parties.end_relation, people.RELATION),
    ("employments", parties.end_employment, people.EMPLOYMENT),
):
    PARTIES.command(f"/{_rows}/<uuid:row_id>/end", _end, people.END, _shown, parties.EndRequest, status=200)
PERSONS.command("/persons", parties.add_person, people.ADD_PERSON, people.PERSON, parties.AddPersonRequest)
PERSONS.command(
    "/persons/<uuid:person_id>/change", parties.change_person, people.CHANGE_PERSON, people.PERSON,
    parties.ChangePersonRequest, status=200,
)  # fmt: skip
PERSONS.command("/employments", parties.employ, people.EMPLOY, people.EMPLOYMENT, parties.EmployRequest)
PERSONS.command(
    "/persons/<uuid:person_id>/change-job", parties.change_job, people.CHANGE_JOB, people.EMPLOYMENT,
    parties.ChangeJobRequest,
)  # fmt: skip
USERS.command("/users", users.add_user, people.ADD_USER, people.ACCOUNT, users.AddUserRequest)
USERS.command("/machines", users.add_machine, people.ADD_MACHINE, people.ACCOUNT, users.AddMachineRequest)
USERS.command(f"{ACCOUNT}/roles", users.set_roles, people.SET_ROLES, people.ACCOUNT, users.SetRolesRequest, status=200)
USERS.command(f"{ACCOUNT}/close", users.close_account, people.OF_ACCOUNT, people.ACCOUNT, users.AccountRequest,
              status=200)  # fmt: skip
USERS.command(f"{ACCOUNT}/rebind", users.rebind_account, people.REBIND, people.ACCOUNT, users.RebindRequest, status=200)
USERS.command(f"{ACCOUNT}/keys", users.add_api_key, people.ADD_API_KEY, people.ISSUED, users.AddApiKeyRequest,
              secret=True)  # fmt: skip
USERS.command(f"{ACCOUNT}/invitations", users.invite, people.OF_ACCOUNT, people.ISSUED, users.AccountRequest,
              secret=True)  # fmt: skip
USERS.command(f"{ACCOUNT}/badges", users.issue_badge, people.OF_ACCOUNT, people.ISSUED, users.AccountRequest,
              secret=True)  # fmt: skip
USERS.command("/keys/<uuid:credential_id>/revoke", users.revoke_api_key, people.OF_CREDENTIAL, people.API_KEY,
              users.CredentialRequest, status=200)  # fmt: skip
USERS.command("/gateway-credentials", users.add_gateway, people.ADD_GATEWAY, people.ISSUED, users.AddGatewayRequest,
              secret=True)  # fmt: skip
USERS.command("/gateway-credentials/<uuid:credential_id>/renew", users.renew_gateway, people.OF_CREDENTIAL,
              people.ISSUED, users.CredentialRequest, secret=True, status=200)  # fmt: skip
USERS.command("/gateway-credentials/<uuid:credential_id>/revoke", users.revoke_gateway, people.OF_CREDENTIAL,
              people.GATEWAY, users.CredentialRequest, status=200)  # fmt: skip
RESOURCES = (PARTIES, PERSONS, USERS)
