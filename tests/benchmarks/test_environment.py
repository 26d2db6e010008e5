from benchmarks.environment import environment


def test_environment_has_the_sandbox_and_nothing_of_the_caller() -> None:
    callers = {
        "PATH": "/bin",
        "DATABASE_URL": "postgres://real",
        "REDIS_URL": "redis://real",
        "SECRET_KEY": "real",
        "TELEGRAM_TOKEN": "1:real",
        "TOKAPP_TOKEN__30012345": "real",
        "TWILIO_AUTH_TOKEN": "real",
        "EMAIL_URL": "smtp://real",
    }
    assert environment(callers, {"TELEGRAM_TOKEN": "1000:sandbox"}) == {
        "PATH": "/bin",
        "TELEGRAM_TOKEN": "1000:sandbox",
        "PLUMIER_PROFILE": "bench",
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "LOG_LEVEL": "WARNING",
    }
