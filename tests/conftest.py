"""Settings for all tests."""

import pytest
from hypothesis import HealthCheck, settings

# Machines are shared and noisy: no test is about time, so none fails by it.
settings.register_profile(
    "papierkompas", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("papierkompas")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let tests that take very long be asked for by name."""
    parser.addoption("--invented", action="store_true", help="take 200 more invented papers")
