"""The picture of the README: the first screen of a report, as a browser shows it.

    releve rehearse examples/liege-morocco
    python docs/make/picture.py out/report.html docs/pictures/report.png

Needs Chromium, which is no dependency of Releve. The picture is as wide as the page's column and its margins, and as
high as the answer; --height makes it higher: 1500 shows the risk by week too.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
)
WIDTH, HEIGHT = 1200, 840  # px


def take(browser: str, report: Path, picture: Path, height: int) -> None:
    """Photograph the top of a report; the picture is there whole, or not at all."""
    picture.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=picture.parent) as folder:
        beside = Path(folder) / picture.name
        asked = [browser, *FLAGS, f"--user-data-dir={folder}/profile", f"--window-size={WIDTH},{height}"]
        asked += [f"--screenshot={beside}", report.resolve().as_uri()]
        subprocess.run(asked, check=True, capture_output=True, timeout=120)
        beside.replace(picture)


def main() -> None:
    """Read the command line and take the picture."""
    command = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    command.add_argument("report", type=Path, help="the report.html of a rehearsal")
    command.add_argument("picture", type=Path, help="the PNG to write")
    command.add_argument("--height", type=int, default=HEIGHT, help=f"px, {HEIGHT} if not given")
    given = command.parse_args()
    browser = next((there for name in NAMES if (there := shutil.which(name))), None)
    if browser is None:
        sys.exit(f"None of {', '.join(NAMES)} is installed: nothing can take the picture.")
    if not given.report.is_file():
        sys.exit(f"{given.report}: no such file; make it with `releve rehearse examples/liege-morocco`.")
    take(browser, given.report, given.picture, given.height)


if __name__ == "__main__":
    main()
