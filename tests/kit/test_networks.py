import pytest

from storecast.kit.networks import TrustedProxies, is_public, network, wide_network

# A proxy on this machine, a network of load balancers, and one whole provider's IPv6.
PROXIES = TrustedProxies("127.0.0.1, ::1, 10.1.0.0/24,2001:db8:cafe::/48")


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::ffff:c000:201", "192.0.2.1"),
        ("unknown", "unknown"),
        ("", ""),
        ("192.0.2.1:80", "192.0.2.1:80"),
        ("2001:db8::x", "2001:db8::x"),
    ],
)
def test_what_one_customer_has_counts_as_one(address: str, counted: str) -> None:
    assert network(address) == counted


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.1", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("::ffff:192.0.2.1", "192.0.2.0/24"),
        ("fe80::1%eth0", "fe80::/48"),
        ("unknown", "unknown"),
    ],
)
def test_many_networks_of_one_count_as_one(address: str, counted: str) -> None:
    assert wide_network(address) == counted


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "caller"),
    [
        # Nobody said anything, or somebody did who is not believed.
        ("192.0.2.1", None, "192.0.2.1"),
        ("192.0.2.1", "198.51.100.1", "192.0.2.1"),
        ("10.2.0.1", "198.51.100.1", "10.2.0.1"),  # a private address is no proxy of ours by itself
        ("127.0.0.2", "198.51.100.1", "127.0.0.2"),
        ("127.0.0.1", None, "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        # One proxy, and what callers made up before it.
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "203.0.113.9, 198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "127.0.0.1, 198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "10.1.0.7,127.0.0.1,198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "10.2.0.7", "10.2.0.7"),  # somebody in our own house
        # Proxies behind proxies.
        ("127.0.0.1", "198.51.100.1, 10.1.0.7", "198.51.100.1"),
        ("::1", "203.0.113.9, 198.51.100.1, 2001:db8:cafe::7, 10.1.0.7", "198.51.100.1"),
        ("10.1.0.7", "198.51.100.1, 10.1.1.7, 10.1.0.8", "10.1.1.7"),
        # A caller on a proxy itself.
        ("127.0.0.1", "127.0.0.1", "127.0.0.1"),
        ("127.0.0.1", "10.1.0.7", "10.1.0.7"),
        ("127.0.0.1", "10.1.0.8, 10.1.0.7", "10.1.0.8"),
        # Ways to write addresses.
        ("127.0.0.1", "\t 198.51.100.1 ", "198.51.100.1"),
        ("127.0.0.1", "1.2.3.4:5678", "1.2.3.4"),
        ("127.0.0.1", "1.2.3.4:5678, 10.1.0.7:443", "1.2.3.4"),
        ("127.0.0.1", "[::1]:80", "::1"),
        ("127.0.0.1", "[2001:db8::1]:80", "2001:db8::1"),
        ("127.0.0.1", "[2001:db8::1]", "2001:db8::1"),
        ("127.0.0.1", "2001:DB8:0::1", "2001:db8::1"),
        ("127.0.0.1", "2001:db8::1:8080", "2001:db8::1:8080"),  # an address: without brackets there is no port
        ("127.0.0.1", "fe80::1%eth0", "fe80::1"),
        ("127.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "198.51.100.1, ::ffff:10.1.0.7", "198.51.100.1"),
        ("::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1"),  # a socket that takes both
        ("::ffff:192.0.2.1", "198.51.100.1", "192.0.2.1"),
        # No addresses: the proxy that said so is the nearest that is known.
        ("127.0.0.1", "unknown", "127.0.0.1"),
        ("127.0.0.1", "_hidden, 10.1.0.7", "10.1.0.7"),
        ("127.0.0.1", "203.0.113.9, unknown", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.9,", "127.0.0.1"),
        ("127.0.0.1", ",198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "shop.example", "127.0.0.1"),
        ("127.0.0.1", "0x7f.1", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.01", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.1:", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.1:http", "127.0.0.1"),
        ("127.0.0.1", "[198.51.100.1", "127.0.0.1"),
        ("127.0.0.1", "[]:80", "127.0.0.1"),
        ("127.0.0.1", "[::1]80", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.1 203.0.113.9", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.0/24", "127.0.0.1"),
        ("127.0.0.1", 'for="[2001:db8::1]";proto=https', "127.0.0.1"),
        ("127.0.0.1", "' OR 1=1 --", "127.0.0.1"),
        ("127.0.0.1", "\x00\udcff", "127.0.0.1"),
        ("127.0.0.1", "1" * 100_000, "127.0.0.1"),
        ("127.0.0.1", "," * 100_000, "127.0.0.1"),
        ("127.0.0.1", "fe80::1%" + "x" * 100, "127.0.0.1"),
        # Peers without an address.
        ("", "198.51.100.1", ""),
        ("unknown", "198.51.100.1", "unknown"),
        ("testclient", None, "testclient"),
    ],
)
def test_the_caller_is_the_nearest_whom_no_proxy_of_ours_is(peer: str, forwarded_for: str | None, caller: str) -> None:
    assert PROXIES.caller(peer, forwarded_for) == caller


def test_a_chain_has_an_end() -> None:
    assert PROXIES.caller("127.0.0.1", "198.51.100.1" + ", 10.1.0.7" * 15) == "198.51.100.1"
    assert PROXIES.caller("127.0.0.1", "198.51.100.1" + ", 10.1.0.7" * 1000) == "10.1.0.7"


@pytest.mark.parametrize(
    ("peer", "trusted"),
    [("127.0.0.1", True), ("::1", True), ("10.1.0.255", True), ("10.1.1.0", False), ("2001:db8:cafe:1::1", True),
     ("2001:db8::1", False), ("::ffff:10.1.0.7", True), ("", False), ("localhost", False)],
)  # fmt: skip
def test_proxies_are_the_listed_addresses_and_networks(peer: str, trusted: bool) -> None:
    assert PROXIES.is_trusted(peer) is trusted


@pytest.mark.parametrize("listed", ["", " ", ","])
def test_an_empty_list_believes_nobody(listed: str) -> None:
    assert TrustedProxies(listed).caller("127.0.0.1", "198.51.100.1") == "127.0.0.1"


def test_one_proxy_may_be_listed_in_any_way_it_is_written() -> None:
    for listed in ("fe80::1%eth0", "FE80:0::1", "fe80::1/128"):
        assert TrustedProxies(listed).is_trusted("fe80::1%eth1")
    assert TrustedProxies("::ffff:10.1.0.7").is_trusted("10.1.0.7")


@pytest.mark.parametrize(
    ("listed", "said"),
    [("*", "'*' does not appear"), ("caddy", "'caddy' does not appear"), ("10.1.0.7/24", "has host bits set"),
     ("127.0.0.1 ::1", "does not appear"), ("127.0.0.1,10.1.0.0/33", "does not appear"),
     ("0.0.0.0/0", "is everybody"), ("::/0", "is everybody")],
)  # fmt: skip
def test_what_cannot_be_a_proxy_is_refused(listed: str, said: str) -> None:
    with pytest.raises(ValueError, match=said.replace("*", r"\*")):
        TrustedProxies(listed)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:220:1::1", "64:ff9b::5db8:d70e", "2002:5db8:d70e::1"])
def test_everybody_finds_who_is_at_a_public_address(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
        "169.254.169.254", "100.64.0.1", "100.127.255.255", "192.0.0.8", "192.0.2.1", "198.18.0.1", "224.0.0.1",
        "240.0.0.1", "255.255.255.255", "192.88.99.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1",
        "fd12:3456::1", "ff02::1", "2001:db8::1", "2001::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe",
        "::127.0.0.1",
        "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::1", "2002:a00:1::",
        "100::1", "nobody", "",
    ],
)  # fmt: skip
def test_nobody_else_is_at_an_address_of_our_own(address: str) -> None:
    """OneUptime 2578: an address of IPv4 within one of IPv6, which no list of networks had."""
    assert not is_public(address)
