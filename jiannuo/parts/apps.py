from django.apps import AppConfig


class PartsConfig(AppConfig):
    name = "jiannuo.parts"
    label = "parts"
