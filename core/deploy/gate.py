"""The gate of the edge function: refuses what CloudFront would, before anything is sent there.

Other engines run more than runtime 2.0 does, and TestFunction checks no headers, so a function that passes
every trial may still fail every viewer. The gate reads the program's tree and would rather refuse something
harmless than pass something harmful. Sources: CloudFront Developer Guide, "functions-javascript-runtime-20"
and "edge-functions-restrictions".
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import esprima

from core.ports import FUNCTION_BYTES_MAX

Node = Any
"""A node of the tree that esprima makes, untyped: it has a `type`, and fields as ESTree names them."""

_MODULES = {"buffer", "cloudfront", "crypto", "querystring"}
_SYNTAX: Mapping[str, str] = {
    "ForOfStatement": "for-of",
    "ClassDeclaration": "class",
    "ClassExpression": "class",
    "SpreadElement": "spread",
    "RestElement": "rest parameter",
    "ArrayPattern": "destructuring",
    "ObjectPattern": "destructuring",
    "AssignmentPattern": "default parameter",
    "YieldExpression": "generator",
    "ExportNamedDeclaration": "export",
    "ExportDefaultDeclaration": "export",
    "ExportAllDeclaration": "export",
    "WithStatement": "with",
    "MetaProperty": "new.target",
    "Import": "dynamic import",
}
_GLOBALS = frozenset(
    [
        *(
            "Map",
            "Set",
            "WeakMap",
            "WeakSet",
            "Symbol",
            "Proxy",
            "Reflect",
            "BigInt",
            "URL",
            "URLSearchParams",
        ),
        *(
            "eval",
            "Function",
            "setTimeout",
            "setInterval",
            "setImmediate",
            "fetch",
            "XMLHttpRequest",
            "require",
        ),
        *("process", "global", "globalThis", "structuredClone", "TextEncoder", "TextDecoder"),
    ]
)
_METHODS = frozenset(["flat", "flatMap", "at", "matchAll", "fromEntries", "timingSafeEqual", "randomBytes"])
_READ_ONLY = frozenset(["host", "content-length", "transfer-encoding", "via"])
_FORBIDDEN = re.compile(
    r"connection|expect|keep-alive|proxy-.*|trailer|upgrade|x-accel-.*|x-amz-cf-.*|x-amzn-.*|x-cache|x-edge-.*|"
    r"x-forwarded-proto|x-real-ip"
)
_UNREADABLE = {
    "?.": "optional chaining",
    "??": "`??`, which this gate cannot read",
    "=": "logical assignment",
}
_FUNCTIONS = {"FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"}


@lru_cache(maxsize=8)
def faults(source: str) -> tuple[str, ...]:
    """Return what the runtime would refuse in `source`, each with its line; empty where it passes."""
    size = len(source.encode())
    found = (
        [f"it has {size:,} bytes: {FUNCTION_BYTES_MAX:,} are allowed"] if size > FUNCTION_BYTES_MAX else []
    )
    try:
        tree = esprima.parseModule(source, {"loc": True})
    except esprima.Error as error:
        return (*found, f"line {error.lineNumber}: {_unreadable(source, error)}")
    found += [f"line {line}: {what}" for line, what in sorted(set(_syntax(tree)))]
    return (*found, *_handler(tree))


def _unreadable(source: str, error: Node) -> str:
    """Say what the parser stumbled over: it knows an older language than people write."""
    near = source[max(error.index - 1, 0) : error.index + 2]
    for sign, what in _UNREADABLE.items():
        if sign in near:
            return what
    return str(error.message).partition(": ")[2] or str(error)


def _syntax(tree: Node) -> Iterator[tuple[int, str]]:
    for node, above in _walk(tree, ()):
        for what in (_SYNTAX.get(node.type), *(check(node, above) for check in _CHECKS)):
            if what:
                yield node.loc.start.line, what


def _module(node: Node, _above: tuple[Node, ...]) -> str | None:
    if node.type == "ImportDeclaration" and node.source.value not in _MODULES:
        return f"import of {node.source.value}"
    return None


def _generator(node: Node, _above: tuple[Node, ...]) -> str | None:
    return "generator" if node.type in _FUNCTIONS and getattr(node, "generator", False) else None


def _async_closure(node: Node, _above: tuple[Node, ...]) -> str | None:
    closure = node.type in {"FunctionExpression", "ArrowFunctionExpression"}
    return "async closure" if closure and node.isAsync else None


def _await_in_arguments(node: Node, above: tuple[Node, ...]) -> str | None:
    if node.type != "AwaitExpression":
        return None
    below = node
    for outer in reversed(above):
        if outer.type in _FUNCTIONS:
            return None
        if outer.type in {"CallExpression", "NewExpression"} and outer.callee is not below:
            return "await inside the arguments of a call"
        below = outer
    return None


def _missing_global(node: Node, above: tuple[Node, ...]) -> str | None:
    if node.type != "Identifier" or node.name not in _GLOBALS:
        return None
    parent = above[-1]
    named = parent.type == "MemberExpression" and parent.property is node and not parent.computed
    key = parent.type == "Property" and parent.key is node and not parent.computed
    return None if named or key else f"missing global {node.name}"


def _missing_method(node: Node, _above: tuple[Node, ...]) -> str | None:
    if node.type != "CallExpression" or node.callee.type != "MemberExpression":
        return None
    name = _name_of(node.callee)
    return f"missing method {name}()" if name in _METHODS else None


def _header(node: Node, above: tuple[Node, ...]) -> str | None:
    """Find a write to a header, or to the method, that the service answers with 502."""
    if node.type != "MemberExpression" or not _is_written(node, above):
        return None
    if _name_of(node) == "method" and _is_named(node.object, "request"):
        return "write to the request's method, which is read-only"
    if not _is_named(node.object, "headers"):
        return None
    name = _name_of(node)
    return "write to a header whose name is computed: name it" if name is None else _bad_header(name)


def _made_headers(node: Node, _above: tuple[Node, ...]) -> str | None:
    """Find a bad header in `headers: {...}`."""
    if node.type != "Property" or _key_of(node) != "headers" or node.value.type != "ObjectExpression":
        return None
    for header in node.value.properties:
        name = _key_of(header) if header.type == "Property" else None
        if name is not None and (bad := _bad_header(name)):
            return bad
    return None


_CHECKS: tuple[Callable[[Node, tuple[Node, ...]], str | None], ...] = (
    _module,
    _generator,
    _async_closure,
    _await_in_arguments,
    _missing_global,
    _missing_method,
    _header,
    _made_headers,
)


def _bad_header(name: str) -> str | None:
    if name != name.lower():
        return f"header {name}: names of headers are in small letters"
    if name in _READ_ONLY:
        return f"write to the header {name}, which is read-only"
    return f"write to the header {name}, which is forbidden" if _FORBIDDEN.fullmatch(name) else None


def _is_written(node: Node, above: tuple[Node, ...]) -> bool:
    """Tell whether a member is assigned to or deleted: itself, or a part of it."""
    below = node
    for outer in reversed(above):
        if outer.type in {"AssignmentExpression", "UpdateExpression"}:
            return below is (outer.left if outer.type == "AssignmentExpression" else outer.argument)
        if outer.type == "UnaryExpression":
            return bool(outer.operator == "delete")
        if outer.type != "MemberExpression" or outer.object is not below:
            return False
        below = outer
    return False


def _is_named(node: Node, name: str) -> bool:
    """Tell whether an expression is `name` or ends in `.name`."""
    return (node.type == "Identifier" and node.name == name) or _name_of(node) == name


def _name_of(node: Node) -> str | None:
    """Return the name of a member, `a.name` or `a['name']`; None where it is computed or no member."""
    if node.type != "MemberExpression":
        return None
    if not node.computed:
        return str(node.property.name)
    literal = node.property.type == "Literal" and isinstance(node.property.value, str)
    return str(node.property.value) if literal else None


def _key_of(node: Node) -> str | None:
    if node.computed:
        return None
    return str(node.key.name if node.key.type == "Identifier" else node.key.value)


def _handler(tree: Node) -> list[str]:
    """Find what keeps the service from getting an answer."""
    found = [n for n in tree.body if n.type == "FunctionDeclaration" and n.id.name == "handler"]
    if len(found) != 1:
        return ["it needs exactly one function handler(event)"]
    handler = found[0]
    own = [n for n, above in _walk(handler.body, ()) if not any(a.type in _FUNCTIONS for a in above)]
    empty = [n for n in own if n.type == "ReturnStatement" and n.argument is None]
    if empty:
        return [f"line {empty[0].loc.start.line}: the handler returns nothing here"]
    if not _ends(handler.body):
        return [f"line {handler.loc.end.line}: missing return at the end of the handler"]
    return []


def _ends(node: Node) -> bool:
    """Tell whether a statement always returns or throws."""
    match node.type:
        case "ReturnStatement" | "ThrowStatement":
            return True
        case "BlockStatement":
            return any(_ends(statement) for statement in node.body)
        case "IfStatement":
            return node.alternate is not None and _ends(node.consequent) and _ends(node.alternate)
        case "TryStatement":
            tried = _ends(node.block) and (node.handler is None or _ends(node.handler.body))
            return tried or (node.finalizer is not None and _ends(node.finalizer))
        case _:
            return False


def _walk(node: Node, above: tuple[Node, ...]) -> Iterator[tuple[Node, tuple[Node, ...]]]:
    """Yield each node of a tree with those above it, the nearest last."""
    yield node, above
    for name, part in vars(node).items():
        if name in {"loc", "type", "regex"}:
            continue
        for child in part if isinstance(part, list) else [part]:
            if hasattr(child, "type") and hasattr(child, "loc"):
                yield from _walk(child, (*above, node))
