"""Settings for all tests."""

from hypothesis import HealthCheck, settings

# Machines are shared and noisy: no test is about time, so none fails by it.
settings.register_profile(
    "papierkompas", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("papierkompas")
