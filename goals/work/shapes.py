"""Knows secrets by their shape: keys of clouds, forges, chats and payment, tokens, private keys, passwords in URLs,
headers and assignments. The shapes are those that their makers document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

WORD = r"[A-Za-z0-9_-]"

# Each begins with its own letters, which are found fast; the number is how many characters must follow at least.
KEYS: tuple[tuple[str, str], ...] = (
    # clouds and what runs in them
    *((prefix, r"[A-Z0-9]{16}(?![A-Z0-9])") for prefix in ("AKIA", "ASIA", "ABIA", "ACCA")),
    ("AIza", rf"{WORD}{{35}}"),
    ("ya29.", rf"{WORD}{{20,}}"),
    ("GOCSPX-", rf"{WORD}{{20,}}"),
    *((prefix, r"[a-f0-9]{64}") for prefix in ("dop_v1_", "doo_v1_", "dor_v1_")),
    ("HRKU-", rf"{WORD}{{36,}}"),
    *((prefix, r"[A-Za-z0-9+/=_,-]{20,}") for prefix in ("fo1_", "fm1_", "fm2_")),
    ("dapi", r"[a-f0-9]{32}"),
    *((f"hv{kind}.", rf"{WORD}{{24,}}") for kind in "sbr"),
    *((f"dp.{kind}.", r"[A-Za-z0-9.]{30,}") for kind in ("pt", "st", "ct", "sa", "scim", "audit")),
    *((f"pscale_{kind}_", r"[A-Za-z0-9_.-]{30,}") for kind in ("tkn", "pw", "oauth")),
    ("sbp_", r"[a-f0-9]{40}"),
    ("pul-", r"[a-f0-9]{40}"),
    # forges and registries of packages
    *((f"gh{kind}_", r"[A-Za-z0-9_-]{20,}") for kind in "pousr"),
    ("github_pat_", rf"{WORD}{{20,}}"),
    *(
        (f"gl{kind}-", r"[A-Za-z0-9_.-]{20,}")
        for kind in ("pat", "oas", "dt", "rt", "cbt", "ptt", "ft", "imt", "agent", "soat", "ffct")
    ),
    ("GR1348941", rf"{WORD}{{20,}}"),
    *((prefix, r"[A-Za-z0-9_=-]{20,}") for prefix in ("ATATT3", "ATCTT3", "ATBB")),
    ("npm_", r"[A-Za-z0-9]{36}"),
    ("pypi-", rf"{WORD}{{50,}}"),
    ("rubygems_", r"[a-f0-9]{48}"),
    *((f"dckr_{kind}_", rf"{WORD}{{20,}}") for kind in ("pat", "oat")),
    # models
    *((f"sk{mark}", rf"(?={WORD}{{0,60}}\d){WORD}{{20,}}") for mark in "-_"),
    *((f"{kind}{mark}", rf"(?={WORD}{{0,60}}\d){WORD}{{20,}}") for kind in ("rk", "pk") for mark in "-_"),
    ("hf_", r"[A-Za-z0-9]{30,}"),
    ("r8_", r"[A-Za-z0-9]{30,}"),
    ("gsk_", r"[A-Za-z0-9]{40,}"),
    ("xai-", r"[A-Za-z0-9]{40,}"),
    ("pplx-", r"[A-Za-z0-9]{40,}"),
    # chats and mail
    *((f"xox{kind}-", r"[A-Za-z0-9-]{10,}") for kind in "abceoprs"),
    ("xapp-", r"[A-Za-z0-9-]{10,}"),
    ("SG.", rf"{WORD}{{16,64}}\.{WORD}{{16,64}}"),
    ("key-", r"[a-f0-9]{32}(?![a-f0-9])"),
    # payment and shops
    ("whsec_", r"[A-Za-z0-9+/=]{20,}"),
    *((f"sq0{kind}-", rf"{WORD}{{20,}}") for kind in ("atp", "csp", "idp")),
    *((f"shp{kind}_", r"[A-Fa-f0-9]{32}") for kind in ("at", "ca", "pa", "ss")),
    # services
    ("lin_api_", r"[A-Za-z0-9]{30,}"),
    ("ntn_", r"[A-Za-z0-9]{30,}"),
    *((f"sntry{kind}_", r"[A-Za-z0-9+/=_-]{30,}") for kind in "su"),
    *((f"gl{kind}_", r"[A-Za-z0-9+/=_]{30,}") for kind in ("c", "sa")),
    ("NRAK-", r"[A-Z0-9]{20,}"),
    ("PMAK-", r"[a-f0-9-]{50,}"),
    ("AGE-SECRET-KEY-1", r"[A-Z0-9]{50,}"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """A text without any of the `signs` has none of it. What `pattern` names `kept` stays, the rest goes.

    The patterns are compiled when they are first needed: all of them take a tenth of a second.
    """

    signs: tuple[str, ...]
    pattern: str

    def clean(self, text: str, put: str) -> str:
        return re.sub(self.pattern, lambda found: (found["kept"] or "") + put, text)


def _key(begin: str, rest: str) -> Shape:
    letters = re.escape(begin)
    return Shape((begin,), rf"{letters}(?<![A-Za-z0-9]{letters})(?P<kept>){rest}")


def _other(pattern: str, *signs: str) -> Shape:
    return Shape(signs, pattern)


# A key goes on as long as its lines can be of one: whoever approves a command must see what comes after it.
_BETWEEN = (
    r"(?:\s|\\+[nrt]|[\"'`,+|>*#\\]|-(?!-)|\d{1,6}[\t:|](?=[\sA-Za-z0-9+/])|\[…[A-Za-z0-9 ,…]{0,80}\])*+"
)
_LINE = r"(?=[a-z0-9+/=]{0,60}[A-Z])(?=[A-Z0-9+/=]{0,60}[a-z])[A-Za-z0-9+/]{20,}+={0,2}+(?![\w.:(@$])"
_LAST = r"(?=[a-z]{0,20}[A-Z0-9+/=])[A-Za-z0-9+/=]{1,19}+"
_END = r"(?=-?-----END )"
_PRIVATE_KEY = (
    r"(?P<kept>-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----)"
    rf"(?:{_BETWEEN}(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset): [\w .,()/-]{{0,80}}+)*+"
    rf"(?:{_BETWEEN}{_LINE})++(?:{_BETWEEN}(?:{_LAST}{_BETWEEN})?+{_END})?+"
)

# Every quantifier is bounded or eats what it saw, so that no text takes more than linear time.
SHAPES: tuple[Shape, ...] = (
    _other(_PRIVATE_KEY, "PRIVATE KEY"),
    _other(r"(?P<kept>://[^\s:/@\"'`]{0,64}:)[^\s/@\[\"'`…*<{$][^\s/@\"'`]{0,255}(?=@)", "://"),
    _other(
        r"(?P<kept>hooks\.slack\.com/(?:services|workflows|triggers)/)[A-Za-z0-9/_-]{8,}", "hooks.slack.com/"
    ),
    _other(
        r"(?P<kept>discord(?:app)?\.com/api/(?:v\d{1,2}/)?webhooks/\d{1,30}/)[A-Za-z0-9_-]{8,}", "webhooks/"
    ),
    _other(r"(?P<kept>webhook\.office\.com/webhookb2/)[A-Za-z0-9/@_-]{8,}", "webhook.office.com/"),
    _other(r"(?P<kept>\.)(?<=[A-Za-z0-9_-]{23}\.)[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}", "."),
    _other(r"(?P<kept>:)(?<=\d{8}:)AA[A-Za-z0-9_-]{30,}", ":AA"),
    _other(r"(?P<kept>AccountKey=|AccessKey=|SharedSecret=)[A-Za-z0-9+/=]{20,}", "Key=", "Secret="),
    _other(rf"eyJ(?<!{WORD}eyJ)(?P<kept>){WORD}{{8,}}\.{WORD}{{8,}}(?:\.{WORD}{{4,}}){{0,3}}", "eyJ"),
    *(_key(*key) for key in KEYS),
)

# Most texts have no sign at all, which is seen soonest when all signs are sought in one go.
_SIGNS = tuple((sign[-1], sign, shape) for shape in SHAPES for sign in shape.signs)

# In small letters, since the text that is searched is.
_NAMES = (
    "pass(?:word|wd|phrase|code)", "pwd", "secret", "token", "api[_-]?key", "access[_-]?key", "private[_-]?key",
    "secret[_-]?key", "signing[_-]?key", "encryption[_-]?key", "account[_-]?key", "auth[_-]?key", "credentials?",
)  # fmt: skip
_ASSIGNED = (
    rf"(?:{'|'.join(_NAMES)})(?:[_-]?(?:value|b64|base64|prod|dev|test|live|admin|root|\d{{1,3}})){{0,2}}"
    r"(?P<assign>\\?[\"']?\s{0,3}(?::=|=>|={1,2}|:)\s{0,3})(?P<quote>\\?[\"'`])?"
    r"(?P<value>[^\s\"'`,;&|<>\\\[(){$][^\s\"'`,;&|<>\\]{5,500})"
)
_SENT = (
    r"(?:authorization\\?[\"']?\s{0,3}[:=]\s{0,3}\\?[\"']?"
    r"(?:(?:bearer|basic|token|digest|negotiate|apikey|bot)\s{1,4})?"
    r"|bearer\s{1,4}|x-[a-z-]{0,20}(?:key|token|secret)\\?[\"']?\s{0,3}:\s{0,3}\\?[\"']?)"
    r"(?P<value>[a-z0-9._~+/=-]{12,})"
)
_ASKED = (
    r"[?&](?:key|sig|signature|code|auth|token|access_token|refresh_token|id_token|client_secret|password"
    r"|x-amz-signature|x-amz-security-token|x-amz-credential|x-goog-signature)=(?P<value>[^\s&#\"'<>\\\[]{8,})"
)
_DIGIT, _LETTER = re.compile(r"\d"), re.compile(r"[^\W\d_]")
_NO_SECRET = re.compile(
    r"(?:x+|\*+|\.+|-+|_+|none|null|true|false|string|password|passwd|secret|changeme|example"
    r"|(?:your|my|the|some|a|an|test|dummy|fake|example|process\.|os\.|env\.|self\.|settings\.)[-_.]?[a-z._-]*)"
)


def clean(text: str, put: str) -> str:
    """The text with `put` for each secret of a known shape; takes time linear in its length."""
    for shape in dict.fromkeys([shape for last, sign, shape in _SIGNS if last in text and sign in text]):
        text = shape.clean(text, put)
    return _without_named(text, put)


def _without_named(text: str, put: str) -> str:
    """Without the values of assignments, headers and queries; their names stay."""
    small = text.replace("İ", "I").lower()
    spans = sorted({*_assigned(text, small), *_sent(text, small)}, reverse=True)
    parts: list[str] = []
    upto = 0
    for begin, end in reversed([*_apart(spans)]):
        parts += (text[upto:begin], put)
        upto = end
    return "".join((*parts, text[upto:]))


def _apart(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Of those that overlap the later one: the last first, as they came."""
    upto = float("inf")
    for begin, end in spans:
        if end <= upto:
            yield begin, end
            upto = begin


