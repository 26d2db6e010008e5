"""Vietnamese as a school writes it: «27 tháng 11 năm 2026» within a sentence, 27/11/2026 in a table and as it is typed.

Django's own has a capital in the middle of a sentence, hyphens, and takes no date as it is written there.
"""

from typing import Final

DATE_FORMAT: Final = r"j \t\há\n\g n \nă\m Y"
TIME_FORMAT: Final = "H:i"
DATETIME_FORMAT: Final = r"H:i, j \t\há\n\g n \nă\m Y"
YEAR_MONTH_FORMAT: Final = r"\t\há\n\g n \nă\m Y"
MONTH_DAY_FORMAT: Final = r"j \t\há\n\g n"
SHORT_DATE_FORMAT: Final = "d/m/Y"
SHORT_DATETIME_FORMAT: Final = "H:i d/m/Y"
FIRST_DAY_OF_WEEK: Final = 1
DATE_INPUT_FORMATS: Final = ["%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d", "%d/%m/%y"]
TIME_INPUT_FORMATS: Final = ["%H:%M", "%H:%M:%S"]
DATETIME_INPUT_FORMATS: Final = ["%d/%m/%Y %H:%M", "%H:%M %d/%m/%Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"]
DECIMAL_SEPARATOR: Final = ","
THOUSAND_SEPARATOR: Final = "."
