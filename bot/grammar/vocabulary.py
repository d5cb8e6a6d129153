"""The words that the grammar knows: directions, units, roads, titles, states."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SHORT_DIRECTIONS = _words("n s e w ne nw se sw")
DIRECTIONS = SHORT_DIRECTIONS | _words("north south east west northeast northwest southeast southwest")

UNITS = _words("apt apartment unit ste suite lot # bldg building floor fl room rm space spc no")
"""Words whose number is a part of a building."""

ROADS = _words("route rt rte hwy highway i us sr county state po box")
"""Words whose number names a road: a place begins with the word."""

STREETS = _words(
    "st street ave avenue av rd road dr drive blvd boulevard ln lane ct court way pl place ter terrace cir "
    "circle pkwy parkway hwy highway trl trail loop sq square aly alley run pass path pike plz plaza row "
    "walk cv cove xing crossing bend byp bypass calle camino via paseo avenida harbor"
)
"""Words that make a street of the word before them."""

TITLES = _words("mr mrs ms miss mx dr prof rev fr sr sra srta don dona doña sister brother")

SMALL_WORDS = _words("and of de la del the")
"""Words that stay small in names and places."""

STATES = _words(
    "al ak az ar ca co ct de dc fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc "
    "nd oh ok or pa ri sc sd tn tx ut vt va wa wv wi wy"
)
"""The two-letter codes of the United States and the District of Columbia."""
