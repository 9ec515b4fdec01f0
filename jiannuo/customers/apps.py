from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "jiannuo.customers"
    label = "customers"
