"""Which addresses may be asked: the reading of URLs, the allowlist, and what stays closed without it."""

from ipaddress import ip_address

import pytest

from goals.domain import addresses
from goals.domain.addresses import Place

READ = {
    "https://api.example.com/v1?q=1": Place("https", "api.example.com", 443),
    "HTTP://Example.COM.:8080": Place("http", "example.com", 8080),
    "http://[::1]:9090/": Place("http", "::1", 9090),
    "http://[0:0:0:0:0:0:0:1]/": Place("http", "::1", 80),
    "http://10.0.0.5?x": Place("http", "10.0.0.5", 80),
    "http://2130706433/": Place("http", "2130706433", 80),
}


@pytest.mark.parametrize("url", READ)
def test_a_url_says_who_answers(url: str) -> None:
    assert addresses.place(url) == READ[url]


NO_URLS = {
    "ftp://example.com/": "written like",
    "file:///etc/passwd": "written like",
    "//example.com/": "written like",
    "example.com": "written like",
    "http://": "written like",
    "http:///path": "written like",
    "http://exa mple.com/": "written like",
    "http://example.com\\@evil.com/": "no name and no password",
    "http://example.com/a b": "written like",
    "http://example.com/\n": "written like",
    "http://exämple.com/": "written like",
    "http://example.com/#part": "written like",
    "http://ana:hush@example.com/": "no name and no password",
    "http://example.com@evil.com/": "no name and no password",
    "http://example.com:0/": "from 1 to 65535",
    "http://example.com:70000/": "from 1 to 65535",
    "http://example.com/" + "x" * 2000: "at most 2,000",
}


@pytest.mark.parametrize("url", NO_URLS)
def test_what_could_be_read_in_two_ways_is_no_url(url: str) -> None:
    with pytest.raises(ValueError, match=NO_URLS[url]):
        addresses.place(url)


def test_a_url_is_shown_without_password_and_query() -> None:
    assert addresses.shown("https://ana:hush@example.com/path?token=hush#x") == "https://example.com/path"


NAMED = [
    ("example.com", "https://example.com/", True),
    ("example.com", "http://EXAMPLE.com./", True),
    ("example.com", "https://example.com:8443/", False),
    ("example.com:8443", "https://example.com:8443/", True),
    ("example.com:8443", "https://example.com/", False),
    ("example.com", "https://api.example.com/", False),
    ("*.example.com", "https://api.example.com/", True),
    ("*.example.com", "https://example.com/", False),
    ("*.example.com", "https://evilexample.com/", False),
    ("*", "https://anything.net/", True),
    ("*", "https://anything.net:8443/", False),
    ("*:8443", "https://anything.net:8443/", True),
    ("[::1]:9090", "http://[0::1]:9090/", True),
    ("10.0.0.5", "http://10.0.0.5/", True),
]


@pytest.mark.parametrize(("entry", "url", "is_named"), NAMED)
def test_an_entry_of_the_allowlist_names_hosts_and_ports(entry: str, url: str, is_named: bool) -> None:
    assert addresses.named((entry,), addresses.place(url)) is is_named


@pytest.mark.parametrize("text", ["", "http://example.com", "exa mple", "*.*", "a*b", "example.com:x", "a/b"])
def test_what_is_no_host_is_no_entry(text: str) -> None:
    with pytest.raises(ValueError, match="a host is written like"):
        addresses.entry(text)


PRIVATE = (
    *(
        "127.0.0.1",
        "127.9.9.9",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.0.1",
        "100.64.0.1",
        "::1",
        "fc00::1",
        "fec0::1",
    ),
    *("::ffff:127.0.0.1", "64:ff9b::10.0.0.1", "2002:7f00:1::", "::127.0.0.1"),
)
CLOSED = (
    *("169.254.169.254", "fe80::1", "0.0.0.0", "::", "224.0.0.1", "ff02::1", "fd00:ec2::254", "100.100.100.200"),
    "::ffff:169.254.169.254",
)  # fmt: skip
PUBLIC = ("1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1")

WHERE = Place("https", "status.example.com", 443)


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_internet_is_open(address: str) -> None:
    assert addresses.opens((), WHERE, ip_address(address))


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_is_opened_by_the_hosts_name_and_not_by_a_star(address: str) -> None:
    ip = ip_address(address)
    by = {
        entry: addresses.opens((entry,), WHERE, ip) for entry in ("status.example.com", "*.example.com", "*")
    }
    assert (addresses.opens((), WHERE, ip), by) == (
        False,
        {"status.example.com": True, "*.example.com": True, "*": False},
    )


@pytest.mark.parametrize("address", CLOSED)
def test_metadata_and_links_are_opened_by_nothing_but_their_own_address(address: str) -> None:
    ip = ip_address(address)
    literal = f"[{address}]" if ":" in address else address
    opened = [addresses.opens((entry,), WHERE, ip) for entry in ("status.example.com", "*", literal)]
    assert opened == [False, False, True]
