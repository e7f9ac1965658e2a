"""Real processes for tests of concurrency: a function of a module, run many times at the same moment."""

import multiprocessing
from collections.abc import Callable
from typing import Any

TIMEOUT = 60


def run_together(function: Callable[..., Any], arguments: list[tuple[Any, ...]]) -> list[Any]:
    """Call `function` once per tuple, each in a process of its own, all released together; results in order.

    The function gets a barrier as its first argument and waits on it when it is ready.
    """
    context = multiprocessing.get_context("spawn")
    with context.Manager() as manager:
        barrier = manager.Barrier(len(arguments))
        with context.Pool(len(arguments)) as pool:
            waiting = [pool.apply_async(function, (barrier, *args)) for args in arguments]
            return [result.get(TIMEOUT) for result in waiting]
