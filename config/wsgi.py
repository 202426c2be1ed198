"""The entry point for WSGI servers, such as Django's development server.

In production use config.front, which slow clients cannot block.
"""

import os

from django.core.wsgi import get_wsgi_application

from config.web.cleaning import plain_types

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = plain_types(get_wsgi_application())
