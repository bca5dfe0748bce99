"""What the web server runs."""

import gc
import os
from threading import Thread

from django.core.wsgi import get_wsgi_application

from marketplace.config.allocation import keep_buffers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.config.settings")

application = get_wsgi_application()

from marketplace.site.market.following import warm  # noqa: E402 - models are known only now

# So that the first visitor of a large market does not wait for it.
Thread(target=warm, daemon=True, name="market").start()

# What is loaded by now stays for good: the collector of garbage need not look at it again and
# again while one upload makes thousands of small objects, which hold no circles.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)

# And the buffers through which large uploads pass need not be fetched from the kernel each time.
keep_buffers()
