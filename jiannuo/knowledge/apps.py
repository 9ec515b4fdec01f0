from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "jiannuo.knowledge"
    label = "knowledge"
