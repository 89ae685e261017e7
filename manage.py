#!/usr/bin/env python
"""Django's command line for the portal."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # Commands run without preparation on a developer's machine; a server (config.wsgi) starts only with a secret.
    os.environ.setdefault("PORTAL_LOCAL", "0" if "SECRET_KEY" in os.environ else "1")
    execute_from_command_line(sys.argv)
