from django.apps import AppConfig


class CertificationConfig(AppConfig):
    name = "certification"
    label = "certification"

    def ready(self) -> None:
        from certification.operations.domain_looks import take_on_looks

        take_on_looks()
