"""Settings for all tests."""

import signal

import pytest
from hypothesis import HealthCheck, settings

# A shell that starts the tests in the background makes them deaf to Ctrl+C or to the end of the
# terminal, and so every program that they start; the tests of a stop need one that hears.
for number in (signal.SIGINT, getattr(signal, "SIGHUP", signal.SIGINT)):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, signal.default_int_handler)


# Machines are shared and noisy: no test is about time, so none fails by it.
settings.register_profile(
    "papierkompas", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("papierkompas")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let tests that take very long be asked for by name."""
    parser.addoption("--invented", action="store_true", help="take 200 more invented papers")
    parser.addoption("--mutants", type=int, default=0, help="read so many damaged files")
