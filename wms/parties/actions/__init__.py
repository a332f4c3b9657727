"""Changes of parties, people and what binds them."""

from wms.parties.actions.bonds import (
    end_contract,
    end_mandate,
    end_relation,
    grant_mandate,
    relate,
    sign_contract,
)
from wms.parties.actions.payees import approve_payee, propose_payee, stop_payee
from wms.parties.actions.people import (
    add_party,
    add_person,
    change_job,
    change_party,
    change_person,
    employ,
    end_employment,
)

__all__ = [
    "add_party",
    "add_person",
    "approve_payee",
    "change_job",
    "change_party",
    "change_person",
    "employ",
    "end_contract",
    "end_employment",
    "end_mandate",
    "end_relation",
    "grant_mandate",
    "propose_payee",
    "relate",
    "sign_contract",
    "stop_payee",
]
