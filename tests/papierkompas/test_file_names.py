"""Names that every system takes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papierkompas.file_names import plain_file_name


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Team Zoë & co.pdf", "Team Zoë & co.pdf"),
        ("a<b>c:d.pdf", "a_b_c_d.pdf"),
        ("CON", "_CON"),
        ("con .txt", "_con .txt"),
        ("Lpt1.toml", "_Lpt1.toml"),
        ("Conny.pdf", "Conny.pdf"),
        ("team. . ", "team"),
        ("...", "_"),
        ("", "_"),
        ("regel\nregel", "regel_regel"),
    ],
)
def test_only_what_windows_refuses_is_changed(name: str, plain: str) -> None:
    assert plain_file_name(name) == plain


@given(st.text(max_size=30))
def test_a_plain_name_is_taken_everywhere_and_stays_as_it_is(name: str) -> None:
    plain = plain_file_name(name)

    assert plain
    assert plain_file_name(plain) == plain
    assert not re.search(r'[<>:"/\\|?*\x00-\x1f]|[. ]$', plain)
    assert not re.match(r"(con|prn|aux|nul|com\d|lpt\d)\s*(\.|$)", plain, re.I)
