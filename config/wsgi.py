"""The entry point for a web server that speaks WSGI alone, such as Django's own for developers.

Sites run config.front, whose threads no slow client holds.
"""

import os

from django.core.wsgi import get_wsgi_application

from config.web.cleaning import plain_types

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = plain_types(get_wsgi_application())
