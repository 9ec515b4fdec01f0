from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "jiannuo.visits"
    label = "visits"
