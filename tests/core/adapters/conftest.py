from tests.fakes.fixtures import cloudfront_api, cloudfront_server

__all__ = ["cloudfront_api", "cloudfront_server"]
