"""What can be asked for. A new one is a `Product` and a line here."""

from typing import Final

from notica.exports.product import Product
from notica.own_data.product import OWN_DATA
from notica.send_result.product import SEND_RESULT
from notica.student_data.product import STUDENT_DATA
from notica.tokapp_roster.product import TOKAPP_ROSTER

PRODUCTS: Final[dict[str, Product]] = {
    one.code: one for one in (STUDENT_DATA, TOKAPP_ROSTER, SEND_RESULT, OWN_DATA)
}
