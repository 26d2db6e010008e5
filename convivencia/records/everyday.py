"""Words that are also given names: in lower case they are only words. Written as `search_key` gives them."""

from typing import Final

_SPANISH: Final = """
    abril africa alba alegria alma amable amado amor angel angeles ara arena arroyo asuncion aura aurora azucena
    blanca blanco bella benigno bonifacio bravo bueno camino candela candelaria caridad casta castro celeste cielo
    clara claro clemente concepcion consolacion consuelo constante coral corona cruz cruces delicias desierto dolores
    domingo dulce encarnacion esperanza estela estrella felicidad feliz fe flor flora flores fortuna franca franco
    fuente gala gema gloria gracia gracias granada guadalupe hortensia iris jardin jazmin julio junio justa justo lagos
    lago leal lea leon leo libertad linda lirio lluvia lola lucero lourdes luna luz luces magnolia mar mares marco
    margarita marina marino mayo maxima maximo mercedes mia milagro milagros modesta modesto moral nieves nieve
    nina norma noble nubes oliva olivo olmo olvido palma paloma pastor pastora patrocinio patron paz perla pia
    piedad pilar prado presentacion primitivo primo prudencia pura purificacion puro real reina remedio remedios rey
    reyes rocio rosa rosas rosal rosario salud salvador santa santos sagrario selva serena severo sierra socorro sol
    soledad sonsoles tormenta trinidad tristana ventura vera verde victor victoria vida viola violeta virgen
    virtud virtudes visitacion vivas zafiro
"""
# Vietnamese names are words of the language; without its marks still more words look like them.
_VIETNAMESE: Final = """
    an anh ban bao bich binh cam canh chau chi chien cong cuc cuong dai dan dang danh dao dat dien diep dinh doan dong
    du duc dung duong em gia giang ha hai han hang hanh hao hau hien hieu hoa hoai hoan hoang hong hop hue hung
    huong huu huy huyen khai khang khanh khoa khoi khue kien kieu kim ky lam lan le len lien linh loan loc loi long
    lua luan luc luong ly mai man manh mau may mien minh mo mong my nam ngan nghi nghia ngoc nguyen nguyet nha nhan
    nhat nhi nhien nhu nhung ninh nga phat phi phong phu phuc phung phuong qua quan quang quoc quy quyen quynh sang
    sinh son song sy tai tam tan thai tham than thang thanh thao the thi thien thinh tho thoa thom thong thu thuan
    thuc thuong thuy tien tin tinh to toai toan trang tram tri trieu trinh trong truc trung truong tu tuan tue tung
    tuong tuyen tuyet uyen van vi vien viet vinh vu vui vuong vy xuan xuyen y yen
"""
EVERYDAY: Final = frozenset(_SPANISH.split()) | frozenset(_VIETNAMESE.split())
