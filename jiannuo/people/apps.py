from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "jiannuo.people"
    label = "people"
