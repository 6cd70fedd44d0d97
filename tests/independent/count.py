#!/usr/bin/env python3
"""Counts forløb in the two CSV files, independently of Raskvej.

Written from the section "Forløb" of the rules alone, with Python's standard library only, so that
a mistake in the product's code is not repeated here. Usage:

    count.py medarbejdere.csv fravaer.csv --dato 2026-11-20

Prints one JSON object. What it holds to:

- barn_syg never takes part, and is no obstacle to an own illness on the same day.
- Registrations of one employment join while no day lies between them on which the employee would
  have worked: days off are Saturdays, Sundays and public holidays, or what `arbejdsdage` says. A
  row with `raskmeldt` = ja is never bridged. A registration without a last day goes on until further
  notice.
- A run is split where it goes from graviditet to another cause, or back.
- A single part day with nothing after it is no forløb; with whole days after it, F is the first of
  them.
- A forløb is open on the date when its registration has no last day, it began on or before the
  date, and the employee had not left before the date. One who left before the date ends it on
  fratraadt_dato.
- A last day that is written down stands as it is written, also when it lies on or after the date or
  after fratraadt_dato; such rows are listed apart.
- Lines the rules refuse (unknown employee, end before start, wrong date, overlap with an earlier
  line of the file) are left out and listed under "afviste", as an import would do.
"""

import argparse
import csv
import io
import json
import re
import sys
from collections import defaultdict
from datetime import date, timedelta

# No __pycache__ beside the sources.
sys.dont_write_bytecode = True
from facts import Stamdata  # noqa: E402


def laes(sti):
    """The rows of a file as (line number, dict): the encodings and separators of the contract."""
    with open(sti, "rb") as fil:
        raa = fil.read()
    try:
        tekst = raa.decode("utf-8-sig")
    except UnicodeDecodeError:
        tekst = raa.decode("cp1252")
    hoved = tekst.split("\n", 1)[0]
    skilletegn = max(";,\t", key=hoved.count)
    laeser = csv.DictReader(io.StringIO(tekst, newline=""), delimiter=skilletegn)
    return [(laeser.line_num, {k: (v or "").strip() for k, v in r.items() if k}) for r in laeser]


def dato(tekst):
    """dd-mm-yyyy or ISO; an empty field is None."""
    if not tekst:
        return None
    if re.fullmatch(r"\d{2}-\d{2}-\d{4}", tekst):
        return date(int(tekst[6:]), int(tekst[3:5]), int(tekst[:2]))
    return date.fromisoformat(tekst)


def godtag(medarbejdere, fravaer):
    """Registrations by employee, without the lines that an import refuses."""
    efter_person = defaultdict(list)
    afviste = []

    def afvis(linje, raekke, grund):
        afviste.append({"linje": linje, "fravaer_nr": raekke["fravaer_nr"], "grund": grund})

    for linje, r in fravaer:
        nr = r["medarbejder_nr"]
        if nr not in medarbejdere:
            afvis(linje, r, "ukendt medarbejder")
            continue
        try:
            fra, til = dato(r["foerste_fravaersdag"]), dato(r["sidste_fravaersdag"])
        except ValueError:
            afvis(linje, r, "forkert dato")
            continue
        if fra is None:
            afvis(linje, r, "forkert dato")
        elif til and til < fra:
            afvis(linje, r, "slut før start")
        elif any(
            fra <= (x["til"] or date.max) and x["fra"] <= (til or date.max)
            for x in efter_person[nr]
            if (x["aarsag"] == "barn_syg") == (r["aarsag"] == "barn_syg")
        ):
            afvis(linje, r, "overlapper")
        else:
            efter_person[nr].append({
                "nr": r["fravaer_nr"], "aarsag": r["aarsag"], "fra": fra, "til": til,
                "raskmeldt": r.get("raskmeldt") == "ja", "hel": r["omfang_pct"] in ("", "100"),
            })
    return efter_person, afviste


def kun_fridage(person, fra, til):
    """No day after `fra` and before `til` on which the employee would have worked."""
    plan = [dag.strip() for dag in (person.get("arbejdsdage") or "").split(",") if dag.strip()]
    stam = Stamdata({"arbejdsdage": plan})
    return not any(stam.arbejder(fra + timedelta(days=n)) for n in range(1, (til - fra).days))


