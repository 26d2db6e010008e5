import unicodedata

import pytest

from plumier.importing.columns import Datum, Holder, read_title

S, F, M, T1, T2 = Holder.STUDENT, Holder.FATHER, Holder.MOTHER, Holder.TUTOR_1, Holder.TUTOR_2
TITLES = [
    ("Expediente", S, Datum.EXPEDIENTE),
    ("Nº expediente", S, Datum.EXPEDIENTE),
    ("Nº Exp.", S, Datum.EXPEDIENTE),
    ("N° EXP", S, Datum.EXPEDIENTE),
    ("Número de expediente", S, Datum.EXPEDIENTE),
    ("NRE", S, Datum.NRE),
    ("N.R.E.", S, Datum.NRE),
    ("Alumno/a", S, Datum.FULL_NAME),
    ("Apellidos y nombre", S, Datum.FULL_NAME),
    ("Apellidos", S, Datum.SURNAMES),
    ("Primer apellido", S, Datum.SURNAME_1),
    ("Segundo apellido", S, Datum.SURNAME_2),
    ("Nombre", S, Datum.GIVEN_NAME),
    ("Curso", S, Datum.COURSE),
    ("Curso y grupo", S, Datum.COURSE),
    ("Grupo", S, Datum.GROUP),
    ("Unidad", S, Datum.GROUP),
    ("Teléfono", S, Datum.PHONE_1),
    ("Tfno", S, Datum.PHONE_1),
    ("Tfno.", S, Datum.PHONE_1),
    ("Teléfono 2", S, Datum.PHONE_2),
    ("Telefono2", S, Datum.PHONE_2),
    ("Móvil", S, Datum.PHONE_2),
    ("E-mail", S, Datum.EMAIL),
    ("Correo", S, Datum.EMAIL),
    ("Correo electrónico", S, Datum.EMAIL),
    ("E-mail oficial", S, Datum.EMAIL_OFFICIAL),
    ("E-mail alt", S, Datum.EMAIL_ALT),
    ("E-mail alt.", S, Datum.EMAIL_ALT),
    ("Estado matrícula", S, Datum.STATUS),
    ("Estado de la matrícula", S, Datum.STATUS),
    ("Datos protegidos", S, Datum.PROTECTED),
    ("Padre", F, Datum.GIVEN_NAME),
    ("Nombre padre", F, Datum.GIVEN_NAME),
    ("Nombre del padre", F, Datum.GIVEN_NAME),
    ("Apellidos padre", F, Datum.SURNAMES),
    ("DNI padre", F, Datum.DOCUMENT),
    ("D.N.I. del Padre", F, Datum.DOCUMENT),
    ("Teléfono padre", F, Datum.PHONE_1),
    ("Teléfono 2 padre", F, Datum.PHONE_2),
    ("Padre: móvil", F, Datum.PHONE_2),
    ("E-mail padre", F, Datum.EMAIL),
    ("Mensaje padre", F, Datum.MESSAGES),
    ("Madre", M, Datum.GIVEN_NAME),
    ("Tfno. 2 madre", M, Datum.PHONE_2),
    ("Mensaje Madre", M, Datum.MESSAGES),
    ("Tutor 1", T1, Datum.GIVEN_NAME),
    ("Nombre tutor/a 1", T1, Datum.GIVEN_NAME),
    ("Teléfono 2 tutor 1", T1, Datum.PHONE_2),
    ("DNI tutor2", T2, Datum.DOCUMENT),
    ("Mensaje tutor legal 2", T2, Datum.MESSAGES),
]


@pytest.mark.parametrize(("title", "holder", "datum"), TITLES)
def test_read_title_knows_a_column_whatever_its_case_accents_and_dots(
    title: str, holder: Holder, datum: Datum
) -> None:
    plain = "".join(c for c in unicodedata.normalize("NFD", title) if not unicodedata.combining(c))
    ways = (title, title.upper(), title.lower(), unicodedata.normalize("NFD", title), plain, f" {title}. ")
    assert [read_title(way) for way in ways] == [(holder, datum)] * len(ways)


@pytest.mark.parametrize(
    "title",
    [
        "",
        "Nº",
        "Tutor",
        "Nombre tutor",
        "Tutor del grupo",
        "Curso académico",
        "Localidad",
        "Fecha nacimiento padre",
    ],
)
def test_read_title_leaves_other_columns_alone(title: str) -> None:
    assert read_title(title) is None
