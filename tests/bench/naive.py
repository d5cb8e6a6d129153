"""The two obvious ways: fetch, change and put back; and the same with a condition and another try."""

import itertools
import json
import random
import time
from concurrent.futures import ThreadPoolExecutor

from botocore.exceptions import ClientError

from tests.bench.figure import Figure
from tests.bench.firm import a_firm
from tests.bench.place import Place

WRITERS = 16
JOBS_EACH = 5


def measure(place: Place) -> list[Figure]:
    """Return what fetch-change-put loses, and how fast a correct retry loop is."""
    lost = _unconditional(place)
    return [
        Figure(name=f"naive fetch-change-put, {WRITERS} writers: share of jobs lost (%)", value=100 * lost),
        Figure(name=f"compare-and-swap loop, {WRITERS} writers: jobs/s", value=loop_rate(place)),
    ]


def _unconditional(place: Place) -> float:
    key = f"{place.prefix()}/jobs.json"
    place.put(key, b'{"jobs": []}')
    client = place.clients.reads

    def write(writer: int) -> None:
        for number in range(JOBS_EACH):
            document = json.loads(client.get_object(Bucket=place.bucket, Key=key)["Body"].read())
            document["jobs"].append({"job_id": f"{writer}-{number}"})
            place.put(key, json.dumps(document).encode())

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    kept = json.loads(client.get_object(Bucket=place.bucket, Key=key)["Body"].read())["jobs"]
    return 1 - len(kept) / (WRITERS * JOBS_EACH)


def loop_rate(place: Place) -> float:
    """Return how many jobs a second 16 writers add to a document of 100 jobs by compare-and-swap."""
    firm = a_firm(place, open_jobs=100)
    client = place.clients.reads
    numbers = itertools.count()

    def write(writer: int) -> None:
        for number in range(JOBS_EACH):
            pause_s = 0.005
            while True:
                found = client.get_object(Bucket=place.bucket, Key=firm.key)
                document = json.loads(found["Body"].read())
                document["jobs"].append({"job_id": f"{writer}-{number}", "try": next(numbers)})
                try:
                    place.put(firm.key, json.dumps(document).encode(), found["ETag"])
                except ClientError:
                    time.sleep(random.uniform(0, pause_s))  # noqa: S311 - jitter is no secret
                    pause_s = min(pause_s * 2, 0.5)
                else:
                    break

    start = time.perf_counter()
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    return WRITERS * JOBS_EACH / (time.perf_counter() - start)
