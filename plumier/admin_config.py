from django.contrib.admin.apps import AdminConfig


class PlumierAdminConfig(AdminConfig):
    default_site = "plumier.admin_site.PlumierAdminSite"
