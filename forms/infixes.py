"""The little words between a first name and a surname: `van`, `de la`, `bint`.

Whoever splits a name list and whoever matches handwriting to it must split alike.
"""

# Written with a capital as well; in a list any other word in small letters counts, too.
INFIXES = frozenset(
    {
        "'s", "'t", "aan", "af", "al", "ben", "bij", "bin", "bint", "da", "das", "de",
        "del", "della", "dem", "den", "der", "des", "di", "do", "dos", "du", "el", "het",
        "in", "la", "le", "les", "lo", "met", "onder", "op", "over", "te", "ten", "ter",
        "tot", "uijt", "uit", "van", "vom", "von", "voor", "zu", "zum", "zur",
    }
)  # fmt: skip
