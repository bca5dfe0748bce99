"""The only place that knows everything: settings, URLs, the Celery application."""
