"""The codec: a state as the bytes of `jobs.json`, and back."""

from core.codec.codec import Codec
from core.codec.reading import decode
from core.codec.writing import encode

__all__ = ["Codec", "decode", "encode"]