def _assigned(text: str, small: str) -> Iterator[tuple[int, int]]:
    if not any(sign in small for sign in ("pass", "pwd", "secret", "token", "key", "credential")):
        return
    assigned, at, spare = re.compile(_ASSIGNED), 0, 2 * len(text)
    while found := assigned.search(small, at):
        begin, end = found.span("value")
        name = text[found.start() : found.start("assign")]
        called = small[end : end + 1] == "("
        of_path = small[found.start() - 1 : found.start()] == "/"
        if (
            not called
            and not of_path
            and _is_secret(name, found["assign"], bool(found["quote"]), text[begin:end])
        ):
            yield begin, end
            at = end
        else:
            # What looked like the value may be the next name, as in YAML. So much is read twice, and no more.
            spare -= end - begin
            at = begin if spare > 0 else end


def _is_secret(name: str, assign: str, quoted: bool, value: str) -> bool:
    """Whether an assigned value is one itself, not a variable, a type, a call or an example."""
    return _may_be_one(name, assign, quoted, value) and not (
        _NO_SECRET.fullmatch(value.lower()) or "(" in value or "${" in value or "../" in value
    )


def _may_be_one(name: str, assign: str, quoted: bool, value: str) -> bool:
    """Asked of every value, so that it is quick."""
    of_password = name.lower().startswith(("pass", "pwd"))
    if (name.isupper() and assign == "=") or (quoted and of_password):
        return True
    if not (_DIGIT.search(value) and _LETTER.search(value)):
        return False
    return quoted or ((of_password or len(value) >= 12) and "." not in value)


def _sent(text: str, small: str) -> Iterator[tuple[int, int]]:
    if "bearer" in small or "authorization" in small or "x-" in small:
        for found in re.finditer(_SENT, small):
            if any(map(str.isdigit, found["value"])):
                yield found.span("value")
    if "://" in small or "?" in small:
        for found in re.finditer(_ASKED, small):
            if any(map(str.isdigit, found["value"])):
                yield found.span("value")
