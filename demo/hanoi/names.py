"""Names of the second school's people: họ, đệm and tên, in the order in which they are written."""

from typing import Final

# Family names and how many of a hundred have each.
FAMILY: Final = {
    "Nguyễn": 38,
    "Trần": 11,
    "Lê": 10,
    "Phạm": 7,
    "Hoàng": 5,
    "Vũ": 4,
    "Đặng": 3,
    "Bùi": 3,
    "Đỗ": 3,
    "Ngô": 2,
    "Dương": 2,
    "Phan": 2,
    "Đinh": 2,
    "Trịnh": 2,
    "Đào": 2,
    "Lương": 1,
    "Tạ": 1,
    "Mai": 1,
    "Chu": 1,
}
BOYS_MIDDLE: Final = (
    "Văn",
    "Đức",
    "Minh",
    "Quang",
    "Tuấn",
    "Hoàng",
    "Gia",
    "Hữu",
    "Anh",
    "Thành",
    "Việt",
    "Duy",
)
BOYS: Final = (
    *("Anh", "Bách", "Bảo", "Cường", "Dũng", "Duy", "Đạt", "Hải", "Hiếu", "Hoàng", "Huy", "Hưng", "Khánh"),
    *("Khôi", "Kiên", "Lâm", "Long", "Minh", "Nam", "Nghĩa", "Nhật", "Phong", "Phúc", "Quân", "Quang"),
    *("Sơn", "Tài", "Thắng", "Thành", "Thịnh", "Trung", "Tuấn", "Tùng", "Việt", "Vinh"),
)
GIRLS_MIDDLE: Final = (
    "Thị",
    "Ngọc",
    "Thu",
    "Minh",
    "Phương",
    "Khánh",
    "Thùy",
    "Hà",
    "Mai",
    "Bảo",
    "Quỳnh",
    "Thanh",
)
GIRLS: Final = (
    *("Anh", "An", "Ánh", "Châu", "Chi", "Diệp", "Dung", "Giang", "Hà", "Hằng", "Hiền", "Hoa", "Hương"),
    *("Huyền", "Lan", "Linh", "Ly", "Mai", "My", "Nga", "Ngân", "Ngọc", "Nhi", "Nhung", "Oanh", "Phương"),
    *("Quyên", "Thảo", "Thư", "Thủy", "Trà", "Trang", "Tú", "Uyên", "Vân", "Vy", "Yến"),
)
# What parents born some decades ago are called.
FATHERS: Final = (
    *("Bình", "Chiến", "Cường", "Dũng", "Đông", "Hà", "Hải", "Hùng", "Hưng", "Khoa", "Lâm", "Long", "Mạnh"),
    *(
        "Nam",
        "Phong",
        "Phú",
        "Quân",
        "Quyết",
        "Sơn",
        "Tâm",
        "Thắng",
        "Thành",
        "Toàn",
        "Trường",
        "Tuấn",
        "Tùng",
    ),
)
MOTHERS: Final = (
    *("Bích", "Dung", "Hà", "Hạnh", "Hằng", "Hiền", "Hoa", "Hòa", "Hồng", "Huệ", "Hương", "Lan", "Liên"),
    *(
        "Loan",
        "Mai",
        "Minh",
        "Nga",
        "Ngọc",
        "Nhung",
        "Oanh",
        "Phương",
        "Thanh",
        "Thu",
        "Thủy",
        "Tuyết",
        "Yến",
    ),
)
FATHERS_MIDDLE: Final = ("Văn", "Đức", "Xuân", "Mạnh", "Quốc", "Hữu", "Đình", "Trọng")
MOTHERS_MIDDLE: Final = ("Thị", "Thị", "Thị", "Thị Thu", "Thị Thanh", "Thị Kim", "Bích", "Minh")
