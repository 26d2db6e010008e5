"""Names for the sample roster, drawn from those common in the Region of Murcia. Nobody in particular bears them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a family's names come from, how many of a hundred families, and how many surnames a person has."""

    share: int
    surnames: tuple[str, ...]
    girls: tuple[str, ...]
    boys: tuple[str, ...]
    women: tuple[str, ...]
    men: tuple[str, ...]
    surnames_each: int = 1
    foreign: bool = True


def _words(text: str) -> tuple[str, ...]:
    return tuple(name.replace("_", " ") for name in text.split())


_SPANISH_SURNAMES = _words(
    "García Martínez López Sánchez Hernández Pérez Fernández Gómez Ruiz Moreno Jiménez Navarro Molina Ortega Marín"
    " Lorca Cánovas Alarcón Belmonte Nicolás Egea Baños Conesa Sáez Vera Gil Ros Abellán Cerón Almagro Peñalver Guirao"
    " Muñoz Ibáñez Núñez Caravaca Espín Meseguer Campillo Tornel Hidalgo Zamora Rojo Párraga Hellín Llamas Fuentes"
    " Piñero Vidal Cano Soler Aroca Bernal Carrillo Frutos Noguera Olivares Yelo De_la_Cruz De_Haro Del_Baño"
)

ORIGINS = (
    Origin(
        share=75,
        surnames=_SPANISH_SURNAMES,
        girls=_words(
            "Lucía María Paula Martina Daniela Carla Sofía Alba Noelia Claudia Ainhoa Irene Marta Nerea Ángela Inés"
            " Ana_Belén Candela Vega Rocío Fuensanta Celia Julia Laura Aitana"
        ),
        boys=_words(
            "Alejandro Pablo Hugo Álvaro Daniel Mario Adrián Javier Sergio Iván Rubén José_Antonio Juan_Francisco Ginés"
            " Marcos Raúl Víctor Miguel_Ángel Diego Joaquín Íñigo Óscar Nicolás Ángel Samuel"
        ),
        women=_words(
            "María_Dolores María_José Ana_María Josefa Encarnación María_Carmen Isabel Raquel Mónica Cristina Yolanda"
            " Inmaculada Fuensanta Sonia Beatriz Verónica Eva Silvia Rosario Mª_Ángeles Lorena Patricia Gema Noelia"
        ),
        men=_words(
            "Antonio José Francisco Juan Pedro Ginés Joaquín Miguel_Ángel José_Luis Juan_Carlos Andrés Salvador Tomás"
            " Fulgencio Ramón Jesús Alfonso Ángel Diego Domingo Mariano Óscar David Julián"
        ),
        surnames_each=2,
        foreign=False,
    ),
    Origin(
        share=11,
        surnames=_words(
            "El_Amrani Benali Haddad Chaoui Bouzid Ziani El_Idrissi Tahiri Lahlou Amghar Kabbaj Ouali"
        ),
        girls=_words("Salma Yasmin Nour Hiba Aya Imane Doha Sara Malak Ikram"),
        boys=_words("Mohamed Youssef Anas Ayoub Bilal Ilyas Hamza Adam Rayan Zakaria"),
        women=_words("Fátima Khadija Naima Samira Latifa Rachida Malika Hanane Zohra"),
        men=_words("Mohamed Abdelkader Hassan Said Mustapha Rachid Abdellah Brahim Khalid"),
    ),
    Origin(
        share=7,
        surnames=_words(
            "Zambrano Cevallos Quishpe Guamán Loor Macías Chávez Intriago Morocho Vélez Toapanta Cedeño"
        ),
        girls=_words("Emily Dayana Scarlett Génesis Valentina Melany Ashley Doménica"),
        boys=_words("Anthony Jostin Mateo Kevin Jeremy Bryan Matías Alexander"),
        women=_words("Jenny_Maritza Rosa_Elvira Carmen_Lucía Narcisa Mariuxi Gladys Mercedes"),
        men=_words("Luis_Alfredo Segundo_Manuel Wilson Ángel_Polivio Freddy Marco_Antonio Byron"),
        surnames_each=2,
    ),
    Origin(
        share=4,
        surnames=_words("Popescu Ionescu Munteanu Ștefan Dumitru Rusu Moldovan Țăran"),
        girls=_words("Andreea Ioana Maria Alexandra Denisa"),
        boys=_words("Andrei Alexandru Ștefan David Mihai"),
        women=_words("Mihaela Elena Daniela Cristina Gabriela"),
        men=_words("Ionel Gheorghe Marian Vasile Florin"),
    ),
    Origin(
        share=2,
        surnames=_words("Kovalenko Shevchenko Bondarenko Melnyk"),
        girls=_words("Daryna Sofiia Anna"),
        boys=_words("Maksym Nazar Artem"),
        women=_words("Oksana Iryna Natalia"),
        men=_words("Serhii Oleh Andrii"),
    ),
    Origin(
        share=1,
        surnames=_words("Zhang Wang Lin Chen"),
        girls=_words("Yue Xinyi Lucía"),
        boys=_words("Wei Hao Daniel"),
        women=_words("Lihua Meiling Xiuying"),
        men=_words("Jianhua Guoqiang Weiming"),
    ),
)
