from marketplace.notices.models.doors import InvitationMail, PasswordMail
from marketplace.notices.models.hooks import Webhook, WebhookDelivery, WebhookTry
from marketplace.notices.models.told import Choice, Mail, Notice, UntoldEvent

__all__ = [
    "Choice",
    "InvitationMail",
    "Mail",
    "Notice",
    "PasswordMail",
    "UntoldEvent",
    "Webhook",
    "WebhookDelivery",
    "WebhookTry",
]
