from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "jiannuo.training"
    label = "training"
