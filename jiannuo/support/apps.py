from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "jiannuo.support"
    label = "support"
