"""A list of names, whatever program or person made it, as people with a seat each.

In:  CSV, text or a spreadsheet, as schools export and paste it.
Out: a `NameList`: the people, and what was understood (columns used, columns left, what was done),
     for somebody to see before anything is printed. What is not clear is refused, with the line.

A message names the line; it quotes one only where a person must see how it was read.
"""

from forms.roster.reading import (
    decode_name_list,
    decode_roster,
    parse_name_list,
    parse_roster,
    people_from,
    read_name_list,
    read_roster,
)
from forms.roster.values import MAX_BYTES, MAX_NAME, Column, NameList, Part, Person, Roster

__all__ = [
    "MAX_BYTES",
    "MAX_NAME",
    "Column",
    "NameList",
    "Part",
    "Person",
    "Roster",
    "decode_name_list",
    "decode_roster",
    "parse_name_list",
    "parse_roster",
    "people_from",
    "read_name_list",
    "read_roster",
]
