"""Small mistakes in a module, one at a time: operators flipped, numbers off by one, conditions turned round."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

RULES = Path(__file__).resolve().parents[2] / "pos_desktop" / "domain" / "limits"
PACKAGE = "pos_desktop.domain.limits"
MODULES = (
    "engine", "reckoning", "windows", "periods", "allowance", "counting", "past", "gates", "cards", "statecheck",
    "outlook", "fitting", "ledger", "programme", "shown", "unsure",
)  # fmt: skip
FLIPS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
OTHERS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Div: ast.Mult,
}
GUARDS = ("strict", "repr")
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mistake. `name` stays the same when lines move: function, what stood there, what stands there now."""

    module: str
    number: int
    line: int
    name: str
    source: str

    @property
    def key(self) -> str:
        return f"{self.module}.{self.name}"


def text_of(module: str) -> str:
    return (RULES / f"{module}.py").read_text("utf-8")


def mutants(module: str) -> list[Mutant]:
    text = text_of(module)
    found: list[Mutant] = []
    seen: dict[str, int] = {}
    for node, where in _walk(ast.parse(text), ""):
        before = ast.unparse(node)
        for change in _changes(node):
            name = f"{where}: {before} -> {ast.unparse(change)}"
            seen[name] = seen.get(name, 0) + 1
            if seen[name] > 1:
                name = f"{name} ({seen[name]})"
            found.append(Mutant(module, len(found), node.lineno, name, _with(text, node, change)))
    return found


def _walk(tree: ast.AST, where: str) -> Iterator[tuple[ast.expr, str]]:
    """Each expression that runs, with the function that it stands in; annotations and decorators are left out."""
    if isinstance(tree, ast.FunctionDef | ast.ClassDef):
        where = f"{where}.{tree.name}".lstrip(".")
        parts: list[ast.AST] = list(tree.body)
        if isinstance(tree, ast.FunctionDef):
            parts += [*tree.args.defaults, *(each for each in tree.args.kw_defaults if each)]
    elif isinstance(tree, ast.AnnAssign):
        parts = [] if tree.value is None else [tree.value]
    elif isinstance(tree, ast.Call):
        # Guards against a slip, and how a value is printed, decide nothing.
        parts = [tree.func, *tree.args, *(each.value for each in tree.keywords if each.arg not in GUARDS)]
    elif isinstance(tree, ast.JoinedStr | ast.pattern):
        parts = []  # The places of what stands in a text are not told before Python 3.12.
    else:
        parts = list(ast.iter_child_nodes(tree))
    if isinstance(tree, ast.expr):
        yield tree, where
    for each in parts:
        yield from _walk(each, where)


def _changes(node: ast.expr) -> Iterator[ast.expr]:
    match node:
        case ast.Compare():
            for number, sign in enumerate(node.ops):
                changed = copy.deepcopy(node)
                changed.ops[number] = FLIPS[type(sign)]()
                yield changed
        case ast.BoolOp():
            changed_bool = copy.deepcopy(node)
            changed_bool.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield changed_bool
        case ast.UnaryOp(op=ast.Not()):
            yield copy.deepcopy(node.operand)
        case ast.BinOp() if type(node.op) in OTHERS:
            changed_sum = copy.deepcopy(node)
            changed_sum.op = OTHERS[type(node.op)]()
            yield changed_sum
        case ast.Call(func=ast.Name(id=name)) if name in NAMES:
            changed_call = copy.deepcopy(node)
            changed_call.func = ast.Name(NAMES[name], ast.Load())
            yield changed_call
        case ast.IfExp():
            yield ast.IfExp(node.test, node.orelse, node.body)
        case ast.Constant(value=bool() as told):
            yield ast.Constant(not told)
        case ast.Constant(value=int() as number):
            yield ast.Constant(number + 1)
            yield ast.Constant(number - 1)


def _with(text: str, node: ast.expr, change: ast.expr) -> str:
    """The module's text with one expression changed; the rest stays as it is written."""
    lines = text.encode().splitlines(keepends=True)
    starts = [0, *accumulate(map(len, lines))]
    begin = starts[node.lineno - 1] + node.col_offset
    end = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
    raw = text.encode()
    return (raw[:begin] + f"({ast.unparse(change)})".encode() + raw[end:]).decode()
