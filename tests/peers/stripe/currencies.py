"""Amounts as Stripe takes them: https://docs.stripe.com/currencies. Written for the peer, not for what it tests."""

from tests.peers.stripe.errors import Refusal

# fmt: off
SUPPORTED = frozenset((  # noqa: SIM905 - easier to read
    "usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf "
    "clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl hrk htg huf idr "
    "ils inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr "
    "mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd "
    "shp sle sos srd std szl thb tjs tnd top try ttd twd tzs uah ugx uyu uzs vnd vuv wst xaf xcd xof xpf yer zar zmw"
).split())
# fmt: on
ZERO_DECIMAL = frozenset(
    ("bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf")
)
THREE_DECIMAL = frozenset(("bhd", "jod", "kwd", "omr", "tnd"))
WHOLE_WITH_TWO = frozenset(("isk", "ugx"))  # without decimals, and sent with two all the same
MINIMA = {
    "usd": 50, "aed": 200, "aud": 50, "bgn": 100, "brl": 50, "cad": 50, "chf": 50, "czk": 1500, "dkk": 250, "eur": 50,
    "gbp": 30, "hkd": 400, "huf": 17500, "inr": 50, "jpy": 50, "mxn": 1000, "myr": 200, "nok": 300, "nzd": 50,
    "pln": 200, "ron": 200, "sek": 300, "sgd": 50, "thb": 1000,
}  # fmt: skip
MOST = 99_999_999


def require_currency(currency: str, param: str) -> str:
    if currency.lower() not in SUPPORTED:
        raise Refusal(f"Invalid currency: {currency}. Stripe currently supports these currencies: usd, aed, …",
                      param=param)  # fmt: skip
    return currency.lower()


def require_amount(amount: int, currency: str, param: str) -> int:
    if amount < 0:
        raise Refusal("This value must be greater than or equal to 0.", code="parameter_invalid_integer", param=param)
    if amount > MOST:
        raise Refusal(f"Amount must be no more than {shown(MOST, currency)}", code="amount_too_large", param=param)
    if currency in THREE_DECIMAL and amount % 10:
        raise Refusal("The last digit of amounts in three-decimal currencies must be 0.", param=param)
    if currency in WHOLE_WITH_TWO and amount % 100:
        raise Refusal(f"Amounts in {currency} must be divisible by 100.", param=param)
    return amount


def require_chargeable(total: int, currency: str) -> None:
    """Nothing at all is fine; a little is not."""
    least = MINIMA.get(currency, 1)
    if 0 < total < least:
        raise Refusal("The Checkout Session's total amount due must add up to at least "
                      f"{shown(least, currency)} {currency}", code="amount_too_small")  # fmt: skip


def shown(amount: int, currency: str) -> str:
    decimals = 0 if currency in ZERO_DECIMAL else 3 if currency in THREE_DECIMAL else 2
    return f"{amount / 10**decimals:.{decimals}f}"
