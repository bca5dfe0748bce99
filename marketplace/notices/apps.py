from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "marketplace.notices"

    def ready(self) -> None:
        from marketplace.notices.work import take_on_work

        take_on_work()
