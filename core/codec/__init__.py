"""The codec: a state as the bytes of `jobs.json`, and back."""

from core.codec.reading import decode
from core.codec.writing import Encoder, encode

__all__ = ["Encoder", "decode", "encode"]
