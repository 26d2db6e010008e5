"""The same school as the other files that are asked for."""

from tests.notica.exports.conftest import _own_folder, director, group, school

__all__ = ["_own_folder", "director", "group", "school"]
