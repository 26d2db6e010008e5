"""What the sample school keeps beside its messages: each procedure with a few days of its life."""

from collections.abc import Sequence

from demo.bodies import bodies
from demo.conduct import conduct
from demo.expedientes import expedientes
from demo.fees import fees
from demo.titles import titles
from demo.transfers import transfers
from plumier.models import Group, School


def procedures(school: School, groups: Sequence[Group]) -> None:
    """Seed them all; a second run changes nothing."""
    bodies(school)
    conduct(school, groups[0])
    for procedure in (transfers, fees, titles, expedientes):
        procedure(school, groups)