def forloeb(person, registreringer):
    """Joins the registrations of one employee into (first day, last day or None)."""
    loeb = []
    for r in sorted((r for r in registreringer if r["aarsag"] != "barn_syg"), key=lambda r: r["fra"]):
        foer = loeb[-1][-1] if loeb else None
        naboer = foer and foer["til"] and (r["fra"] - foer["til"]).days == 1
        if foer and foer["til"] and (naboer or not foer["raskmeldt"] and kun_fridage(person, foer["til"], r["fra"])):
            loeb[-1].append(r)
        else:
            loeb.append([r])
    ud = []
    for run in loeb:
        if run[0]["til"] == run[0]["fra"] and not run[0]["hel"] and (len(run) == 1 or run[1]["hel"]):
            run = run[1:]
        foer = None
        for r in run:
            gravid = r["aarsag"] == "graviditet"
            if gravid is foer:
                ud[-1][1] = r["til"]
            else:
                ud.append([r["fra"], r["til"]])
            foer = gravid
    return ud


def taellig(medarbejdere, fravaer, paa):
    """The whole answer."""
    efter_person, afviste = godtag(medarbejdere, fravaer)
    liste, enheder = [], defaultdict(lambda: {"antal": 0, "aabne": 0})
    for nr in sorted(efter_person):
        person = medarbejdere[nr]
        fratraadt = dato(person["fratraadt_dato"])
        for fra, til in forloeb(person, efter_person[nr]):
            if til is None and fratraadt and fratraadt < paa:
                til = max(fratraadt, fra)
            aaben = til is None and fra <= paa
            enheder[person["enhed"]]["antal"] += 1
            enheder[person["enhed"]]["aabne"] += aaben
            liste.append({"medarbejder_nr": nr, "foerste_fravaersdag": fra.isoformat(),
                          "sidste_fravaersdag": til.isoformat() if til else None, "aaben": aaben})

    def udsnit(passer):
        return [{"fravaer_nr": r["nr"], "medarbejder_nr": nr, "aarsag": r["aarsag"],
                 "foerste_fravaersdag": r["fra"].isoformat(),
                 "sidste_fravaersdag": r["til"].isoformat() if r["til"] else None,
                 "fratraadt_dato": medarbejdere[nr]["fratraadt_dato"] or None}
                for nr in sorted(efter_person) for r in efter_person[nr]
                if passer(r, dato(medarbejdere[nr]["fratraadt_dato"]))]

    return {
        "dato": paa.isoformat(),
        "registreringer": len(fravaer),
        "antal": len(liste),
        "aabne": sum(f["aaben"] for f in liste),
        "enheder": dict(sorted(enheder.items())),
        "registreringer_uden_slut": udsnit(lambda r, f: r["til"] is None),
        "uden_slut_og_fratraadt": udsnit(lambda r, f: r["til"] is None and f),
        "rakker_ud_over_fratraadt": udsnit(lambda r, f: f and ((r["til"] or r["fra"]) > f)),
        "slutter_paa_eller_efter_dato": udsnit(lambda r, f: r["til"] and r["til"] >= paa),
        "begynder_efter_dato": udsnit(lambda r, f: r["fra"] > paa),
        "afviste": afviste,
        "forloeb": liste,
    }


def main():
    """Reads the arguments and prints the JSON."""
    arg = argparse.ArgumentParser(description="Counts forløb independently of Raskvej.")
    arg.add_argument("medarbejdere")
    arg.add_argument("fravaer")
    arg.add_argument("--dato", required=True, type=date.fromisoformat, help="YYYY-MM-DD")
    arg.add_argument("--kort", action="store_true", help="leave the lists out")
    valg = arg.parse_args()
    medarbejdere = {r["medarbejder_nr"]: r for _, r in laes(valg.medarbejdere)}
    svar = taellig(medarbejdere, laes(valg.fravaer), valg.dato)
    if valg.kort:
        svar = {k: (len(v) if isinstance(v, list) else v) for k, v in svar.items()}
    sys.stdout.reconfigure(encoding="utf-8")
    print(json.dumps(svar, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
