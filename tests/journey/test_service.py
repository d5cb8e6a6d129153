import httpx

from tests.journey.service import Service


def test_it_serves(service: Service) -> None:
    assert httpx.get(f"{service.url}/healthz").json() == {"ok": True}
