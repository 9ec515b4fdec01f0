from django.apps import AppConfig


class ChargesConfig(AppConfig):
    name = "jiannuo.charges"
    label = "charges"
