"""The tree of the Explorador: stage, level, group (requirement C2). Pure."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from profesores.picking.levels import level_of

DEPTHS: Final = ("etapa", "nivel", "grupo", "subgrupo")  # how `Node.value` begins, from above


@dataclass(frozen=True, slots=True)
class Leaf:
    """A group of a stage: how many students are in it, and how many of them are selected."""

    stage_id: int
    stage: str
    group_id: int
    name: str
    total: int
    chosen: int


@dataclass(slots=True)
class Node:
    """A stage, a level, a group or a subgroup. `value` is what a filter calls it (`profesores.picking.places`)."""

    value: str
    name: str
    total: int = 0
    chosen: int = 0
    children: list["Node"] = field(default_factory=list)

    @property
    def state(self) -> str:
        """How its box stands, in the words of `aria-checked`."""
        if not self.chosen:
            return "false"
        return "true" if self.chosen >= self.total else "mixed"

    @property
    def is_open(self) -> bool:
        """Whether what is below is worth showing at once: only a part of it is selected."""
        return self.state == "mixed"

    @property
    def key(self) -> str:
        """A name for its element on a page."""
        plain = (one if one.isascii() and one.isalnum() else f"-{ord(one)}-" for one in self.value)
        return "".join(plain)

    def walk(self) -> Iterator["Node"]:
        """Itself and all below, from above."""
        yield self
        for child in self.children:
            yield from child.walk()


def grow(leaves: Iterable[Leaf]) -> list[Node]:
    """The stages with their levels and groups, in the order of the leaves; a level of one group alike is that group."""
    stages: dict[int, Node] = {}
    levels: dict[tuple[int, str], Node] = {}
    for leaf in leaves:
        stage = stages.setdefault(leaf.stage_id, Node(f"etapa:{leaf.stage_id}", leaf.stage))
        name = level_of(leaf.name)
        if (leaf.stage_id, name) not in levels:
            levels[leaf.stage_id, name] = Node(f"nivel:{leaf.stage_id}:{name}", name)
            stage.children.append(levels[leaf.stage_id, name])
        level = levels[leaf.stage_id, name]
        level.children.append(Node(f"grupo:{leaf.group_id}", leaf.name, leaf.total, leaf.chosen))
        for node in (stage, level):
            node.total += leaf.total
            node.chosen += leaf.chosen
    for stage in stages.values():
        stage.children = [_level_or_group(level) for level in stage.children]
    return list(stages.values())


def _level_or_group(level: Node) -> Node:
    only = level.children[0]
    return only if len(level.children) == 1 and only.name == level.name else level


@dataclass(frozen=True, slots=True)
class Change:
    """Parts of one depth that were ticked, and others that were unticked."""

    ticked: list[str]
    unticked: list[str]


def changes(
    order: Iterable[str], before: Collection[str], now: Collection[str], touched: Collection[str] = ()
) -> list[Change]:
    """What was ticked or unticked between the boxes as shown and as sent, depth by depth from above.

    To be done in this order: what is said of a group counts more than what is said of its level. Of what was
    `touched` since it was shown an answer may have been lost: it is said again, though it stands as it was shown.
    """
    depths: dict[str, Change] = {}
    for value in order:
        if value in touched or (value in before) != (value in now):
            change = depths.setdefault(value.partition(":")[0], Change([], []))
            (change.ticked if value in now else change.unticked).append(value)
    return [depths[kind] for kind in DEPTHS if kind in depths]
