"""A careful reader of JavaScript that knows what CloudFront's runtime 2.0 refuses and other engines let pass.

It blanks comments, strings and regular expressions and looks for forbidden words in what is left. It would
rather refuse something harmless than pass something harmful. List: CloudFront Developer Guide,
"functions-javascript-runtime-20".
"""

import re

BYTES_MAX = 10_240

_MODULES = {"cloudfront", "crypto", "querystring", "buffer"}
_OPAQUE = re.compile(
    r"""
    (?P<comment> //[^\n]* | /\*.*?\*/ )
  | (?P<text> '(?:\\.|[^'\\\n])*' | "(?:\\.|[^"\\\n])*" )
  | (?P<template> `(?:\\.|[^`\\])*` )
  | (?P<regex> (?<=[(,=:\[!&|?{};\n]) \s* /(?![/*])
      (?: \\. | \[ (?:\\.|[^\]\\\n])* \] | [^/\\\n\[] )+ /[a-z]* )
    """,
    re.VERBOSE | re.DOTALL,
)
_FORBIDDEN = {
    "for-of": r"\bfor\s*(?:await\s*)?\([^;)]*\bof\b",
    "class": r"\bclass\b",
    "spread or rest": r"\.\.\.",
    "optional chaining": r"\?\.(?!\d)",
    "logical assignment": r"(?:\|\||&&|\?\?)=",
    "destructuring": (
        r"\b(?:const|let|var)\s*[\[{]|(?:^|[;{}\n])\s*\[[^\]]*\]\s*=(?!=)|\(\s*\{[^{}]*\}\s*=(?![=>])|"
        r"\bfunction\b[^(]*\([^)]*[\[{]|\(\s*[\[{][^()]*\)\s*=>"
    ),
    "default parameter": r"\bfunction\b[^(]*\([^)]*=|\([^()]*[^=!<>()]=(?![=>])[^()]*\)\s*=>",
    "generator": r"\bfunction\s*\*|\byield\b",
    "async closure": r"\basync\s*\(|\basync\s+\w+\s*=>|[=(:,]\s*async\s+function\b",
    "missing global": (
        r"\b(?:Map|Set|WeakMap|WeakSet|Symbol|Proxy|BigInt|URL|URLSearchParams|eval|Function|setTimeout|"
        r"setInterval|setImmediate|fetch|XMLHttpRequest|process|global|structuredClone|TextEncoder|TextDecoder)\b"
    ),
    "missing method": r"\.(?:flat|flatMap|at|matchAll|fromEntries|timingSafeEqual|randomBytes)\s*\(",
    "export": r"\bexport\b",
    "require": r"\brequire\s*\(",
    "big integer": r"\b\d+n\b",
}


def faults(source: str) -> list[str]:
    """Return what the runtime would refuse in `source`, each with its line."""
    found = [] if len(source.encode()) <= BYTES_MAX else [f"larger than {BYTES_MAX} bytes"]
    found += [
        f"line {_line(source, match.start())}: import of {match[1]}"
        for match in re.finditer(r"^\s*import\b.*?from\s*['\"](.*?)['\"]", source, re.MULTILINE)
        if match[1] not in _MODULES
    ]
    code = _OPAQUE.sub(_blank, source)
    for name, pattern in _FORBIDDEN.items():
        found += [f"line {_line(code, match.start())}: {name}" for match in re.finditer(pattern, code)]
    found += [
        f"line {_line(code, at)}: await inside the arguments of a call" for at in _awaits_in_arguments(code)
    ]
    return found


def _blank(match: re.Match[str]) -> str:
    text = match[0]
    if match["template"] and "${" in text:
        return text  # what it computes stays to be read
    return re.sub(r"[^\n]", " ", text) if match["comment"] else '""' + "\n" * text.count("\n")


def _line(source: str, at: int) -> int:
    return source.count("\n", 0, at) + 1


def _awaits_in_arguments(code: str) -> list[int]:
    """Find each `await` whose nearest open bracket is that of a call, at any depth."""
    found: list[int] = []
    calls: list[bool] = []
    for match in re.finditer(r"[(){}\[\]]|\bawait\b", code):
        word = match[0]
        if word == "await":
            if any(calls):
                found.append(match.start())
        elif word in "([{":
            before = re.search(r"([\w$)\]]+)\s*$", code[: match.start()])
            keyword = before is not None and before[1] in {"if", "while", "for", "switch", "return", "catch"}
            calls.append(word == "(" and before is not None and not keyword)
        elif calls:
            calls.pop()
    return found
