from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "jiannuo.imports"
    label = "imports"
