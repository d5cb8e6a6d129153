"""Slim: styles and scripts without what only their readers need, comments and indentation.

No minifier: no name changes and no line is joined to another, so that what a browser reports is found in the
source. A script with a text over several lines is left as it is.
"""

import re

_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_JS_BLOCK = re.compile(r"^[ \t]*/\*.*?\*/[ \t]*$", re.DOTALL | re.MULTILINE)
_JS_LINE = re.compile(r"^[ \t]*//.*$", re.MULTILINE)
_INDENTATION = re.compile(r"^[ \t]+|[ \t]+$", re.MULTILINE)
_EMPTY_LINES = re.compile(r"\n{2,}")


def slim_css(text: str) -> str:
    """Return a stylesheet without comments and indentation; texts in it hold neither."""
    return _bare(_CSS_COMMENT.sub("", text))


def slim_js(text: str) -> str:
    """Return a script without the comments that have lines of their own, and without indentation."""
    if any(line.count("`") % 2 for line in text.splitlines()):
        return text
    return _bare(_JS_LINE.sub("", _JS_BLOCK.sub("", text)))


def _bare(text: str) -> str:
    return _EMPTY_LINES.sub("\n", _INDENTATION.sub("", text)).lstrip("\n")
