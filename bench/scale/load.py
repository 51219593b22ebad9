"""Put a history on books of its own.

PADSTONE_DATA=/somewhere python bench/scale/load.py 10M
PADSTONE_DATA=/somewhere PADSTONE_DATABASE_URL=postgresql://... python bench/scale/load.py 10M --no-times
"""

from __future__ import annotations

import os
import re
import sys
import time

from factory import Plan


def number(text: str) -> int:
    """10M, 0.2M, 1B ... Raises ValueError for anything else."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([KMB])", text.strip(), re.IGNORECASE)
    if found is None:
        raise ValueError(f"{text!r} is no number of placements; write it like 200K, 10M or 1B")
    return round(float(found[1]) * {"K": 1e3, "M": 1e6, "B": 1e9}[found[2].upper()])


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "padstone.config.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from loading import load

    call_command("migrate", verbosity=0)
    began = time.perf_counter(), time.process_time()
    loaded = load(Plan(number(sys.argv[1])), with_times="--no-times" not in sys.argv)
    took = time.perf_counter() - began[0], time.process_time() - began[1]
    print(f"{loaded.placements:,} placements in {took[0]:.1f} s ({took[1]:.1f} s of this process)")


if __name__ == "__main__":
    main()
