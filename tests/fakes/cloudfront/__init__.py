"""CloudFront's API for one function, one distribution's invalidations and one key-value store, over HTTP.

As strict as the service where the product leans on it: two stages, tags that must fit, a published copy that
does not follow its draft, an answer to an update without a usable tag, trial runs that wrap what came out.

What it knows of the service is in the Developer Guide ("Managing functions", "Quotas", "Key-value stores")
and in botocore's models; boto3 itself reads all that it answers.
"""

from tests.fakes.cloudfront.server import FakeCloudFront, Fault

__all__ = ["FakeCloudFront", "Fault"]
