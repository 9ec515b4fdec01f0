from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "jiannuo.papers"
    label = "papers"
