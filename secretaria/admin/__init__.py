"""The office's procedures in the administration, a module for each."""

from secretaria.admin import diplomas

__all__ = ["diplomas"]
