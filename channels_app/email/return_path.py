"""Signed return paths: a bounce comes back to an address that says of which try it is.

`bounces@school.example` becomes `bounces+<delivery>.<try>.<signature>@school.example`.
"""

from channels_app.tags import read_tag, tag

_SALT = "channels_app.email.return_path"


def sign(bounces: str, delivery_id: int, try_no: int) -> str:
    """The return path of one try, at the mailbox `bounces`."""
    local, _, domain = bounces.rpartition("@")
    return f"{local}+{tag(_SALT, delivery_id, try_no)}@{domain}"


def read(address: str) -> tuple[int, int] | None:
    """The delivery and the try that a return path is of; None if we never signed it."""
    return read_tag(_SALT, address.rpartition("@")[0].rpartition("+")[2])
