from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.pages import PAGE_UNITS_MAX, PAGES_MAX, pages_of

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def test_what_fits_is_one_page_and_nothing_is_none() -> None:
    assert pages_of("#1 Mark\nready") == ["#1 Mark\nready"]
    assert pages_of("") == pages_of(" \n ") == []
    assert pages_of("x" * PAGE_UNITS_MAX) == ["x" * PAGE_UNITS_MAX]


def test_pages_end_where_lines_end() -> None:
    lines = [f"#{number} " + "x" * 90 for number in range(1, 61)]
    first, second = pages_of("\n".join(lines))
    assert [*first.split("\n"), *second.split("\n")] == lines


def test_an_emoji_counts_twice_and_is_never_cut() -> None:
    pages = pages_of("🚛" * 3000)
    assert "".join(pages) == "🚛" * 3000
    assert max(map(units, pages)) <= PAGE_UNITS_MAX


def test_what_nobody_would_read_is_left_out_and_said() -> None:
    pages = pages_of("\n".join("x" * 4000 for _ in range(20)))
    assert len(pages) == PAGES_MAX
    assert pages[-1].startswith("… and more")


@given(st.lists(words, max_size=40).map("\n".join), st.integers(1, 60))
def test_every_page_of_anything_fits(text: str, times: int) -> None:
    pages = pages_of(text * times)
    assert all(page.strip() and units(page) <= PAGE_UNITS_MAX for page in pages)
    if len(pages) < PAGES_MAX:
        assert "".join("".join(pages).split()) == "".join((text * times).split())
