#!/usr/bin/env python3
"""Takes the pictures of the README from a running demonstration, with Chromium and ChromeDriver.

    target/release/raskvej demo &
    python3 tests/screenshots/take.py http://127.0.0.1:8080 docs/screenshots

Needs Debian's chromium and chromium-driver. Standard library only: WebDriver is a few HTTP calls.
"""
import base64
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ADRESSE, UD = sys.argv[1].rstrip("/"), Path(sys.argv[2])
PORT = 9517
FLAG = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--disable-quic", "--hide-scrollbars", "--lang=da"]


def driver(metode, sti, krop=None):
    data = json.dumps(krop or {}).encode() if metode == "POST" else None
    req = urllib.request.Request(f"http://127.0.0.1:{PORT}{sti}", data=data, method=metode,
                                 headers={"Content-Type": "application/json"})
    return json.load(urllib.request.urlopen(req, timeout=60))["value"]


def main():
    UD.mkdir(parents=True, exist_ok=True)
    proces = subprocess.Popen(["chromedriver", f"--port={PORT}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            try:
                if driver("GET", "/status")["ready"]:
                    break
            except OSError:
                time.sleep(0.1)
        with tempfile.TemporaryDirectory() as profil:
            opts = {"args": FLAG + [f"--user-data-dir={profil}"]}
            ny = driver("POST", "/session", {"capabilities": {"alwaysMatch": {"goog:chromeOptions": opts}}})
            s = f"/session/{ny['sessionId']}"

            def gaa(sti):
                driver("POST", f"{s}/url", {"url": ADRESSE + sti})

            def find(css):
                return [list(e.values())[0] for e in driver("POST", f"{s}/elements", {"using": "css selector", "value": css})]

            def log_ind(tekst):
                driver("DELETE", f"{s}/cookie")
                gaa("/log-ind")
                for e in find("button"):
                    if tekst in driver("GET", f"{s}/element/{e}/text"):
                        driver("POST", f"{s}/element/{e}/click")
                        return
                raise SystemExit(f"no button with {tekst!r}")

            def billede(navn, bredde=1200, hoejde=900):
                driver("POST", f"{s}/window/rect", {"width": bredde, "height": hoejde})
                (UD / f"{navn}.png").write_bytes(base64.b64decode(driver("GET", f"{s}/screenshot")))

            log_ind("Lone Ærø")
            billede("arbejdsliste")
            # The second line of the list: a talk that is overdue.
            link = [h for h in (driver("GET", f"{s}/element/{e}/attribute/href") for e in find("main a"))
                    if h and "/forloeb/" in h and "/ny" not in h][1]
            gaa(link.removeprefix(ADRESSE).split("#")[0].split("?")[0])
            billede("forloeb", hoejde=1500)
            log_ind("Jørgen Holm")
            gaa("/hr")
            billede("hr")
            gaa("/demo/post")
            billede("post")
            log_ind("ændre intet")
            billede("revision")
            driver("DELETE", s)
    finally:
        proces.terminate()


main()
