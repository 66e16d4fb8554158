"""The operations Stripe's API has here, by method and path, with the parameters it documents of each."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from stripe import params
from stripe.params import checkout

from tests.peers.stripe import refunds, sessions
from tests.peers.stripe.account import Account, Resource
from tests.peers.stripe.documented import read
from tests.peers.stripe.errors import Refusal
from tests.peers.stripe.form import Value

Form = dict[str, Value]


@dataclass(frozen=True)
class Asked:
    account: Account
    form: Form
    page_url: str
    refunds_wait: bool


@dataclass(frozen=True)
class Operation:
    method: str
    path: re.Pattern[str]
    answer: Callable[..., Resource]  # of what was asked, and what the path names


def find(method: str, path: str) -> tuple[Operation, tuple[str, ...]]:
    for operation in OPERATIONS:
        match = operation.path.fullmatch(path)
        if match is not None and operation.method == method:
            return operation, match.groups()
    raise Refusal(f"Unrecognized request URL ({method}: {path}).", status=404)


def _expanded(account: Account, resource: Resource, form: Form) -> Resource:
    """With what `expand[]` names in place of its id: `payment_intent.latest_charge`."""
    made = sessions.shown(resource)
    for path in form.get("expand", []):
        assert isinstance(path, str)
        inner = made
        for name in path.split("."):
            if name not in inner:
                raise Refusal(f"This property cannot be expanded ({name}).", param="expand")
            found = inner[name]
            if isinstance(found, str):
                kept = {"payment_intent": account.intents, "latest_charge": account.charges, "charge": account.charges}
                if name not in kept:
                    raise Refusal(f"This property cannot be expanded ({name}).", param="expand")
                inner[name] = dict(kept[name][found])
            if inner[name] is None:
                break
            inner = inner[name]
    return made


def _create_session(asked: Asked) -> Resource:
    made = sessions.create(asked.account, asked.form, asked.page_url)
    return _expanded(asked.account, made, asked.form)


def _retrieve_session(asked: Asked, identity: str) -> Resource:
    read(asked.form, checkout.SessionRetrieveParams)
    return _expanded(asked.account, asked.account.session(identity), asked.form)


def _list_sessions(asked: Asked) -> Resource:
    wanted = read(asked.form, checkout.SessionListParams)
    limit = wanted.get("limit", 10)
    if not 1 <= limit <= 100:
        raise Refusal("Limit can range between 1 and 100", param="limit")
    found = [
        each
        for each in reversed(asked.account.sessions.values())
        if all(each[name] == wanted[name] for name in ("payment_intent", "status") if name in wanted)
    ]
    data = [sessions.shown(each) for each in found[:limit]]
    return {"object": "list", "data": data, "has_more": len(found) > limit, "url": "/v1/checkout/sessions"}


def _expire_session(asked: Asked, identity: str) -> Resource:
    read(asked.form, checkout.SessionExpireParams)
    ended = sessions.expire(asked.account, asked.account.session(identity))
    return _expanded(asked.account, ended, asked.form)


def _list_line_items(asked: Asked, identity: str) -> Resource:
    read(asked.form, checkout.SessionListLineItemsParams)
    return sessions.line_items(asked.account.session(identity))


def _retrieve_intent(asked: Asked, identity: str) -> Resource:
    read(asked.form, params.PaymentIntentRetrieveParams)
    return _expanded(asked.account, asked.account.intent(identity, "intent"), asked.form)


def _retrieve_charge(asked: Asked, identity: str) -> Resource:
    read(asked.form, params.ChargeRetrieveParams)
    return _expanded(asked.account, asked.account.charge(identity), asked.form)


def _create_refund(asked: Asked) -> Resource:
    return refunds.create(asked.account, asked.form, pending=asked.refunds_wait)


def _retrieve_refund(asked: Asked, identity: str) -> Resource:
    read(asked.form, params.RefundRetrieveParams)
    return _expanded(asked.account, asked.account.refund(identity), asked.form)


def _list_refunds(asked: Asked) -> Resource:
    wanted = read(asked.form, params.RefundListParams)
    limit = wanted.get("limit", 10)
    found = [
        each
        for each in reversed(asked.account.refunds.values())
        if all(each[name] == wanted[name] for name in ("payment_intent", "charge") if name in wanted)
    ]
    return {"object": "list", "data": found[:limit], "has_more": len(found) > limit, "url": "/v1/refunds"}


def _retrieve_dispute(asked: Asked, identity: str) -> Resource:
    read(asked.form, params.DisputeRetrieveParams)
    return _expanded(asked.account, asked.account.dispute(identity), asked.form)


def _create_coupon(asked: Asked) -> Resource:
    return sessions.create_coupon(asked.account, asked.form)


def _retrieve_coupon(asked: Asked, identity: str) -> Resource:
    read(asked.form, params.CouponRetrieveParams)
    return asked.account.coupon(identity)


def _retrieve_event(asked: Asked, identity: str) -> Resource:
    read(asked.form, params.EventRetrieveParams)
    return asked.account.event(identity).show()


def _retrieve_account(asked: Asked) -> Resource:
    read(asked.form, params.AccountRetrieveCurrentParams)
    return asked.account.show()


def _operation(method: str, path: str, answer: Callable[..., Resource]) -> Operation:
    return Operation(method, re.compile(path.replace("*", "([^/]+)")), answer)


OPERATIONS = (
    _operation("POST", "/v1/checkout/sessions", _create_session),
    _operation("GET", "/v1/checkout/sessions", _list_sessions),
    _operation("GET", "/v1/checkout/sessions/*", _retrieve_session),
    _operation("POST", "/v1/checkout/sessions/*/expire", _expire_session),
    _operation("GET", "/v1/checkout/sessions/*/line_items", _list_line_items),
    _operation("GET", "/v1/payment_intents/*", _retrieve_intent),
    _operation("GET", "/v1/charges/*", _retrieve_charge),
    _operation("POST", "/v1/refunds", _create_refund),
    _operation("GET", "/v1/refunds", _list_refunds),
    _operation("GET", "/v1/refunds/*", _retrieve_refund),
    _operation("GET", "/v1/disputes/*", _retrieve_dispute),
    _operation("POST", "/v1/coupons", _create_coupon),
    _operation("GET", "/v1/coupons/*", _retrieve_coupon),
    _operation("GET", "/v1/events/*", _retrieve_event),
    _operation("GET", "/v1/account", _retrieve_account),
)
