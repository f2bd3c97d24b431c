"""Writes generators.json: random generators, and what they do in Python. See python_test.go.

    python3 generators.py > generators.json

A generator is a list of statements. Each yields a value, delegates to another generator by yield
from, returns or raises. h says what happens to an exception of the first two. A script says what
the caller does: n for next, s for send, t for throw, x for throw(GeneratorExit), c for close.
"""

import json
import os
import random
import sys

HANDLERS = ["pass", "pass", "swallow", "replace", "yield", "return"]


class Error(Exception):
    pass


def program(depth):
    statements = []
    for _ in range(random.randint(1, 3)):
        kind = random.random()
        if kind < 0.4 and depth > 0:
            statements.append({"op": "from", "p": program(depth - 1), "h": random.choice(HANDLERS)})
        elif kind < 0.47:
            statements.append({"op": "return", "v": random.randint(1, 99)})
        elif kind < 0.54:
            statements.append({"op": "raise", "v": random.randint(1, 99)})
        else:
            statements.append({"op": "yield", "v": random.randint(1, 99), "h": random.choice(HANDLERS)})
    return statements


said = []  # since the last step
kept = []  # the garbage collector would close a generator that is left suspended


def text(e):
    if isinstance(e, GeneratorExit):
        return "exit"
    if isinstance(e, RuntimeError):
        return "ignored"
    return str(e)


def run(statements):
    try:
        total = 0
        for s in statements:
            if s["op"] == "return":
                return s["v"]
            if s["op"] == "raise":
                raise Error("raised %d" % s["v"])
            try:
                if s["op"] == "yield":
                    got = (yield s["v"]) or 0
                else:
                    inner = run(s["p"])
                    kept.append(inner)
                    got = yield from inner
                said.append("got %d" % got)
                total += got
            except (Error, GeneratorExit, RuntimeError) as e:
                said.append("caught " + text(e))
                if s["h"] == "pass":
                    raise
                if s["h"] == "replace":
                    raise Error("replaced")
                if s["h"] == "return":
                    return 7
                if s["h"] == "yield":
                    said.append("then %d" % ((yield 100) or 0))
        return total
    finally:
        said.append("finally")


def drive(statements, script):
    """Returns what the caller sees of each step, what the generator says, and its result."""
    g = run(statements)
    kept.append(g)
    begun = ended = False
    result = "none"
    trace = []
    for i, op in enumerate(script):
        seen = "0 false"
        try:
            if ended:
                if op == "c":
                    seen = "nil"
            elif op == "n":
                begun = True
                seen = "%d true" % next(g)
            elif op == "s" and not begun:
                seen = "not begun"
            elif op == "s":
                seen = "%d true" % g.send(10 * i)
            elif op == "t":
                begun = True
                seen = "%d true" % g.throw(Error("thrown"))
            elif op == "x":
                begun = True
                seen = "%d true" % g.throw(GeneratorExit())
            else:
                begun = True
                seen = "nil"
                g.throw(GeneratorExit())  # close does that, and drops the result
                seen = "ignored"
        except StopIteration as e:
            ended, result = True, str(e.value)
        except (Error, GeneratorExit, RuntimeError) as e:
            ended, result = True, text(e)
            if op == "c" and not isinstance(e, GeneratorExit):
                seen = result
        trace.append("%s %s, %s, %s" % (op, seen, "; ".join(said), result))
        said.clear()
    return trace


random.seed(342380)
cases = []
while len(cases) < 200:
    script = "n" * (random.random() < 0.9) + "".join(random.choice("nnssstxc") for _ in range(6))
    p = program(2)
    if len(json.dumps(p)) > 400:
        continue
    trace = drive(p, script)
    cases.append(json.dumps({"program": p, "script": script, "trace": trace}))
print("[\n" + ",\n".join(cases) + "\n]")
sys.stdout.flush()
os._exit(0)
