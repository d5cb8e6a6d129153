"""Pages: a long answer as several messages, since Telegram refuses one that is too long."""

PAGE_UNITS_MAX = 4_096
"""In UTF-16 units, as Telegram counts (https://core.telegram.org/bots/api#sendmessage)."""

PAGES_MAX = 4
"""Nobody reads more in a chat; what is left out is said."""

_LEFT_OUT = "… and more: 'find' and 'show' name what you look for."


def pages_of(text: str) -> list[str]:
    """Return `text` in pages that fit a message each, cut at the ends of lines; none for an empty one."""
    pages: list[str] = []
    page: list[str] = []
    for line in _short_lines(text.strip()):
        if page and _units("\n".join([*page, line])) > PAGE_UNITS_MAX:
            pages.append("\n".join(page))
            page = []
        page.append(line)
    pages.append("\n".join(page))
    pages = [page for page in pages if page.strip()]
    return pages if len(pages) <= PAGES_MAX else [*pages[: PAGES_MAX - 1], _LEFT_OUT]


def _short_lines(text: str) -> list[str]:
    return [piece for line in text.split("\n") for piece in _pieces(line)]


def _pieces(line: str) -> list[str]:
    if _units(line) <= PAGE_UNITS_MAX:
        return [line]
    # A character has at most two units.
    step = PAGE_UNITS_MAX // 2
    return [line[start : start + step] for start in range(0, len(line), step)]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
