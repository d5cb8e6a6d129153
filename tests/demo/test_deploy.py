"""The demonstration shows what it says."""

import re

import pytest

from tests.demo.deploy import NEW, OLD, main


def test_a_visitor_sees_the_old_words_the_new_ones_and_the_old_ones_again(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main()
    shown = capsys.readouterr().out
    headlines = re.findall(r"gets 200: '([^']*)'", shown)
    assert headlines == [OLD, NEW, OLD]
    assert shown.count("live and checked") == 3
