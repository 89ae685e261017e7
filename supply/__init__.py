"""What the portal is made of: whether the locks hold, under which licences, with which known faults, and no secrets.

Each module is a command (``python -m supply.locks``); ``make check`` runs those that ask nobody.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: The lock of what runs, that of what is needed beside it to develop, and that of what is measured against.
RUN, DEVELOPMENT, BENCHMARKS = "requirements.txt", "requirements-dev.txt", "requirements-bench.txt"
