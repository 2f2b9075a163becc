"""Which questionnaire a screen is about.

In:  an open session and the key of a questionnaire.
Out: the questionnaire.
"""

from __future__ import annotations

from forms.instrument import Instrument, find
from papierkompas.web.desk import OpenSession


def instrument_of(open_session: OpenSession, key: str) -> Instrument:
    """Find a questionnaire, the school's own first."""
    return find(key, open_session.session.questionnaires.all())
