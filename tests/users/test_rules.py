"""Roles, secrets and what is too weak, without a database."""

import pytest

from wms import users
from wms.kernel.actor import Permission
from wms.users.rules import credentials, roles

R = users.Role


def test_every_role_has_permissions_and_every_permission_a_role():
    assert set(users.PERMISSIONS) == set(R)
    assert all(users.PERMISSIONS.values())
    assert users.permissions_of(frozenset(R)) == frozenset(Permission)


def test_a_valuer_can_neither_trade_nor_lend():
    assert users.PERMISSIONS[R.VALUER] & roles.DEALS == frozenset()
    assert {role for role in R if Permission.VALUE_GOODS in users.PERMISSIONS[role]} == {R.VALUER}
    assert roles.duty_of(R.VALUER) is roles.Duty.VALUING


def test_the_dealing_roles_are_those_the_database_knows():
    dealing = {role.value for role in R if roles.duty_of(role) is roles.Duty.DEALING}
    assert dealing == {"grower", "buyer", "trader", "credit_officer", "approver", "cashier"}


def test_outsiders_and_machines_approve_and_manage_nothing():
    for role in (*roles.OUTSIDERS, *roles.MACHINES):
        names = {permission.value for permission in users.PERMISSIONS[role]}
        assert not {name for name in names if name.startswith(("approve", "manage", "disburse", "pay", "force"))}
    for role in (*roles.OUTSIDERS, R.CUSTOMER_MACHINE):
        assert Permission.SEE_ALL not in users.PERMISSIONS[role]
        assert Permission.SEE_BOOKS not in users.PERMISSIONS[role]


@pytest.mark.parametrize(
    ("role", "account", "fits"),
    [
        (R.CLERK, {"machine": False, "staff": True}, True),
        (R.CLERK, {"machine": False, "staff": False}, False),
        (R.GROWER, {"machine": False, "staff": False}, True),
        (R.ADMINISTRATOR, {"machine": False, "staff": False}, False),
        (R.MACHINE, {"machine": True, "staff": True}, True),
        (R.MACHINE, {"machine": True, "staff": False}, False),
        (R.CUSTOMER_MACHINE, {"machine": True, "staff": False}, True),
        (R.CUSTOMER_MACHINE, {"machine": True, "staff": True}, False),
        (R.CLERK, {"machine": True, "staff": True}, False),
        (R.GATEWAY, {"machine": False, "staff": True}, False),
        (R.GATEWAY, {"machine": True, "staff": False}, False),
    ],
)
def test_a_role_fits_an_account_or_not(role, account, fits):
    assert roles.role_fits(role, **account) is fits


@pytest.mark.parametrize(
    "password",
    ["", "short-123", "x" * 129, "password123", "PASSWORD123", "abababababab", "asha-the-clerk", "1111111111"],
)
def test_a_weak_password_is_refused(password):
    with pytest.raises(users.PasswordWeak):
        credentials.check_password(password, ("asha", "Wang"))


@pytest.mark.parametrize(
    "password", ["ten-chars!", "红富士-80#apples", "correct horse battery staple", "苹" * 7 + "果香甜脆"]
)
def test_a_fair_password_is_taken(password):
    credentials.check_password(password, ("asha", "王", "Li"))


@pytest.mark.parametrize(
    "pin", ["", "12345", "1234567", "abcdef", "000000", "123456", "654321", "121121", "１２３４５６", "82419 "]
)
def test_a_weak_pin_is_refused(pin):
    with pytest.raises(users.PinWeak):
        credentials.check_pin(pin)


def test_a_fair_pin_is_taken():
    credentials.check_pin("824193")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("138 0000 0001", "13800000001"),
        ("+86 138-0000-0001", "13800000001"),
        ("008613800000001", "13800000001"),
        ("+44 20 7946 0958", "+442079460958"),
    ],
)
def test_a_phone_is_kept_one_way(typed, kept):
    assert credentials.normal_phone(typed) == kept


@pytest.mark.parametrize("typed", ["", "phone", "123", "+", "1380000000a", "1" * 19])
def test_what_is_no_phone_is_refused(typed):
    with pytest.raises(users.FieldInvalid):
        credentials.normal_phone(typed)


def test_an_api_key_reads_back():
    prefix, secret, text = credentials.new_api_key()
    assert credentials.parse_api_key(text) == (prefix, secret)


@pytest.mark.parametrize("text", ["", "cl", "cl_", "cl_abc_def", "xx_" + "a" * 12 + "_" + "b" * 64, "cl_" + "a" * 77])
def test_what_is_no_api_key_is_refused(text):
    with pytest.raises(users.KeyRefused):
        credentials.parse_api_key(text)


def test_a_broker_password_has_the_form_mosquitto_reads():
    hashed = credentials.mosquitto_hash("secret", b"salt-12bytes")
    kind, rounds, salt, key = hashed.split("$")[1:]
    assert (kind, rounds, salt, len(key)) == ("7", "101", "c2FsdC0xMmJ5dGVz", 88)
    assert credentials.mosquitto_fits("secret", hashed)
    assert not credentials.mosquitto_fits("Secret", hashed)


def test_secrets_do_not_show():
    shown = [
        repr(users.SignInRequest("asha", "s3cr3t", "here", "123456")),
        repr(users.FinishPhoneSignInRequest("s3cr3t", "123456", "here")),
        repr(users.SwitchPersonRequest("s3cr3t", badge="s3cr3t", pin="123456")),
        repr(users.AcceptInvitationRequest("s3cr3t", "s3cr3t", "here")),
    ]
    assert not [text for text in shown if "s3cr3t" in text or "123456" in text]
