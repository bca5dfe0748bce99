from marketplace.notices.models.hooks import Webhook, WebhookDelivery, WebhookTry
from marketplace.notices.models.told import Choice, Mail, Notice, UntoldEvent

__all__ = [
    "Choice",
    "Mail",
    "Notice",
    "UntoldEvent",
    "Webhook",
    "WebhookDelivery",
    "WebhookTry",
]
