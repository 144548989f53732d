"""A headless Chromium: one for a module's tests, which see what a page logs, fetches, and how soon it paints."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from tests.install_engines import AXE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-device-scale-factor=1",
    "--window-size=1280,860",
)


class Browser:
    """What tests ask of a browser."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    def open(self, page: Path, address: str = "") -> None:
        """Load a page from disk, afresh."""
        self.driver.get("about:blank")
        self.log()
        self.driver.get_log("performance")
        self.driver.get(f"{page.as_uri()}#/{address}")

    def go(self, address: str) -> None:
        """Follow an address within the page."""
        self.run("location.hash = arguments[0]", f"#/{address}")
        self.settle()

    def run(self, script: str, *arguments: Any) -> Any:
        """Run a script in the page."""
        return self.driver.execute_script(script, *arguments)

    def settle(self) -> None:
        """Wait until what was asked for is drawn: no search is due, and the page shows its address."""
        self.driver.execute_async_script("""
            const done = arguments[0];
            const look = () => {
              if (waiting === 0 && drawn === location.hash) requestAnimationFrame(() => requestAnimationFrame(done));
              else setTimeout(look, 10);
            };
            look();
        """)

    def texts(self, selector: str) -> list[str]:
        """The text of every element that a selector names."""
        found: list[str] = self.run(
            "return [...document.querySelectorAll(arguments[0])].map((one) => one.textContent)", selector
        )
        return found

    def keys(self, *names: str) -> None:
        """Press keys where the focus is."""
        from selenium.webdriver import ActionChains  # noqa: PLC0415 - a session's own

        ActionChains(self.driver).send_keys(*names).perform()
        self.settle()

    def scheme(self, name: str) -> None:
        """Prefer light or dark."""
        features = [{"name": "prefers-color-scheme", "value": name}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def size(self, width: int, height: int = 860) -> None:
        """Be a screen of that size."""
        screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)

    def log(self) -> list[str]:
        """What the page wrote to the console since it was asked last."""
        return [str(entry["message"]) for entry in self.driver.get_log("browser")]

    def requests(self) -> list[str]:
        """Every address that the page asked for since it was opened."""
        messages = (json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance"))
        sent = (one["params"] for one in messages if one["method"] == "Network.requestWillBeSent")
        return [str(one["request"]["url"]).partition("#")[0] for one in sent]

    def violations(self) -> list[str]:
        """What axe finds against WCAG 2.2 AA and its own best practices, each with the first element it is about."""
        self.driver.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
        if not self.run("return typeof axe === 'object'"):
            self.run(AXE.read_text(encoding="utf-8"))
        found = self.driver.execute_async_script(
            "axe.run(document, {resultTypes: ['violations']}).then(arguments[0], (why) => arguments[0]({violations: "
            "[{id: String(why), nodes: [{html: ''}]}]}))"
        )
        return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found["violations"]]

    def first_paint(self) -> float:
        """Milliseconds from the start of loading to the first painted content."""
        return float(self.run("return performance.getEntriesByName('first-contentful-paint')[0]?.startTime || 0"))


def start(folder: Path) -> Iterator[Browser]:
    """A browser with a fresh profile, or a reason to skip."""
    program, driver_program = shutil.which("chromium"), shutil.which("chromedriver")
    if program is None or driver_program is None:
        pytest.skip("chromium and chromedriver are not installed (Debian: apt-get install chromium chromium-driver)")
    if not AXE.exists():
        pytest.skip(f"{AXE} is missing; `make engines` brings it")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for argument in (*ARGUMENTS, f"--user-data-dir={folder}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(driver_program))
    driver.set_script_timeout(120)
    try:
        yield Browser(driver)
    finally:
        driver.quit()
