from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    name = "jiannuo.archive"
    label = "archive"
