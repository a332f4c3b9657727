"""Where a request comes from: what attempts are counted by, and what a page of ours is."""

import pytest
from flask import Flask

from wms.delivery.errors import ForeignRequest
from wms.delivery.identity import remote_address, require_own_page
from wms.web.preferences import local_path

APP = Flask("test")


def asked(peer, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return APP.test_request_context("/sign-in", method="POST", headers=named, environ_base={"REMOTE_ADDR": peer})


@pytest.mark.parametrize(
    ("peer", "said", "counted"),
    [
        ("127.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("::1", "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("203.0.113.9", "203.0.113.7", "203.0.113.9"),
        ("127.0.0.1", "x" * 500, "x" * 45),
    ],
)
def test_only_a_proxy_on_this_machine_speaks_for_others(peer, said, counted):
    with asked(peer, X_Forwarded_For=said):
        assert remote_address() == counted


@pytest.mark.parametrize("origin", ("http://elsewhere.example", "null", "http://[", "https://localhost.elsewhere"))
def test_a_foreign_origin_is_refused(origin):
    with asked("127.0.0.1", Origin=origin), pytest.raises(ForeignRequest):
        require_own_page(locked_terminal=True)


def test_our_own_origin_is_let_in():
    with asked("127.0.0.1", Origin="http://localhost"):
        require_own_page(locked_terminal=True)


@pytest.mark.parametrize(
    "wanted",
    ("//elsewhere.example", "/\\elsewhere.example", "https://elsewhere.example", "//[", "http://[", "x", "/\ta"),
)
def test_a_switch_sends_nobody_elsewhere(wanted):
    assert local_path(wanted) == "/"
