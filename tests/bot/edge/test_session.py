"""The signed link of the bot and the check of the edge say the same."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.edge.event import Event, viewer_request
from bot.edge.function import FUNCTION_FILE, Answered, EdgeFunction, Forwarded
from core.domain.people import Person, Role
from core.domain.session import LINK_LIFE, SessionKey, key_entries, login_link, session_key
from core.domain.state import State

NOW = datetime(2026, 11, 23, 21, 50, tzinfo=UTC)
KEY = SessionKey(kid="k1", secret="0123456789abcdef0123456789abcdef")


class MovingClock:
    def __init__(self) -> None:
        self.moment = NOW

    def now(self) -> datetime:
        return self.moment


def edge(clock: MovingClock, key: SessionKey | None = KEY) -> EdgeFunction:
    return EdgeFunction(FUNCTION_FILE.read_text("utf-8"), keys=lambda: key_entries(key), clock=clock)


def visit(address: str, cookie: str = "") -> Event:
    parts = urlsplit(address)
    return viewer_request(
        method="GET",
        raw_path=parts.path.encode(),
        raw_query=parts.query.encode(),
        headers=[(b"host", b"go.example.com"), (b"cookie", cookie.encode())],
        ip="198.51.100.1",
    )


def session_of(outcome: Answered | Forwarded) -> str:
    assert isinstance(outcome, Answered)
    assert outcome.status == 302
    ((name, cookie),) = outcome.cookies.items()
    return f"{name}={cookie.value}"


def test_a_link_opens_a_session_and_the_session_opens_the_data() -> None:
    clock = MovingClock()
    function = edge(clock)
    cookie = session_of(function.run(visit(login_link("https://go.example.com", "joe", key=KEY, now=NOW))))
    clock.moment += timedelta(hours=12)
    assert isinstance(function.run(visit("/data/board.json", f"a=b; {cookie}")), Forwarded)
    clock.moment += timedelta(seconds=1)
    expired = function.run(visit("/data/board.json", cookie))
    assert isinstance(expired, Answered)
    assert expired.status == 401


def test_a_link_lives_five_minutes() -> None:
    clock = MovingClock()
    link = login_link("https://go.example.com", "joe", key=KEY, now=NOW)
    assert timedelta(minutes=5) == LINK_LIFE
    clock.moment += LINK_LIFE
    session_of(edge(clock).run(visit(link)))
    clock.moment += timedelta(seconds=1)
    late = edge(clock).run(visit(link))
    assert isinstance(late, Answered)
    assert (late.status, late.cookies) == (403, {})


def test_a_new_key_ends_the_links_and_sessions_of_the_old_one() -> None:
    clock = MovingClock()
    link = login_link("https://go.example.com", "joe", key=KEY, now=NOW)
    cookie = session_of(edge(clock).run(visit(link)))
    new = SessionKey(kid="k2", secret=KEY.secret)
    for address in (link, "/data/board.json"):
        refused = edge(clock, new).run(visit(address, cookie))
        assert isinstance(refused, Answered)
        assert refused.status in {401, 403}


def test_without_a_key_the_public_site_goes_on() -> None:
    outcome = edge(MovingClock(), None).run(visit("/track/" + "a" * 22))
    assert isinstance(outcome, Forwarded)
    assert outcome.uri == "/track/index.html"


@given(
    kid=st.from_regex(r"[A-Za-z0-9]{1,16}", fullmatch=True),
    secret=st.text(st.characters(min_codepoint=0, max_codepoint=127), min_size=32, max_size=200),
    person_id=st.from_regex(r"[a-z0-9_]{1,64}", fullmatch=True),
)
def test_both_halves_agree_whatever_the_key_and_the_person(kid: str, secret: str, person_id: str) -> None:
    key = SessionKey(kid=kid, secret=secret)
    cookie = session_of(
        edge(MovingClock(), key).run(visit(login_link("https://x", person_id, key=key, now=NOW)))
    )
    assert cookie.startswith(f"__Host-quickdump={kid}.{person_id}.{int(NOW.timestamp()) + 43_200}.")


@given(data=st.data())
def test_one_changed_character_spoils_a_link(data: st.DataObject) -> None:
    link = login_link("https://go.example.com", "joe", key=KEY, now=NOW)
    query = dict(parse_qsl(urlsplit(link).query))
    name = data.draw(st.sampled_from(sorted(query)))
    at = data.draw(st.integers(0, len(query[name]) - 1))
    other = data.draw(st.sampled_from("abcXYZ019-_").filter(lambda letter: letter != query[name][at]))
    changed = query | {name: query[name][:at] + other + query[name][at + 1 :]}
    outcome = edge(MovingClock()).run(visit("/login?" + "&".join(f"{k}={v}" for k, v in changed.items())))
    assert isinstance(outcome, Answered)
    assert outcome.status == 403


@pytest.mark.parametrize("kid", ["", "a.b", "x" * 17, "é"])
def test_a_key_id_that_the_edge_could_not_read_is_refused(kid: str) -> None:
    with pytest.raises(ValueError, match="1 to 16 letters and digits"):
        SessionKey(kid=kid, secret=KEY.secret)


@pytest.mark.parametrize("secret", ["", "x" * 31, "é" * 32])
def test_a_weak_key_is_refused(secret: str) -> None:
    with pytest.raises(ValueError, match="32 characters"):
        SessionKey(kid="k1", secret=secret)


@pytest.mark.parametrize("person_id", ["", "Joe", "a.b", "a|b", "x" * 65])
def test_a_person_that_the_edge_could_not_read_is_refused(person_id: str) -> None:
    with pytest.raises(ValueError, match="cannot sign a link"):
        login_link("https://go.example.com", person_id, key=KEY, now=NOW)


def test_the_key_stays_out_of_what_is_printed() -> None:
    assert KEY.secret not in repr(KEY)


def test_a_link_is_plain_ascii_that_needs_no_encoding() -> None:
    link = login_link("https://go.example.com/", "joe_2", key=KEY, now=NOW)
    assert re.fullmatch(r"https://go\.example\.com/login\?k=k1&p=joe_2&x=\d{10}&m=[A-Za-z0-9_-]{43}", link)


def staff(*people: tuple[str, Role, bool]) -> State:
    return State(
        people={
            name: Person(person_id=name, name=name, role=role, removed_at=None if active else NOW)
            for name, role, active in people
        }
    )


MASTER = "a-secret-that-never-leaves-the-bot-0123456789"


def test_the_key_stays_while_nobody_leaves_who_could_see_the_dashboard() -> None:
    key = session_key(MASTER, State())
    assert session_key(MASTER, staff(("dana", Role.DISPATCHER, True))) == key
    assert session_key(MASTER, staff(("joe", Role.DRIVER, False))) == key


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.ADMIN])
def test_each_dispatcher_or_admin_who_leaves_ends_all_sessions(role: Role) -> None:
    first = session_key(MASTER, staff(("dana", role, True), ("eve", role, True)))
    second = session_key(MASTER, staff(("dana", role, False), ("eve", role, True)))
    third = session_key(MASTER, staff(("dana", role, False), ("eve", role, False)))
    assert len({key.kid for key in (first, second, third)}) == 3
    assert len({key.secret for key in (first, second, third)}) == 3


def test_another_master_makes_other_keys_and_no_key_shows_it() -> None:
    key, other = session_key(MASTER, State()), session_key(MASTER + "x", State())
    assert key.kid != other.kid
    assert MASTER not in f"{key.secret}{key.kid}"
    assert key.secret not in repr(key)


@pytest.mark.parametrize("master", ["short", "é" * 40])
def test_a_weak_master_is_refused(master: str) -> None:
    with pytest.raises(ValueError, match="at least 32"):
        session_key(master, State())
