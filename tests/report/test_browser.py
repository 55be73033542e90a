"""The pages in a browser: nothing is wider than a telephone, and the first screen has the answer."""

import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from releve.report import write, write_plan
from tests.report.small_comparisons import against, fit
from tests.report.small_plan import small_plan
from tests.report.small_summary import small_summary

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium here: the page cannot be looked at")
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
# A window of the browser has a least width; a frame has not. What is wider than the frame is named, unless it stands
# in a box that scrolls by itself. A gate's reasons have a column of their own, or the whole width.
FRAME = """<!doctype html><title></title><iframe src="report.html" width="{width}" height="900" frameborder="0"
></iframe><script>addEventListener("load", () => {{
  const page = document.querySelector("iframe").contentDocument;
  const wide = [...page.querySelectorAll("body *")].filter(
    (each) => !each.closest(".scroll, pre, svg") && each.getBoundingClientRect().right > {width} + 0.5
  );
  const names = wide.map((each) => each.tagName + "." + each.className).join(" ");
  const thin = [...page.querySelectorAll(".gates p")].filter((each) => each.clientWidth < 280).length;
  const cut = [...page.querySelectorAll("svg.chart text")].filter((each) => {{
    const [text, chart] = [each, each.ownerSVGElement].map((box) => box.getBoundingClientRect());
    return text.width && (text.left < chart.left - 0.5 || text.right > chart.right + 0.5);
  }}).length;
  const lost = [...page.querySelectorAll(".stack td")].filter(
    (each) => getComputedStyle(each).overflow === "hidden" && each.scrollWidth > each.clientWidth + 1
  ).length;
  const counts = `${{thin}} thin reasons, ${{cut}} cut labels, ${{lost}} cut cells`;
  document.title = `measured ${{page.documentElement.scrollWidth}} [${{names}}], ${{counts}}`;
}});</script>"""
LONG = "a-name-that-somebody-wrote-without-a-single-space-and-much-too-long-for-a-telephone"


def browse(folder: Path, page: Path, *flags: str) -> str:
    """The browser's standard output for a page."""
    assert BROWSER is not None
    asked = [BROWSER, *FLAGS, f"--user-data-dir={folder / 'profile'}", "--window-size=1400,900", *flags]
    ran = subprocess.run([*asked, page.as_uri()], check=True, capture_output=True, text=True, timeout=120)
    return ran.stdout


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("of_a_plan", [False, True], ids=["report", "plan"])
def test_nothing_is_wider_than_the_window_no_reason_squeezed_no_label_cut(
    tmp_path: Path, of_a_plan: bool, width: int
) -> None:
    summary = small_summary(26, against=against(), fit=fit())
    summary["move"]["client"] = LONG
    summary["queues"][0]["title"] = LONG
    summary["assumed"][0]["source"] = LONG
    for month in summary["months"]:
        for costs in (month["total_cents"], *(each["cost_cents"] for each in month["contracts"])):
            costs |= {name: 40 * cents for name, cents in costs.items()}
    page = tmp_path / "report.html"
    if of_a_plan:
        write_plan(small_plan(changes=[{"what": LONG, "was": LONG, "planned": LONG}]), summary, page)
    else:
        write(summary, page)
    frame = tmp_path / "frame.html"
    frame.write_text(FRAME.format(width=width))
    dom = browse(tmp_path, frame, "--dump-dom", "--allow-file-access-from-files")
    assert f"<title>measured {width} [], 0 thin reasons, 0 cut labels, 0 cut cells</title>" in dom


def test_it_can_be_photographed(tmp_path: Path) -> None:
    page, picture = tmp_path / "report.html", tmp_path / "report.png"
    write(small_summary(), page)
    browse(tmp_path, page, f"--screenshot={picture}")
    head = picture.read_bytes()[:24]
    assert struct.unpack(">II", head[16:24]) == (1400, 900)
