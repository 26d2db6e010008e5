from django.urls import path

from tablon import views, writing_views

app_name = "tablon"
urlpatterns = [
    path("", views.notices, name="notices"),
    path("nuevo/", writing_views.new, name="new"),
    path("<int:notice_id>/", views.notice, name="notice"),
    path("<int:notice_id>/cambiar/", writing_views.edit, name="edit"),
    path("<int:notice_id>/publicar/", views.publish, name="publish"),
    path("<int:notice_id>/retirar/", views.withdraw, name="withdraw"),
    path("<int:notice_id>/eliminar/", views.discard, name="discard"),
    path("<int:notice_id>/ficheros/<int:file_id>/", views.file, name="file"),
]
