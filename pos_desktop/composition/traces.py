"""A fault as it may be written down: where it happened and of which kind, and no value of anything.

The message of an error is left out, and so are local variables: either may hold a card number or a name.
"""

from __future__ import annotations

import errno
import traceback
from collections.abc import Iterator

from pos_desktop.domain.errors import PosError


def trace_of(problem: BaseException | None) -> str:
    """Frames and kinds, the first cause first, as a person reads a Python trace."""
    told: list[str] = []
    for each in reversed(list(_causes(problem))):
        told += [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in _frames(each)]
        told.append(_kind(each))
        told += [f"  | {line}" for inner in _inside(each) for line in trace_of(inner).splitlines()]
    return "\n".join(told)


def _frames(problem: BaseException) -> traceback.StackSummary:
    return traceback.StackSummary.extract(traceback.walk_tb(problem.__traceback__), lookup_lines=False)


def _causes(problem: BaseException | None) -> Iterator[BaseException]:
    """The problem, and what it came from; never one twice."""
    seen: set[int] = set()
    while problem is not None and id(problem) not in seen:
        seen.add(id(problem))
        yield problem
        problem = problem.__cause__ or (None if problem.__suppress_context__ else problem.__context__)


def _inside(problem: BaseException) -> tuple[BaseException, ...]:
    return problem.exceptions if isinstance(problem, BaseExceptionGroup) else ()


def _kind(problem: BaseException) -> str:
    kind = f"{type(problem).__module__}.{type(problem).__qualname__}".removeprefix("builtins.")
    detail = ""
    if isinstance(problem, PosError):
        detail = problem.code
    elif isinstance(problem, OSError) and problem.errno is not None:
        detail = errno.errorcode.get(problem.errno, str(problem.errno))
    else:
        detail = str(getattr(getattr(problem, "orig", problem), "sqlite_errorname", ""))
    return f"{kind} ({detail})" if detail else kind
