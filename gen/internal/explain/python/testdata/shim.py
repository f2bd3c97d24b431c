import asyncio
import selectors
import sys


class FakeSelector(selectors.DefaultSelector):
    """A selector that passes the time instead of waiting."""

    now = 0.0

    def select(self, timeout=None):
        if timeout is None:
            raise RuntimeError("every task waits for another")
        if timeout:
            self.now += timeout
        return super().select(0)


class FakeLoop(asyncio.SelectorEventLoop):
    """A loop whose time stands still while a task can run."""

    def __init__(self):
        self.selector = FakeSelector()
        super().__init__(self.selector)

    def time(self):
        return self.selector.now


class QueueShutDown(Exception):
    """That of Python 3.13."""


class Queue(asyncio.Queue):
    """A queue with shutdown, which Python has since 3.13."""

    closed = False

    async def get(self):
        while self.empty():
            if self.closed:
                raise QueueShutDown
            await asyncio.sleep(0)
        return await super().get()

    def shutdown(self):
        self.closed = True


class point:
    def __init__(self, name, next):
        self.name, self.next = name, next


site = {"/": ["/docs", "/blog"], "/docs": ["/"]}
limit = 3
visits = {}


def show(v):
    if v is None:
        return "nothing"
    if isinstance(v, bool):
        return str(v).lower()
    if isinstance(v, tuple):
        return " ".join(map(show, v))
    if isinstance(v, list):
        return "[" + " ".join(map(show, v)) + "]"
    return str(v)


def outcome(name, coroutine):
    print("--", name)

    async def main():
        try:
            print("returned", show(await coroutine))
        except* asyncio.TimeoutError:
            print("timeout")
        except* QueueShutDown:
            print("closed")
        except* Exception as group:
            print("error", group.exceptions[0] if not isinstance(group.exceptions[0], ExceptionGroup) else group.exceptions[0].exceptions[0])

    loop = FakeLoop()
    try:
        loop.run_until_complete(main())
        for task in asyncio.all_tasks(loop):
            task.cancel()
            loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
    finally:
        loop.close()
