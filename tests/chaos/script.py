"""What agents and verifiers of these tests run, in a bare interpreter: one act per run, each point told to the witness.

`script.py PORT KIND` works on a goal of a kind for one turn, `script.py PORT verify PARTS` checks how far it is.
"""

# ruff: noqa: PTH109, PTH119, PTH123, PTH208

from __future__ import annotations

import _socket
import os
import sys

PARTS = {"builder": 3, "planned": 2, "asked": 1, "quitter": 9, "spender": 9, "blocked": 9}


def tell(port: int, point: str, text: str = "") -> None:
    """Return when the witness lets us go on."""
    goal = os.path.basename(os.getcwd())
    turn = os.environ.get("GOALWARD_TURN", "")
    body = text.encode()
    link = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
    link.connect(("127.0.0.1", port))
    head = f"POST /{goal}/{point} HTTP/1.0\r\npid: {os.getpid()}\r\nturn: {turn}\r\ncontent-length: {len(body)}\r\n\r\n"
    link.sendall(head.encode() + body)
    while link.recv(1000):
        pass


def parts() -> list[str]:
    return sorted(name for name in os.listdir() if name.startswith("part-"))


def write_next(port: int, limit: int) -> None:
    """Write the next missing part, in two halves; what is there already is left alone."""
    missing = [f"part-{n}" for n in range(1, limit + 1) if not whole(f"part-{n}")]
    if not missing:
        return
    with open(missing[0], "w") as file:
        file.write("first half\n")
    tell(port, "agent-works")
    with open(missing[0], "w") as file:
        file.write("first half\nsecond half\n")
    print(f"wrote {missing[0]}")


def whole(name: str) -> bool:
    try:
        with open(name) as file:
            return len(file.readlines()) == 2
    except OSError:
        return False


def work(port: int, kind: str) -> None:
    tell(port, "agent-starts", sys.stdin.read())
    if kind == "quitter" and whole("part-1"):
        print('<goal_unachievable reason="there is no second part"/>')
    elif kind == "blocked" and whole("part-1"):
        print('<goal_blocked reason="where is the second part?"/>')
    elif kind == "idler":
        print("thinking about it")
    else:
        write_next(port, PARTS[kind])
    tell(port, "agent-ends")


def verify(port: int, wanted: int) -> int:
    tell(port, "verifier-starts")
    found = sum(whole(name) for name in parts())
    print("all parts are there" if found >= wanted else "parts are missing")
    tell(port, "verifier-ends")
    return 0 if found >= wanted else 1


if __name__ == "__main__":
    if sys.argv[2] == "verify":
        sys.exit(verify(int(sys.argv[1]), int(sys.argv[3])))
    work(int(sys.argv[1]), sys.argv[2])
