"""The neutral door to "run this off the loop".

Slow, CPU-bound calls (a password hash) go through `offload.run`. Under threads it calls the function directly; the
eventlet process binds its own thread pool here when it starts, so that nobody else has to know about event loops.
"""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def _directly(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    return function(*args, **kwargs)


_runner: Callable[..., Any] = _directly


def bind(runner: Callable[..., Any]) -> None:
    """Let `runner(function, *args, **kwargs)` execute everything that is offloaded from now on in this process."""
    global _runner
    _runner = runner


def run(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call `function` where it does not hold up others, wait for it, return its result or raise its error."""
    result: T = _runner(function, *args, **kwargs)
    return result
