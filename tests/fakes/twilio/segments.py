"""Segments of a text, counted as the service does, with nothing of the product's own counter."""

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = "\f^{}\\[~]|€"


def count_segments(text: str) -> int:
    """Return the number of segments (3GPP TS 23.038: 160/153 septets; UCS-2: 70/67 units)."""
    gsm = set(text) <= set(_BASIC + _EXTENSION)
    if gsm:
        widths, one, many = [2 if c in _EXTENSION else 1 for c in text], 160, 153
    else:
        widths, one, many = [2 if c > "\uffff" else 1 for c in text], 70, 67
    if sum(widths) <= one:
        return 1
    segments, room = 1, many
    for width in widths:
        if width > room:
            segments, room = segments + 1, many
        room -= width
    return segments
