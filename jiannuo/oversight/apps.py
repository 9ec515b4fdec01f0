from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "jiannuo.oversight"
    label = "oversight"
