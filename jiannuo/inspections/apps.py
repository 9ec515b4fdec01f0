from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    name = "jiannuo.inspections"
    label = "inspections"
