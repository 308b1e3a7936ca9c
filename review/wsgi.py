"""The console as a WSGI application, for `inturn console` and for other servers."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
