"""Every benchmark, one after another: `make bench`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PARTS = (
    ("Matching: quality and floors", [str(HERE / "matching/quality.py")]),
    ("Matching: company needs and patents", [str(HERE / "matching/pairs.py")]),
    ("The loop", ["-m", "benchmarks.loop"]),
)


def main() -> int:
    """Run each part; the number of those that failed."""
    failed = 0
    for title, arguments in PARTS:
        print(f"\n# {title}\n", flush=True)
        failed += subprocess.run([sys.executable, *arguments], cwd=HERE.parent, check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
