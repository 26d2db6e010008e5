from django.urls import path

from profesores.views import (
    absences,
    absenteeism,
    colleagues,
    drafts,
    explorer,
    grades,
    inbox,
    marks,
    procedures,
    record,
    review,
    roll,
    school_students,
    students,
    text_templates,
    writing,
    writing_people,
)

app_name = "profesores"
urlpatterns = [
    # Picking
    path("alumnos/", students.students, name="students"),
    # The whole school, and colleagues
    path("centro/", school_students.school_students, name="school_students"),
    path("centro/explorador/", explorer.explorer, name="explorer"),
    path("companeros/", colleagues.colleagues, name="colleagues"),
    # Faltas
    path("faltas/", roll.roll, name="roll"),
    path("faltas/justificar/", absences.absences, name="absences"),
    path("faltas/justificar/<int:answer_id>/", absences.absence_decide, name="absence_decide"),
    path("faltas/justificar/<int:answer_id>/fichero/", absences.absence_file, name="absence_file"),
    path("absentismo/", absenteeism.absenteeism, name="absenteeism"),
    path("absentismo/excel/", absenteeism.absenteeism_workbook, name="absenteeism_workbook"),
    # Convivencia
    path("convivencia/", procedures.convivencia, name="convivencia"),
    # Secretaría: títulos, traslados, tasas
    path("secretaria/", procedures.secretaria, name="secretaria"),
    # A student's record
    path("alumnos/<int:student_id>/", record.record, name="record"),
    path("alumnos/<int:student_id>/comprobar/", record.record_check, name="record_check"),
    path("alumnos/<int:student_id>/escribir/", record.record_write, name="record_write"),
    # Writing
    path("escribir/<str:draft_token>/", writing.write, name="write"),
    path("escribir/<str:draft_token>/personas/", writing_people.write_people, name="write_people"),
    path("escribir/<str:draft_token>/sin/", writing_people.write_missed, name="write_missed"),
    path("escribir/<str:draft_token>/ficheros/<int:file_id>/", writing_people.draft_file, name="draft_file"),
    path("borradores/", drafts.drafts, name="drafts"),
    path("plantillas/", text_templates.templates, name="templates"),
    path("plantillas/nueva/", text_templates.template_new, name="template_new"),
    path("plantillas/<int:template_id>/", text_templates.template_edit, name="template"),
    path("plantillas/<int:template_id>/borrar/", text_templates.template_delete, name="template_delete"),
    # Mesa de revisión
    path("mesa/", review.review, name="review"),
    path("mesa/nuevo/", review.review_new, name="review_new"),
    path("mesa/<str:review_token>/", review.review_text, name="review_text"),
    path("mesa/<str:review_token>/ficheros/<int:review_file_id>/", review.review_file, name="review_file"),
    # Calificaciones
    path("calificaciones/", grades.grades, name="grades"),
    path(
        "calificaciones/<int:evaluation_id>/publicar/", grades.grades_publish_all, name="grades_publish_all"
    ),
    path(
        "calificaciones/<int:evaluation_id>/grupos/<int:group_id>/", grades.grades_group, name="grades_group"
    ),
    path(
        "calificaciones/<int:evaluation_id>/grupos/<int:group_id>/publicar/",
        grades.grades_publish,
        name="grades_publish",
    ),
    path(
        "calificaciones/<int:evaluation_id>/grupos/<int:group_id>/recordar/",
        grades.grades_remind,
        name="grades_remind",
    ),
    path(
        "calificaciones/<int:evaluation_id>/clases/<int:assignment_id>/",
        marks.grades_class,
        name="grades_class",
    ),
    # Notica
    path("notica/", inbox.inbox, name="inbox"),
    path("notica/<int:entry_id>/", inbox.inbox_entry, name="inbox_entry"),
    path("notica/<int:entry_id>/responder/", inbox.inbox_answer, name="inbox_answer"),
    path("notica/<int:entry_id>/marcar/", inbox.inbox_mark, name="inbox_mark"),
    path("notica/<int:entry_id>/escribir/", inbox.inbox_write, name="inbox_write"),
    path("notica/<int:entry_id>/ficheros/<int:attachment_id>/", inbox.inbox_file, name="inbox_file"),
]
