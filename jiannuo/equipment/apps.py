from django.apps import AppConfig


class EquipmentConfig(AppConfig):
    name = "jiannuo.equipment"
    label = "equipment"
