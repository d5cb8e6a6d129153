"""Slim: styles and scripts without what only their readers need: comments, types, indentation.

No minifier: no name changes, and no line of a script is joined to another, so that what a browser reports is
found in the source. A rule of a stylesheet takes one line. A script with a text over several lines is left as
it is.
"""

import re

_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CSS_TEXT = re.compile(r'("[^"]*")')
_CSS_SPACE = re.compile(r"\s+")
_CSS_SIGN = re.compile(r" ?([{};,>]) ?|(?<=:) ")
_CSS_ZERO = re.compile(r"(?<![\w.])0(?=\.\d)")
_JS_BLOCK = re.compile(r"^[ \t]*/\*.*?\*/[ \t]*$", re.DOTALL | re.MULTILINE)
_JS_LINE = re.compile(r"^[ \t]*//.*$", re.MULTILINE)
_JS_TYPE = re.compile(r"/\*\* @type \{[^\n]*?\} \*/ ")
_JS_ASIDE = re.compile(r"[ \t]+// [^\"'`/\n]*$", re.MULTILINE)
"""A comment behind a statement; with a quote or a slash in it, it might be the end of a text, and stays."""
_INDENTATION = re.compile(r"^[ \t]+|[ \t]+$", re.MULTILINE)
_EMPTY_LINES = re.compile(r"\n{2,}")


def slim_css(text: str) -> str:
    """Return a stylesheet without comments and needless space, a rule a line; texts stay as they are."""
    parts = _CSS_TEXT.split(_CSS_COMMENT.sub("", text))
    parts[::2] = [_slim_rules(part) for part in parts[::2]]
    return "".join(parts).lstrip()


def _slim_rules(css: str) -> str:
    dense = _CSS_ZERO.sub("", _CSS_SIGN.sub(r"\1", _CSS_SPACE.sub(" ", css)))
    return dense.replace(";}", "}").replace("}", "}\n")


def slim_js(text: str) -> str:
    """Return a script without its comments, types and indentation."""
    if any(line.count("`") % 2 for line in text.splitlines()):
        return text
    for comment in (_JS_BLOCK, _JS_LINE, _JS_TYPE, _JS_ASIDE):
        text = comment.sub("", text)
    return _EMPTY_LINES.sub("\n", _INDENTATION.sub("", text)).lstrip("\n")
