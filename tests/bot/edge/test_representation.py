"""Tags, 304 and compression: what is sent, and what need not be."""

import httpx
import pytest

from tests.bot.edge.served import TOKEN, VIEW_CACHE, client_of
from tests.web.memory_site import MemorySite


@pytest.mark.parametrize("form", ['"{0}"', 'W/"{0}"', '"x", W/"{0}"', "*", '"y" ,"{0}"'])
async def test_who_has_the_bytes_gets_no_body(client: httpx.AsyncClient, site: MemorySite, form: str) -> None:
    tag = site.objects[f"t/{TOKEN}.json"].etag
    answer = await client.get(f"/t/{TOKEN}.json", headers={"if-none-match": form.format(tag)})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == f'"{tag}"'
    assert answer.headers["cache-control"] == VIEW_CACHE
    assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("known", ['"other"', "", 'W/"other"', '"{0}x"'])
async def test_who_has_other_bytes_gets_these(
    client: httpx.AsyncClient, site: MemorySite, known: str
) -> None:
    tag = site.objects[f"t/{TOKEN}.json"].etag
    answer = await client.get(f"/t/{TOKEN}.json", headers={"if-none-match": known.format(tag)})
    assert (answer.status_code, answer.content) == (200, b'{"a":1}')


@pytest.mark.parametrize("etag", ["abc", '"abc"', 'W/"abc"'])
async def test_a_tag_is_quoted_once_however_the_store_writes_it(
    client: httpx.AsyncClient, site: MemorySite, etag: str
) -> None:
    site.retag(f"t/{TOKEN}.json", etag)
    assert (await client.get(f"/t/{TOKEN}.json")).headers["etag"] == '"abc"'


async def test_large_text_is_compressed_and_its_tag_is_weak(site: MemorySite) -> None:
    plain = site.objects["assets/a.0123456789ab.css"]
    async with client_of(site) as client:
        answer = await client.get("/assets/a.0123456789ab.css", headers={"accept-encoding": "br, gzip"})
        assert answer.content == plain.body
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.headers["etag"] == f'W/"{plain.etag}"'
        assert answer.headers["vary"] == "Accept-Encoding"
        assert int(answer.headers["content-length"]) < len(plain.body) / 10
        again = await client.get(
            "/assets/a.0123456789ab.css",
            headers={"accept-encoding": "gzip", "if-none-match": answer.headers["etag"]},
        )
        assert again.status_code == 304
        assert "content-encoding" not in again.headers


@pytest.mark.parametrize(
    ("path", "accepts"),
    [
        ("/assets/a.0123456789ab.css", "identity"),
        ("/assets/a.0123456789ab.css", "gzip;q=0"),
        ("/assets/a.0123456789ab.css", "gzip; q=0.00"),
        ("/assets/small.0123456789ab.css", "gzip"),
        ("/assets/p.0123456789ab.png", "gzip"),
    ],
)
async def test_other_bodies_are_not_compressed(client: httpx.AsyncClient, path: str, accepts: str) -> None:
    answer = await client.get(path, headers={"accept-encoding": accepts})
    assert answer.status_code == 200
    assert "content-encoding" not in answer.headers
