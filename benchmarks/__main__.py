"""`python -m benchmarks`: run benchmarks and write RESULTS.md with the machine, the versions and the commands. All of
them make a new page; some of them replace their own sections and pictures, and leave the others as they are. The
README's table of speed is written anew with the page."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks import (
    bar_latency,
    growth,
    lateness,
    load,
    memory,
    osc,
    peers,
    pipe,
    runtimes,
    song_file,
    spent,
    start,
    storm,
)
from benchmarks.bridges import ROOT
from benchmarks.page import Page
from benchmarks.quoted import quoted
from benchmarks.result import Result, Settings
from bridge.files import write_atomically
from bridge.model.registry import BUILT_IN, DEFAULT_MODEL
from bridge.server.process import ONE_THREAD

RESULTS = Path(__file__).resolve().parent / "RESULTS.md"
BENCHMARKS: dict[str, Callable[[Settings], Result]] = {
    "bar": bar_latency.run,
    "spent": spent.run,
    "staggered": load.run_staggered,
    "aligned": load.run_aligned,
    "storm": storm.run,
    "start": start.run,
    "memory": memory.run,
    "lateness": lateness.run,
    "song": song_file.run,
    "osc": osc.run_round_trip,
    "codec": osc.run_codec,
    "pipe": pipe.run,
    "runtimes": runtimes.run,
    "history": growth.run_history,
    "notes": growth.run_notes,
    "parts": growth.run_parts,
    "peers": peers.run,
}
PACKAGES = ("numpy", "python-osc", "mido", "tensorflow", "keras", "ai-edge-litert", "impsy")


def main() -> int:
    """Run, print as it goes, write the page anew or in part."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of {', '.join(BENCHMARKS)} (default: all)")
    parser.add_argument("--model", default=DEFAULT_MODEL, choices=list(BUILT_IN), help="(default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="a tenth of the samples, to see whether everything runs")
    parser.add_argument(
        "--out", type=Path, default=RESULTS, help="the page, with a folder plots (default: %(default)s)"
    )
    args = parser.parse_args()
    unknown = set(args.names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}: there are {', '.join(BENCHMARKS)}")
    os.environ.update(ONE_THREAD)
    settings = Settings(args.model, args.quick, args.out.parent / "plots")
    page, setting, failed = _begun(args.out, args.names), _setting(), []
    for name in args.names or BENCHMARKS:
        began_s, busy = time.perf_counter(), os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
        print(f"{name} ...", file=sys.stderr, flush=True)
        try:
            result = BENCHMARKS[name](settings)
        except Exception:
            traceback.print_exc()
            failed.append(name)
            continue
        took = f"`python -m benchmarks {name} --model {args.model}`, {time.perf_counter() - began_s:.0f} s"
        notes = [f"load average before it {busy:.1f}", f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC"]
        notes += ["a quick run: too few samples to quote"] * args.quick
        notes += [] if setting in page.head else ["on another machine or with other versions:\n\n" + setting]
        text = f"{result.markdown()}\n{took}; {'; '.join(notes)}\n"
        print(text, flush=True)
        page = page.replaced(name, text)
        write_atomically(args.out, page.markdown(BENCHMARKS).encode())  # whoever breaks off keeps what is there
    if args.out == RESULTS and args.model == DEFAULT_MODEL and not args.quick:
        readme = ROOT / "README.md"
        write_atomically(readme, quoted(readme.read_text("utf-8"), page).encode())
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _begun(out: Path, names: Sequence[str]) -> Page:
    """The page that is there if only some benchmarks run, and a new one if all do or there is none."""
    if names and out.exists():
        return Page.read(out.read_text("utf-8"))
    return Page(
        "# Measured\n\n"
        "Written by `python -m benchmarks` (`make bench`); under each table stand its command and when it ran. The "
        "load comes from the same machine. A p99 of fewer than 100 samples is in effect the largest.\n\n"
        f"{_setting()}"
    )


def _setting() -> str:
    """The machine and the versions."""
    versions = [f"Python {platform.python_version()}"]
    for package in PACKAGES:
        try:
            versions.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return (
        f"* machine: {_processor()}, {os.cpu_count()} cores, {_memory_gb():.0f} GB, {platform.system()} "
        f"{platform.release()}\n"
        f"* {', '.join(versions)}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def _memory_gb() -> float:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    except (AttributeError, ValueError):
        return 0.0


if __name__ == "__main__":
    sys.exit(main())
