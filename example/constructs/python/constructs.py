"""Ten constructs of asyncio: see example/COMPARISON.md.

python3 constructs.py prints, as JSON, what each of them returns, the size of what a call keeps
(sys.getsizeof of the coroutine or generator), and the time of a call in nanoseconds.
"""

import asyncio
import json
import platform
import sys
import time


async def double(n):
    await asyncio.sleep(0)
    return 2 * n


async def sum(n):
    total = 0
    for i in range(n):
        total += await double(i)
    return total


async def size(n):
    if await double(n) > 10:
        return "large"
    return "small"


async def guarded(log):
    log.append("open")
    try:
        await asyncio.sleep(0)
    finally:
        log.append("close")


async def both(n):
    a, b = await asyncio.gather(double(n), double(n + 1))
    return a + b


async def group(n):
    async with asyncio.TaskGroup() as g:
        tasks = [g.create_task(double(i)) for i in range(n)]
    total = 0
    for task in tasks:
        total += task.result()
    return total


async def patient(n):
    async with asyncio.timeout(1):
        return await double(n)


def count(n):
    for i in range(n):
        yield i


def total():
    sum = 0
    while True:
        n = yield sum
        if n == 0:
            return sum
        sum += n


def totals(n):
    sums = []
    for _ in range(n):
        sums.append((yield from total()))
    return sums


async def ticks(n):
    for i in range(n):
        await asyncio.sleep(0)
        yield i


async def listen(n):
    total = 0
    async for i in ticks(n):
        total += i
    return total


async def locked(lock, counter):
    async with lock:
        before = counter[0]
        await asyncio.sleep(0)
        counter[0] = before + 1


# What follows runs and measures them, as comparison_test.go does the machines.


async def run_guarded():
    log = []
    await guarded(log)
    return log


async def run_locked():
    lock, counter = asyncio.Lock(), [0]
    for _ in range(10):
        await locked(lock, counter)
    return counter[0]


def run_count():
    total = 0
    for i in count(10):
        total += i
    return total


def run_totals():
    g = totals(2)
    next(g)
    try:
        for n in (1, 2, 0, 3, 4, 0):
            g.send(n)
    except StopIteration as stop:
        return stop.value


RUNS = {  # what runs it, and a call of it
    "sum": (lambda: sum(10), lambda: sum(10)),
    "size": (lambda: size(6), lambda: size(6)),
    "guarded": (run_guarded, lambda: guarded([])),
    "both": (lambda: both(1), lambda: both(1)),
    "group": (lambda: group(10), lambda: group(10)),
    "patient": (lambda: patient(1), lambda: patient(1)),
    "count": (run_count, lambda: count(10)),
    "totals": (run_totals, lambda: totals(2)),
    "listen": (lambda: listen(10), lambda: listen(10)),
    "locked": (run_locked, lambda: locked(None, None)),
}


async def measure(make):
    result = make()
    if not hasattr(result, "send"):  # not a coroutine
        n, begun = 2000, time.perf_counter_ns()
        for _ in range(n):
            make()
        return result, (time.perf_counter_ns() - begun) / n
    result = await result
    n, begun = 300, time.perf_counter_ns()
    for _ in range(n):
        await make()
    return result, (time.perf_counter_ns() - begun) / n


def main():
    table = {}
    for name, (run, call) in RUNS.items():
        results = [asyncio.run(measure(run)) for _ in range(20)]
        x = call()
        size = sys.getsizeof(x)
        x.close()
        table[name] = {"result": str(results[0][0]), "bytes": size, "ns": min(ns for _, ns in results)}
    json.dump({"version": platform.python_version(), "constructs": table}, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
