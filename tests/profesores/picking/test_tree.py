"""The tree of stages, levels and groups, and what ticks mean in it."""

from hypothesis import given
from hypothesis import strategies as st

from profesores.picking.tree import Change, Leaf, Node, changes, grow


def shown(nodes: list[Node]) -> list[object]:
    return [(one.value, one.name, one.chosen, one.total, one.state, shown(one.children)) for one in nodes]


def test_tree_has_stages_levels_and_groups_with_their_counts() -> None:
    leaves = [
        Leaf(1, "ESO", 11, "1º ESO A", 20, 20),
        Leaf(1, "ESO", 12, "1º ESO B", 10, 0),
        Leaf(1, "ESO", 13, "2º ESO A", 5, 5),
        Leaf(2, "FP", 14, "1º CFGM Cocina", 8, 0),
    ]
    assert shown(grow(leaves)) == [
        (
            "etapa:1",
            "ESO",
            25,
            35,
            "mixed",
            [
                (
                    "nivel:1:1º ESO",
                    "1º ESO",
                    20,
                    30,
                    "mixed",
                    [
                        ("grupo:11", "1º ESO A", 20, 20, "true", []),
                        ("grupo:12", "1º ESO B", 0, 10, "false", []),
                    ],
                ),
                ("nivel:1:2º ESO", "2º ESO", 5, 5, "true", [("grupo:13", "2º ESO A", 5, 5, "true", [])]),
            ],
        ),
        ("etapa:2", "FP", 0, 8, "false", [("grupo:14", "1º CFGM Cocina", 0, 8, "false", [])]),
    ]


def test_group_without_students_is_not_selected() -> None:
    assert grow([Leaf(1, "ESO", 11, "1º ESO A", 0, 0)])[0].state == "false"


def test_only_a_partly_selected_part_is_open() -> None:
    partly, whole = grow([Leaf(1, "ESO", 11, "1º A", 2, 1), Leaf(2, "FP", 12, "1º B", 2, 2)])
    assert (partly.is_open, whole.is_open) == (True, False)


def test_keys_of_elements_are_plain_and_each_its_own() -> None:
    nodes = [Node(value, "x") for value in ("nivel:1:1º ESO", "nivel:1:1ºESO", "nivel:1:1 ESO", "grupo:1")]
    keys = [one.key for one in nodes]
    assert len(set(keys)) == len(keys)
    assert keys[0] == "nivel-58-1-58-1-186--32-ESO"


@given(
    st.lists(
        st.builds(
            Leaf,
            st.integers(1, 3),
            st.just("ESO"),
            st.integers(1, 99),
            st.sampled_from(["1º A", "1º B", "2º A"]),
            st.integers(0, 30),
            st.just(0),
        ),
        max_size=20,
    )
)
def test_counts_of_a_stage_are_those_of_its_groups(leaves: list[Leaf]) -> None:
    for stage in grow(leaves):
        own = [leaf for leaf in leaves if f"etapa:{leaf.stage_id}" == stage.value]
        assert stage.total == sum(leaf.total for leaf in own) == sum(child.total for child in stage.children)


def test_changes_are_only_what_differs_and_from_above() -> None:
    order = ["etapa:1", "nivel:1:1º", "grupo:1", "grupo:2", "etapa:2", "grupo:3", "subgrupo:1"]
    before, now = ["grupo:2", "etapa:9", "subgrupo:1"], ["grupo:1", "grupo:3", "etapa:1", "etapa:8"]
    assert changes(order, before, now) == [
        Change(["etapa:1"], []),
        Change(["grupo:1", "grupo:3"], ["grupo:2"]),
        Change([], ["subgrupo:1"]),
    ]


def test_part_that_was_touched_is_said_again_though_it_stands_as_shown() -> None:
    order = ["grupo:1", "grupo:2", "grupo:3"]
    assert changes(order, ["grupo:1"], ["grupo:1"], touched=["grupo:1", "grupo:2"]) == [
        Change(["grupo:1"], ["grupo:2"])
    ]


PARTS = ["etapa:1", "nivel:1:1", "grupo:1", "grupo:2", "subgrupo:1"]


@given(st.sets(st.sampled_from(PARTS)), st.sets(st.sampled_from(PARTS)))
def test_changes_lead_from_what_was_to_what_is(before: set[str], now: set[str]) -> None:
    reached = set(before)
    for change in changes(PARTS, before, now):
        reached = reached - set(change.unticked) | set(change.ticked)
    assert reached == now
