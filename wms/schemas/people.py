"""Parties, people, what was agreed with them, and their accounts, on paper."""

from marshmallow import fields

from wms import parties, users
from wms.schemas.bodies import body
from wms.schemas.fields import Instant
from wms.schemas.views import shape, view

PARTY = view("Party", parties.Party, "id code kind name name_en credit_code phone segment added_at")
PERSON = view("Person", parties.Person, "id name name_en phone added_at")
EMPLOYMENT = view("Employment", parties.Employment, "id person_id party_id post is_primary from_on until_on")
CONTRACT = view(
    "Contract", parties.Contract,
    "id party_id number from_on until_on lists_itself differential tariff_locked tax_permille commission_bp "
    "loss_standard_permille waterfall partial_sale earnest_bp prepay_bp forfeit_seller_bp silence_h",
)  # fmt: skip
TERMS = view("ContractTermsView", parties.ContractTerms)
MANDATE = view("Mandate", parties.Mandate, "id party_id person_id scope from_on until_on document")
RELATION = view("PartyRelation", parties.PartyRelation, "id party_id other_id reason from_on until_on")
PAYEE_CHANGE = view(
    "PayeeChange", parties.PayeeChange, "id party_id account_name bank account_number proposed_by proposed_at"
)
PAYEE_DECISION = view("PayeeDecision", parties.PayeeDecision, "id change_id decision decided_at effective_at reason")
ACCOUNT = view(
    "UserAccount",
    users.Account,
    "id name person_id employment_id party_id phone language added_at closed_at is_founder",
)
API_KEY = view("ApiKey", users.ApiKey, "id account_id name prefix scopes made_at expires_at revoked_at")
GATEWAY = view("GatewayCredentials", users.Gateway, "id name site added_at revoked_at")
ISSUED = shape(
    "Issued", id=fields.UUID(),
    secret=fields.String(allow_none=True, metadata={"description": "said once; null in a repeat"}),
)  # fmt: skip
ME = shape(
    "Me", account_id=fields.UUID(), name=fields.String(), person_id=fields.UUID(allow_none=True),
    party_id=fields.UUID(allow_none=True), permissions=fields.List(fields.String()), at=Instant(),
)  # fmt: skip

ADD_PARTY = body(parties.AddPartyRequest, like=parties.Party)
CHANGE_PARTY = body(parties.ChangePartyRequest, path=("party_id",), like=parties.Party)
ADD_PERSON = body(parties.AddPersonRequest, like=parties.Person)
CHANGE_PERSON = body(parties.ChangePersonRequest, path=("person_id",), like=parties.Person)
EMPLOY = body(parties.EmployRequest, like=parties.Employment)
CHANGE_JOB = body(parties.ChangeJobRequest, path=("person_id",), like=parties.Employment)
END = body(parties.EndRequest, path=("row_id",))
SIGN_CONTRACT = body(parties.SignContractRequest, path=("party_id",), like=parties.Contract)
GRANT_MANDATE = body(parties.GrantMandateRequest, path=("party_id",), like=parties.Mandate)
RELATE = body(parties.RelateRequest, path=("party_id",), like=parties.PartyRelation)
PROPOSE_PAYEE = body(parties.ProposePayeeRequest, path=("party_id",))
DECIDE_PAYEE = body(parties.PayeeDecisionRequest, path=("change_id",), like=parties.PayeeDecision)
ADD_USER = body(users.AddUserRequest, like=users.Account)
ADD_MACHINE = body(users.AddMachineRequest, like=users.Account)
SET_ROLES = body(users.SetRolesRequest, path=("account_id",))
OF_ACCOUNT = body(users.AccountRequest, path=("account_id",))
REBIND = body(users.RebindRequest, path=("account_id",))
ADD_API_KEY = body(users.AddApiKeyRequest, path=("account_id",), like=users.ApiKey)
OF_CREDENTIAL = body(users.CredentialRequest, path=("credential_id",))
ADD_GATEWAY = body(users.AddGatewayRequest, like=users.Gateway)
