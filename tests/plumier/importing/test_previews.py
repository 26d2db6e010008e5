"""A preview is the same for the same differences, and no longer than its table takes."""

import random

from hypothesis import given
from hypothesis import strategies as st

from plumier.clock import database_now
from plumier.importing.plan import Change, Plan, Step
from plumier.importing.previews import Preview
from plumier.models import Group, ImportDifference, ImportRun, School
from tests.factories.register import make_school


def plan_of(names: list[str]) -> Plan:
    return Plan(steps=[Step(number, Change.NEW, Group(name=name)) for number, name in enumerate(names)])


def told(plans: list[Plan]) -> str:
    with Preview(keeping=False) as preview:
        for plan in plans:
            preview.take_in(plan)
    return preview.digest


@given(st.lists(st.text(max_size=5), max_size=6), st.randoms())
def test_digest_is_of_what_changes_and_not_of_its_order(names: list[str], chance: random.Random) -> None:
    plan, shuffled = plan_of(names), plan_of(names)
    chance.shuffle(shuffled.steps)
    parts = [Plan(steps=[step]) for step in shuffled.steps]
    assert told([plan]) == told(parts)
    assert told([plan]) != told([*parts, plan_of(["otro"])])


def test_differences_are_kept_as_long_as_their_columns(db: None) -> None:
    school: School = make_school()
    run = ImportRun.objects.create(school=school, file_name="x", size=1, sha256="", asked_at=database_now())
    with Preview() as preview:
        preview.take_in(plan_of(["á\t\n\\" * 200]))
        preview.keep(run)
        preview.keep(run)
    kept = ImportDifference.objects.get(run=run)
    assert (kept.row, kept.who, kept.change) == (0, ("á\t\n\\" * 75), "new")
    assert preview.counts == {"new": 1}
