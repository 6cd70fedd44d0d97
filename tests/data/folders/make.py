#!/usr/bin/env python3
"""Makes a small data folder of an invented workplace, with everything in it that the programs given can write, and the answers
they give about it. Later programs must open it and say the same: tests/tests/system/written_before.rs.

    make.py OUT PROGRAM [PROGRAM ...]    the programs one after the other, the oldest first; the first writes the beginning

OUT/folder.tar.gz  the data folder after the last program stopped
OUT/expected.jsonl the clock and the tokens; what was asked and what was answered; which texts stand on which page

A folder that is made is kept as it is. When events or sealed texts get a new form, make one more with the program before.
"""

import atexit
import html
import http.client
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

HEAD = ("medarbejder_nr;cpr;navn;email;telefon;stilling;enhed;enhed_navn;leder_nr;tr_nr;amr_nr;ansat_dato;fratraadt_dato;"
        "timer_pr_uge;bopaelskommune;paragraf_56;fleksjob;nyuddannet;rolle")
SMTP = Path(__file__).resolve().parents[2] / "smtp" / "server.py"


# What is sealed, and can be read with the keys of the folder.
TEXTS = [
    "Navnkær Hemmeligsen 1010", "Navnkær Hemmeligsen 1013", "Mødelokale Bøgen, 1. sal", "Dokumentation ved skrivebordet",
    "Løft over 5 kg", "Pause hver time", "Ingen aftenvagter", "Anna kommer mandag og onsdag, æøå.", "Hæve-sænke-bord fra onsdag",
    "Tastefejl, hun er væk fire dage", "Hun er snart tilbage", "Det var en kollega med samme navn",
    "Planen følges, og hun er fuldt tilbage i april", "Godt: to timer mere om ugen fra den 9.",
]
# Was erased.
FORGOTTEN = "Navnkær Hemmeligsen 1012"


def employees(cpr_of_1013="6161801013"):
    rows = [HEAD]
    for nr, leader, role in [(9001, "", "leder"), (1001, 9001, "leder"), *((nr, 1001, "medarbejder") for nr in range(1002, 1018))]:
        cpr = cpr_of_1013 if nr == 1013 else f"616180{nr:04}"
        flags = ("ja" if nr == 1016 else "nej", "nej", "ja" if nr == 1017 else "nej")
        rows.append(f"{nr};{cpr};Navnkær Hemmeligsen {nr};m{nr}@arbejde.example;;Pædagog;E101;Botilbud Solsikken;{leader};1002;1003;"
                    f"01-03-2015;;37;0727;{';'.join(flags)};{role}")
    return "\ufeff" + "\r\n".join(rows) + "\r\n"


