"""``python -m benchmarks.municipality 50000``: the municipality as LDIF on standard output."""

from __future__ import annotations

import argparse
import sys

from benchmarks.municipality.ldif import entries

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("people", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--base", default="DC=exempel,DC=test")
    parser.add_argument("--members", action="store_true", help="groups with their members, too")
    options = parser.parse_args()
    for entry in entries(options.people, options.base, options.seed, members=options.members):
        sys.stdout.write(entry + "\n")
