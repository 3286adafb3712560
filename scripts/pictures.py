"""The pictures of docs/: a sample translated, as a workbook in LibreOffice and as the facing page in Chromium.

scripts/pictures.py          (needs soffice and chromium; extras dev)
"""

from __future__ import annotations

import pathlib
import shutil
import subprocess
import sys
import tempfile

import pypdfium2
from PIL import ImageChops
from playwright.sync_api import sync_playwright

ROOT = pathlib.Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"


def main() -> None:
    """Write docs/workbook.png and docs/page.png."""
    afronte = pathlib.Path(sys.executable).with_name("afronte")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)

        def run(*command: str | pathlib.Path) -> None:
            subprocess.run([str(part) for part in command], check=True, cwd=folder, capture_output=True)

        run(afronte, "translate", ROOT / "corpus" / "samples" / "traghetto.txt", "-o", "out", "--no-memory")
        run(afronte, "review", "workbook", "out/traghetto.tsv", "-o", "traghetto.xlsx")
        run(afronte, "page", "out", "-o", "page.html")
        run("soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf", "traghetto.xlsx")
        sheet = pypdfium2.PdfDocument(folder / "traghetto.pdf")[0].render(scale=1.7).to_pil()
        # Without the paper's margins, and no longer than a screen.
        left, top, right, bottom = ImageChops.invert(sheet.convert("L")).getbbox() or (0, 0, *sheet.size)
        sheet.crop((left, top, right, min(bottom, top + 620))).save(DOCS / "workbook.png", optimize=True)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1100, "height": 760})
            page.goto((folder / "page.html").as_uri())
            page.keyboard.press("n")
            page.screenshot(path=DOCS / "page.png")
            browser.close()


if __name__ == "__main__":
    main()