class Service:
    """A program on the folder, with a clock that stands still."""

    def __init__(self, program, folder, clock, smtp):
        self.program, self.folder = program, folder
        env = {name: value for name, value in os.environ.items() if not name.startswith("RASKVEJ_")}
        self.env = env | {
            "RASKVEJ_SMTP_URL": smtp, "RASKVEJ_MAIL_FRA": "raskvej@arbejdsplads.example",
            "RASKVEJ_HR_MAIL": "hr@arbejdsplads.example", "RASKVEJ_BASE_URL": "https://raskvej.arbejdsplads.example",
        }
        self.process = subprocess.Popen(
            [program, "serve", "--listen", "127.0.0.1:0", "--data", folder, "--clock", clock],
            env=self.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        atexit.register(self.process.kill)
        self.address = self.process.stdout.readline().split("lytter på ")[1].strip().rstrip("/")
        while self.send("GET", "/readyz", None)[0] != 200:
            pass

    def order(self, *words, ok=0):
        done = subprocess.run([self.program, *words, "--data", self.folder], env=self.env, capture_output=True, text=True)
        assert done.returncode == ok, (words, done.stdout, done.stderr)
        return done.stdout.strip()

    def send(self, method, path, token, body=None, kind="application/json", key=None):
        headers = {"Content-Type": kind} | ({"Authorization": f"Bearer {token}"} if token else {}) | ({"Idempotency-Key": key} if key else {})
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.address + path, data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def post(self, token, path, body, key=None, kind="application/json"):
        status, answer = self.send("POST", "/api/v1" + path, token, body, kind, key)
        assert status in (200, 201, 202, 204), (path, body, status, answer)
        return json.loads(answer) if answer else None

    def log_in(self, token):
        connection = http.client.HTTPConnection(self.address.removeprefix("http://"))
        connection.request("POST", "/log-ind", urllib.parse.urlencode({"token": token, "videre": "/"}),
                           {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.address, "Sec-Fetch-Site": "same-origin"})
        answer = connection.getresponse()
        assert answer.status == 303, (answer.status, answer.read())
        return answer.getheader("Set-Cookie").split(";")[0]

    def page(self, cookie, path):
        request = urllib.request.Request(self.address + path, headers={"Cookie": cookie})
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as error:
            return f"{error.code}"

    def stop(self):
        self.process.terminate()
        assert self.process.wait(60) == 0


def beginning(s, t):
    """What every program can write."""
    ids = {}
    for nr, first in [("1010", "2026-01-05"), ("1011", "2026-01-05"), ("1012", "2026-01-05"), ("1013", "2026-01-02")]:
        ids[nr] = s.post(t["hr"], "/forloeb", {"medarbejder_nr": nr, "foerste_fravaersdag": first}, key=f"ny-{nr}")["id"]
    contact = {"dato": "2026-01-05", "form": "telefon", "kontaktperson_rolle": "tr", "taget_af": "arbejdsplads", "arbejdsrelateret": False}
    s.post(t["hr"], f"/forloeb/{ids['1010']}/foerste-kontakt", contact)
    s.post(t["drift"], "/clock", {"til": "2026-01-14T12:00:00+01:00"})
    s.post(t["hr"], f"/forloeb/{ids['1010']}/samtale-indkaldelse", {
        "tidspunkt": "2026-01-28T10:00:00+01:00", "sted": "Mødelokale Bøgen, 1. sal", "deltagere": ["1010", "1002"]})
    # What was planned for somebody who is back is withheld.
    s.post(t["hr"], f"/forloeb/{ids['1011']}/raskmelding", {"sidste_fravaersdag": "2026-01-14"})
    s.post(t["drift"], "/clock", {"til": "2026-01-21T12:00:00+01:00"})
    return ids


def everything(s, t, ids):
    """Every command there is, and what the terminal writes."""
    f = {nr: f"/forloeb/{ident}" for nr, ident in ids.items()}
    hr = t["hr"]
    s.post(hr, f"{f['1012']}/raskmelding", {"sidste_fravaersdag": "2026-01-20"})
    s.post(hr, f"{f['1010']}/kontaktperson", {"kontaktperson_nr": "1002"})
    s.post(hr, f"{f['1010']}/tildeling", {"til": "1004"})
    plan = {
        "koordinator": "1002",
        "trin": [{"fra": "2026-02-02", "til": "2026-02-13", "timer_pr_uge": 12, "dage": ["man", "ons"],
                  "opgaver_ind": ["Dokumentation ved skrivebordet"], "opgaver_ud": ["Løft over 5 kg"], "hensyn": ["Pause hver time"],
                  "principper": ["sikkerhed"]}],
        "sundhedsvaesen": "givet",
        "besked_til_kolleger": {"tekst": "Anna kommer mandag og onsdag, æøå.", "godkendt_af_medarbejder": True},
        "evalueringer": ["2026-02-13"], "stoette": ["hjaelpemidler"],
        "tiltag": [{"tekst": "Hæve-sænke-bord fra onsdag", "princip": "tilpasning"}],
    }
    s.post(hr, f"{f['1010']}/tta-plan", plan)
    plan["trin"][0]["hensyn"] = ["Pause hver time", "Ingen aftenvagter"]
    s.post(hr, f"{f['1010']}/tta-plan", plan)
    s.post(t["drift"], "/clock", {"til": "2026-01-29T12:00:00+01:00"})
    s.post(hr, f"{f['1010']}/samtale", {"dato": "2026-01-28", "udfald": "holdt", "delvis_mulig": "ja", "forventet_varighed": "over_8_uger"})
    s.post(hr, f"{f['1010']}/delvis", {"fra": "2026-01-29", "omfang_pct": 60})
    s.post(hr, f"{f['1010']}/rettelse", {"felt": "omfang_pct", "ny_vaerdi": 80, "begrundelse": "Tastefejl, hun er væk fire dage"})
    s.post(hr, f"{f['1013']}/fast-track", {"beslutning": "fravalgt", "af": "arbejdsgiver", "dato": "2026-01-29", "begrundelse": "Hun er snart tilbage"})
    s.post(hr, f"{f['1013']}/lederskifte", {"leder_nr": "9001", "fra": "2026-01-29"})
    s.post(hr, "/stedfortraeder", {"leder_nr": "1001", "stedfortraeder_nr": "1004", "fra": "2026-02-02", "til": "2026-02-06"})
    injury = s.post(hr, "/forloeb", {"medarbejder_nr": "1014", "foerste_fravaersdag": "2026-01-28", "aarsag": "arbejdsskade"})["id"]
    s.post(hr, f"/forloeb/{injury}/arbejdsskade", {"dato": "2026-01-29", "sagsnummer": "A-2026-17"})
    wrong = s.post(hr, "/forloeb", {"medarbejder_nr": "1015", "foerste_fravaersdag": "2026-01-28"})["id"]
    s.post(hr, f"/forloeb/{wrong}/annullering", {"begrundelse": "Det var en kollega med samme navn"})
    left = s.post(hr, "/forloeb", {"medarbejder_nr": "1017", "foerste_fravaersdag": "2026-01-26"})["id"]
    # A command that asks for what already is leaves its key behind.
    s.post(hr, f"{f['1010']}/kontaktperson", {"kontaktperson_nr": "1002"}, key="uden-virkning")
    s.post(t["drift"], "/clock", {"til": "2026-02-06T12:00:00+01:00"})
    for step in ("klar", "underskrevet"):
        s.post(hr, f"{f['1010']}/anmeldelse", {"trin": step, "dato": "2026-02-06", "kommune": "0727"})
    s.post(hr, f"{f['1010']}/anmeldelse", {"trin": "kvitteret", "dato": "2026-02-06", "kommune": "0727", "kvittering": "NR-1"})
    s.post(hr, f"{f['1010']}/refusionsanmodning", {"fra": "2026-02-04", "til": "2026-02-06", "beloeb": 2345.5})
    s.post(hr, f"/forloeb/{left}/afslutning", {"aarsag": "fratraadt", "dato": "2026-02-06"})
    s.post(hr, "/import/fravaer", "fravaer_nr;medarbejder_nr;aarsag;foerste_fravaersdag;sidste_fravaersdag;omfang_pct;registreret\r\n"
           "77;1016;sygdom;02-02-2026;04-02-2026;100;05-02-2026\r\n", kind="text/csv")
    policy = Path(tempfile.mkdtemp()) / "rules"
    s.order_plain("regler", "--skriv", str(policy))
    text = (policy / "kontaktmodel-1-5-14.toml").read_text()
    s.post(hr, "/politik", {"fra": "2026-03-01", "politik": text})
    s.post(t["drift"], "/clock", {"til": "2026-03-04T12:00:00+01:00"})
    s.post(hr, f"{f['1010']}/otte-uger", {"dato": "2026-03-02", "udfald": "ikke_noedvendig", "begrundelse": "Planen følges, og hun er fuldt tilbage i april"})
    s.post(hr, f"{f['1010']}/tta-evaluering", {"dato": "2026-03-02", "konklusion": "Godt: to timer mere om ugen fra den 9."})
    note = s.post(hr, f"{f['1013']}/otte-uger", {"dato": "2026-03-03", "udfald": "holdt", "deltagere": ["1002", "1013"]})
    assert note
    # Payroll corrects a personnummer: what was written before stays under the earlier key.
    s.post(hr, "/import/medarbejdere", employees("6261801013"), kind="text/csv")
    # Somebody is forgotten.
    s.order("erase", "--medarbejder", "1012", "--aarsag", "Fratrådt for længe siden, opdigtet")
    return {"1014": injury, "1015": wrong, "1017": left}


def main():
    out, programs = Path(sys.argv[1]), sys.argv[2:]
    out.mkdir(parents=True)
    work = Path(tempfile.mkdtemp())
    folder = work / "data"
    smtp = subprocess.Popen(["/usr/bin/python3", SMTP, work / "post", "0"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    (work / "post").mkdir(exist_ok=True)
    url = f"smtp://127.0.0.1:{smtp.stdout.readline().strip()}"
    first = Service(programs[0], folder, "2026-01-05T09:00:00+01:00", url)
    first.order_plain = lambda *words: None
    tokens = {role: first.order("token", "create", "--rolle", role, "--navn", "folder") for role in ("hr", "revisor", "drift")}
    first.post(tokens["hr"], "/import/medarbejdere", employees(), kind="text/csv")
    for role, nr in [("leder", "1001"), ("medarbejder", "1010"), ("kontaktperson", "1002")]:
        tokens[role] = first.order("token", "create", "--rolle", role, "--medarbejder", nr)
    ids = beginning(first, tokens)
    first.stop()
    clock = "2026-01-21T12:00:00+01:00"
    for program in programs[1:-1]:
        middle = Service(program, folder, clock, url)
        middle.stop()
    last = Service(programs[-1], folder, clock, url)
    last.order_plain = lambda *words: subprocess.run([programs[-1], *words], check=True, stdout=subprocess.DEVNULL)
    ids |= everything(last, tokens, ids)
    clock = "2026-03-04T12:00:00+01:00"
    asked, shown = [], []
    cases = [f"/forloeb/{ident}" for ident in ids.values()]
    parts = ("", "/frister", "/historik", "/paamindelser", "/refusion", "/signaler")
    lists = ["/forloeb?limit=500", "/overblik", "/politik", "/paamindelser/fejlede", "/stedfortraeder?leder_nr=1001"]
    first_case = cases[0]
    for role, paths in {
        "hr": [*lists, *(case + part for case in cases for part in parts), f"{first_case}/historik?kendt=2026-01-15", f"{first_case}/tta-plan/1"],
        "leder": [*lists[:2], first_case, f"{first_case}/tta-plan/2"],
        "medarbejder": [lists[0], first_case, f"{first_case}/tta-plan/2", cases[1]],
        "kontaktperson": [lists[0], first_case],
        "revisor": ["/revision/hoved", "/revision/haendelser?fra=1&antal=10000"],
    }.items():
        for path in paths:
            status, answer = last.send("GET", "/api/v1" + path, tokens[role])
            answer = [json.loads(line) for line in answer.splitlines()] if "/haendelser" in path else json.loads(answer)
            asked.append({"role": role, "path": "/api/v1" + path, "status": status, "answer": answer})
    for role, pages in {
        "hr": ["/", "/hr", "/hr/regler", "/hr/breve", *cases, f"{first_case}/plan", f"{first_case}/plan/1"],
        "leder": ["/", first_case, f"{first_case}/plan"],
        "medarbejder": ["/mig"],
        "revisor": [f"/revision{case}" for case in cases],
    }.items():
        cookie = last.log_in(tokens[role])
        for page in pages:
            text = html.unescape(last.page(cookie, page))
            assert FORGOTTEN not in text, page
            shown.append({"role": role, "page": page, "texts": [known for known in TEXTS if known in text]})
    missing = set(TEXTS) - {text for page in shown for text in page["texts"]}
    assert not missing, f"on no page: {missing}"
    last.stop()
    smtp.stdin.close()
    smtp.wait()
    with tarfile.open(out / "folder.tar.gz", "w:gz") as tar:
        tar.add(folder, arcname=".", filter=lambda info: None if info.name.split("/")[-1] in ("raskvej.sock", "laas", "sessioner") else nobodys(info))
    rows = [json.dumps(row, ensure_ascii=False) for row in [{"clock": clock, "tokens": tokens, "known": TEXTS, "forgotten": FORGOTTEN}, *asked, *shown]]
    (out / "expected.jsonl").write_text("\n".join(rows) + "\n")


def nobodys(info):
    """Without the name of whoever made it."""
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    return info


if __name__ == "__main__":
    main()
