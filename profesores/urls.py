from django.urls import path

from profesores.views import (
    absences,
    absenteeism,
    behaviour,
    behaviour_record,
    bodies,
    colleagues,
    day_reports,
    diploma_batch,
    diploma_receive,
    diplomas,
    disciplinary,
    disciplinary_case,
    drafts,
    explorer,
    fee_books,
    fee_issue,
    fee_movements,
    fees,
    grades,
    inbox,
    journal_desk,
    journals,
    marks,
    meeting_after,
    meetings,
    procedures,
    record,
    review,
    roll,
    school_students,
    students,
    text_templates,
    transfers,
    transfers_new,
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
    path("convivencia/registros/", behaviour.behaviour, name="behaviour"),
    path("convivencia/registros/nuevo/", behaviour.behaviour_new, name="behaviour_new"),
    path(
        "convivencia/registros/<int:record_id>/", behaviour_record.behaviour_record, name="behaviour_record"
    ),
    path(
        "convivencia/registros/<int:record_id>/notificar/",
        behaviour_record.behaviour_notify,
        name="behaviour_notify",
    ),
    path("convivencia/alumnos/<int:student_id>/", behaviour.behaviour_student, name="behaviour_student"),
    path("convivencia/expedientes/", disciplinary.disciplinary, name="disciplinary"),
    path("convivencia/expedientes/abrir/", disciplinary.disciplinary_open, name="disciplinary_open"),
    path(
        "convivencia/expedientes/<int:case_id>/",
        disciplinary_case.disciplinary_case,
        name="disciplinary_case",
    ),
    path(
        "convivencia/expedientes/<int:case_id>/actuaciones/",
        disciplinary_case.disciplinary_step_new,
        name="disciplinary_step_new",
    ),
    path(
        "convivencia/expedientes/<int:case_id>/actuaciones/<int:step_id>/",
        disciplinary_case.disciplinary_step,
        name="disciplinary_step",
    ),
    path(
        "convivencia/expedientes/<int:case_id>/cerrar/",
        disciplinary_case.disciplinary_close,
        name="disciplinary_close",
    ),
    path(
        "convivencia/expedientes/<int:case_id>/instructor/",
        disciplinary_case.disciplinary_instructor,
        name="disciplinary_instructor",
    ),
    path(
        "convivencia/expedientes/ficheros/<int:case_file_id>/",
        disciplinary_case.disciplinary_file,
        name="disciplinary_file",
    ),
    # Diario de clase
    path("diario/", journals.journals, name="journals"),
    path("diario/mesa/", journal_desk.journals_desk, name="journals_desk"),
    path("diario/mesa/<int:group_id>/", journal_desk.journal_desk_class, name="journal_desk_class"),
    path("diario/<int:group_id>/", journals.journal, name="journal"),
    path("diario/<int:group_id>/lineas/", journals.journal_lines, name="journal_lines"),
    # Partes del día
    path("partes/", day_reports.day_reports, name="day_reports"),
    path("partes/escribir/", day_reports.day_report_write, name="day_report_write"),
    path("partes/<int:report_id>/", day_reports.day_report, name="day_report"),
    # Secretaría: títulos, traslados, tasas
    path("secretaria/", procedures.secretaria, name="secretaria"),
    # Órganos y comisiones
    path("organos/", bodies.bodies, name="bodies"),
    path("organos/nuevo/", bodies.body_new, name="body_new"),
    path("organos/<int:body_id>/", bodies.body, name="body"),
    path("organos/<int:body_id>/editar/", bodies.body_edit, name="body_edit"),
    path("organos/<int:body_id>/componentes/", bodies.body_members, name="body_members"),
    path("organos/<int:body_id>/convocar/", meetings.meeting_new, name="meeting_new"),
    *(
        path(f"organos/convocatorias/<str:meeting_token>/{end}", view, name=name)
        for end, view, name in (
            ("", meetings.meeting, "meeting"),
            ("editar/", meetings.meeting_edit, "meeting_edit"),
            ("enviar/", meetings.meeting_call, "meeting_call"),
            ("desconvocar/", meetings.meeting_cancel, "meeting_cancel"),
            ("abrir/", meeting_after.meeting_open, "meeting_open"),
            ("respuesta/", meeting_after.meeting_answer, "meeting_answer"),
            ("asistencia/", meeting_after.meeting_attendance, "meeting_attendance"),
            ("acta/", meeting_after.meeting_minutes, "meeting_minutes"),
            ("calendario/", meeting_after.meeting_ics, "meeting_ics"),
            ("ficheros/<int:meeting_file_id>/", meeting_after.meeting_file, "meeting_file"),
        )
    ),
    path("secretaria/traslados/", transfers.transfers, name="transfers"),
    path("secretaria/traslados/proponer/", transfers_new.transfer_new, name="transfer_new"),
    path("secretaria/traslados/solicitar/", transfers_new.transfer_ask, name="transfer_ask"),
    path("secretaria/traslados/<int:transfer_id>/", transfers.transfer, name="transfer"),
    path(
        "secretaria/traslados/<int:transfer_id>/ficheros/<int:transfer_file_id>/",
        transfers.transfer_file,
        name="transfer_file",
    ),
    path("secretaria/tasas/", fees.fees, name="fees"),
    path("secretaria/tasas/excel/", fee_books.fees_list, name="fees_list"),
    path("secretaria/tasas/emitir/", fee_issue.fees_issue, name="fees_issue"),
    path("secretaria/tasas/movimientos/", fee_movements.fees_day, name="fees_day"),
    path("secretaria/tasas/movimientos/excel/", fee_books.fees_workbook, name="fees_workbook"),
    path("secretaria/tasas/<int:fee_id>/", fees.fee, name="fee"),
    path("secretaria/titulos/", diplomas.diplomas, name="diplomas"),
    path("secretaria/titulos/nueva/", diplomas.diploma_new, name="diploma_new"),
    path("secretaria/titulos/sin-recoger/", diplomas.diplomas_waiting, name="diplomas_waiting"),
    path("secretaria/titulos/sin-recoger/excel/", diplomas.diplomas_workbook, name="diplomas_workbook"),
    path("secretaria/titulos/<int:diploma_batch_id>/", diploma_batch.diploma_batch, name="diploma_batch"),
    path(
        "secretaria/titulos/<int:diploma_batch_id>/alumnos/",
        diploma_batch.diploma_students,
        name="diploma_students",
    ),
    path(
        "secretaria/titulos/<int:diploma_batch_id>/recepcionar/",
        diploma_receive.diploma_receive,
        name="diploma_receive",
    ),
    path(
        "secretaria/titulos/<int:diploma_batch_id>/avisar/", diploma_receive.diploma_tell, name="diploma_tell"
    ),
    path(
        "secretaria/titulos/<int:diploma_batch_id>/recogidos/",
        diploma_batch.diploma_collected,
        name="diploma_collected",
    ),
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
