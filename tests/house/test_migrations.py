from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

_OURS = ("plumier", "channels_app", "notica")


def test_migrations_are_in_step_with_the_models(db: None) -> None:
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)


def test_migrations_of_an_app_end_in_one() -> None:
    graph = MigrationLoader(None, ignore_no_migrations=True).graph
    assert {app: len(graph.leaf_nodes(app)) for app in _OURS} == dict.fromkeys(_OURS, 1)


def test_migrations_ran_on_postgresql(db: None) -> None:
    assert connection.vendor == "postgresql"
