from django.urls import path

from plumier import views
from plumier.accounts import door, first_time, recovery
from plumier.proposals import history_views, pupil_views
from plumier.proposals import views as contact_views

urlpatterns = [
    *door.urlpatterns,
    path("idioma/", views.language, name="language"),
    path("contactos/", contact_views.contacts, name="contacts"),
    path("contactos/listado/", contact_views.contacts_sheet, name="contacts_sheet"),
    path("contactos/fichero/", contact_views.contacts_file, name="contacts_file"),
    path("contactos/nuevo/", pupil_views.pupils, name="new_pupils"),
    path("contactos/nuevo/<int:student_id>/", pupil_views.pupil, name="new_pupil"),
    path("contactos/entregados/", history_views.handed_in, name="handed_in"),
    path("contactos/cambios/<int:proposal_id>/", history_views.proposal, name="contact_proposal"),
    path(
        "contactos/cambios/<int:proposal_id>/retirar/",
        history_views.withdraw_proposal,
        name="withdraw_proposal",
    ),
    path("recuperar/", recovery.recover, name="recover"),
    path("recuperar/pedido/", recovery.recover_asked, name="recover_asked"),
    path("primera-vez/", first_time.first_time, name="first_time"),
    path("primera-vez/<slug:code>/", first_time.first_password, name="first_password"),
    path("contrasena/", first_time.choose_password, name="choose_password"),
]
