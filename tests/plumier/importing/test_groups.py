import pytest

from plumier.importing.groups import LONGEST_NAME, GroupName, group_key, read_group, read_stage
from plumier.models import Group, StageKind


@pytest.mark.parametrize(
    ("name", "stage"),
    [
        *(
            (name, StageKind.INFANTIL)
            for name in ("4 años A", "Infantil 3 años B", "2º EI A", "1º Ed. Infantil")
        ),
        *(
            (name, StageKind.PRIMARIA)
            for name in ("1º Primaria A", "5º Ed. Primaria B", "3EPB", "6º EP", "2PRI A")
        ),
        *(
            (name, StageKind.ESO)
            for name in (
                "1º ESO A",
                "1ESOA",
                "1.º ESO-A",
                "4º de E.S.O. B",
                "1er ESO",
                "3º ESO PDC",
                "E1A",
                "ESO 2 C",
            )
        ),
        *(
            (name, StageKind.BACHILLERATO)
            for name in ("1º Bachillerato A", "2º Bach. B", "2BACHB", "1BTOA", "B1C", "1BCT")
        ),
        *(
            (name, StageKind.FP)
            for name in (
                "1º CFGM Cocina",
                "CFGS DAW 2",
                "1º FPB Informática",
                "2º FP Grado Medio",
                "1GM",
                "Ciclo 1",
            )
        ),
        *((name, StageKind.OTHER) for name in ("SMR1A", "1º A", "10A1", "ESPA", "")),
    ],
)
def test_read_stage_tells_the_stage_of_a_spanish_class(name: str, stage: StageKind) -> None:
    assert read_stage(name, "ES") == stage


@pytest.mark.parametrize(
    ("name", "stage"),
    [
        *((name, StageKind.THPT) for name in ("10A1", "Lớp 11 D2", "12 Toán", "Khối 10 A1")),
        *((name, StageKind.OTHER) for name in ("9A", "1º ESO A", "100A")),
    ],
)
def test_read_stage_tells_the_stage_of_a_vietnamese_class(name: str, stage: StageKind) -> None:
    assert read_stage(name, "VN") == stage


@pytest.mark.parametrize(
    ("course", "group", "name"),
    [
        ("", "1º ESO A", "1º ESO A"),
        ("1º ESO A", "", "1º ESO A"),
        ("1º ESO", "A", "1º ESO A"),
        ("1º ESO A", "A", "1º ESO A"),
        ("1º ESO", "1ESOA", "1ESOA"),
        ("1º de E.S.O.", " 1º  ESO A ", "1º ESO A"),
        ("3º ESO", "PDC", "3º ESO PDC"),
    ],
)
def test_read_group_names_a_class_as_its_school_does(course: str, group: str, name: str) -> None:
    assert read_group(course, group, "ES") == GroupName(StageKind.ESO, name)


def test_read_group_shortens_the_course_and_never_the_letter() -> None:
    names = [read_group("1º CFGM " + "Sistemas " * 9, letter, "ES").name for letter in "AB"]
    assert [len(name) <= LONGEST_NAME for name in names] == [True, True]
    assert [name[-1] for name in names] == ["A", "B"]


def test_longest_name_is_what_the_register_takes() -> None:
    assert Group._meta.get_field("name").max_length == LONGEST_NAME


def test_group_key_is_one_for_every_way_of_typing_a_class() -> None:
    assert {group_key(name) for name in ("1º ESO A", "1ESOA", "1.º eso-a", " 1 ESO  A", "1er ESO A")} == {
        "1esoa"
    }
    assert group_key("1º ESO A") != group_key("1º ESO B")
