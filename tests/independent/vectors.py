#!/usr/bin/env python3
"""Computes the expected part of the test vectors in docs/vectors, by other code than Raskvej's.

Written from the text of the rules, with Python's standard library only, so that a mistake in the
product's code is not repeated here. Its author knew the product's code; where the rules leave a
choice, it takes the product's reading, and docs/vectors/README.md lists those places. That page
also says what the fields mean.

    vectors.py --kontroller [FOLDER]    every expected part agrees, or exit 1 and where it does not
    vectors.py --skriv                  fills the expected parts in; values under `givet` are never touched
"""

import json
import sys
from datetime import date
from fractions import Fraction
from pathlib import Path

# No __pycache__ beside the sources.
sys.dont_write_bytecode = True
from law import (  # noqa: E402
    FORBLIVER, PAAMINDELSER, PENGE, SATSER, SIDSTE_CHANCE, SIGNALER, arbejdsdag, arbejdsdage, maaneder, plus, wd,
)
from values import forskelle, med_datoer, som_json  # noqa: E402

MAPPE = Path(__file__).resolve().parents[2] / "docs" / "vectors"
# The employee every vector is about.
SELV = "10010"


class Registrering:
    def __init__(self, h):
        self.foerste = h["foerste_fravaersdag"]
        self.sidste = h.get("sidste_fravaersdag")
        self.aarsag = h.get("aarsag", "sygdom")
        self.omfang_pct = h.get("omfang_pct", 100)
        self.annulleret, self.slut = False, None


def loeb_af(registreringer):
    """Maximal runs: the next one starts at the latest the day after the previous one ended."""
    alle = []
    for r in sorted((r for r in registreringer if r.aarsag != "barn_syg"), key=lambda r: r.foerste):
        forrige = alle[-1][-1] if alle else None
        if forrige and (forrige.sidste is None or r.foerste <= plus(forrige.sidste, 1)):
            alle[-1].append(r)
        else:
            alle.append([r])
    return alle


class Sag:
    """Everything known on a day; facts hang on the registration they were told about."""

    def __init__(self, vektor, kendt):
        self.stam = dict(vektor["medarbejder"])
        self.reg, self.fakta = [], []
        self.ledere = [(date.min, self.stam.get("leder_nr"))]
        nummer = {id(h): n for n, h in enumerate(vektor["haendelser"], 1)}
        gaelder = [h for h in vektor["haendelser"] if kendt(h["dag"]) and "afvises" not in h]
        ude = {h["haendelse"] for h in gaelder if h["type"] == "annullering" and "haendelse" in h}
        for h in gaelder:
            if nummer[id(h)] not in ude:
                self.anvend(h)

    def forloeb(self):
        return loeb_af([r for r in self.reg if not r.annulleret])

    def anvend(self, h):
        if h["type"] == "sygemelding":
            self.reg.append(Registrering(h))
            self.fakta.append((self.reg[-1], h))
            return
        if h["type"] == "stamdata":
            self.stam.update({k: v for k, v in h.items() if k not in ("dag", "type")})
            if self.stam.get("leder_nr") != self.ledere[-1][1]:
                self.ledere.append((h["dag"], self.stam.get("leder_nr")))
            return
        nyeste = self.forloeb()[-1]
        if h["type"] == "raskmelding":
            nyeste[-1].sidste = h["sidste_fravaersdag"]
        elif h["type"] == "afslutning":
            nyeste[-1].sidste = h["dato"]
        elif h["type"] == "rettelse" and h["felt"] != "forventet_varighed":
            feltnavn = {"foerste_fravaersdag": "foerste", "sidste_fravaersdag": "sidste"}.get(h["felt"], h["felt"])
            setattr(nyeste[-1 if feltnavn in ("sidste", "omfang_pct") else 0], feltnavn, h["ny_vaerdi"])
        elif h["type"] == "annullering" and "haendelse" not in h:
            for r in nyeste:
                r.annulleret = True
        self.fakta.append((nyeste[0], h))


class Forloeb:
    """One run, as it stands on a day."""

    def __init__(self, sag, loeb, dag):
        self.stam, self.dag, self.loeb, self.ledere = sag.stam, dag, loeb, sag.ledere
        self.foerste, self.aarsag = loeb[0].foerste, loeb[0].aarsag
        self.fakta = [h for r, h in sag.fakta if any(r is x for x in loeb)]
        self.kendt = min(h["dag"] for h in self.fakta)
        self.annulleret = loeb[0].annulleret
        self.sidste = loeb[-1].sidste
        fratraadt = self.stam.get("fratraadt")
        if fratraadt and fratraadt < dag and (self.sidste is None or self.sidste > fratraadt):
            self.sidste = max(fratraadt, self.foerste)
        self.slut = self.annulleret or (self.sidste is not None and self.sidste <= dag)

    def af(self, *typer):
        return [h for h in self.fakta if h["type"] in typer]

    def leder_paa(self, dag):
        """Who leads on a day: payroll's from the day it told, another one from the day that was decided."""
        alle = self.ledere + [(h["fra"], h["leder_nr"]) for h in self.af("lederskifte")]
        return [nr for fra, nr in sorted(alle, key=lambda l: l[0]) if fra <= dag][-1]

    def hvem(self, rolle, dag):
        """Employee number of a role on a day; None is HR's shared mailbox."""
        if rolle == "kontaktperson":
            valg = [h.get("kontaktperson_nr") for h in self.af("kontaktperson")][-1:]
            mulige = [nr for nr in (*valg, self.stam["tr_nr"], self.stam["amr_nr"]) if nr and nr != SELV]
            return mulige[0] if mulige else self.leder_paa(dag)
        if rolle in ("leder", "leders_leder"):
            return self.leder_paa(dag)
        if rolle == "koordinator":
            return self.af("tta_plan")[-1].get("koordinator", "10004")
        return SELV if rolle == "medarbejder" else None

    def foerstedagsret(self):
        ansat_dage = (self.foerste - self.stam["ansat"]).days
        return self.aarsag == "graviditet" or self.stam["paragraf_56"] or self.stam["fleksjob"] or ansat_dage < 56

    def kort(self):
        return self.sidste is not None and (self.sidste - self.foerste).days + 1 <= 30

    def anmeldt(self):
        svar = [h for h in self.af("anmeldelse") if h["trin"] in ("kvitteret", "afvist")]
        return svar[-1]["dato"] if svar and svar[-1]["trin"] == "kvitteret" else None

    def anmeldelsesdage(self):
        """Target and last day."""
        if self.kort() and self.foerstedagsret() and self.aarsag != "graviditet":
            lovdag = maaneder(self.foerste, 3)
            return wd(plus(lovdag, -1)), lovdag
        return wd(plus(self.foerste, 34)), plus(self.foerste, 35)

    def varighed(self, dag):
        kendt = "ukendt"
        for h in self.fakta:
            ny = h["ny_vaerdi"] if h.get("felt") == "forventet_varighed" else h.get("forventet_varighed")
            if ny and h["dag"] <= dag:
                kendt = ny
        return kendt

    def omfang(self, dag):
        dele = [(r.foerste, r.omfang_pct) for r in self.loeb] + [(h["fra"], h["omfang_pct"]) for h in self.af("delvis")]
        return [pct for fra, pct in sorted(dele, key=lambda d: d[0]) if fra <= dag][-1]

    # --- Refusion -----------------------------------------------------------------------------

    def kroner(self, fra, til):
        timer = min(Fraction(1), Fraction(str(self.stam["timer_pr_uge"])) / 37)
        alt = Fraction(0)
        for n in range((til - fra).days + 1):
            dag = plus(fra, n)
            if dag.weekday() < 5:
                alt += Fraction(SATSER[min(dag.year, max(SATSER))], 5) * timer * Fraction(self.omfang(dag), 100)
        return int(alt + Fraction(1, 2))

    def refusion(self):
        foerste = self.foerste if self.foerstedagsret() else plus(self.foerste, 30)
        lovdag, anmeldt = self.anmeldelsesdage()[1], self.anmeldt()
        gives = not self.annulleret and (self.foerstedagsret() or not self.kort())
        mistet, fra = None, foerste
        if gives and (anmeldt or self.dag) > lovdag:
            til = plus(anmeldt or self.dag, -1)
            til = min(til, self.sidste) if self.slut else til
            mistet = (foerste, til) if foerste <= til else None
            if anmeldt and mistet:
                fra = plus(mistet[1], 1)
        aeldste = self.aeldste(fra) if gives else None
        if aeldste and self.slut and aeldste > self.sidste:
            aeldste = None
        venter = gives and not anmeldt
        return {
            "gives": gives,
            "sidste_arbejdsgiverdag": None if self.foerstedagsret() else plus(foerste, -1),
            "foerste_refusionsdag": foerste,
            "anmeldt": anmeldt,
            "tab_begynder": plus(lovdag, 1) if venter else None,
            "mistet": list(mistet) if mistet else None,
            "mistet_kr": self.kroner(*mistet) if mistet else None,
            "aeldste_udaekkede": aeldste,
        }

    def risiko(self):
        """What a receipt that does not come costs: at once on the day after the last one, and for a working day."""
        refusion, lovdag = self.refusion(), self.anmeldelsesdage()[1]
        venter = refusion["gives"] and not refusion["anmeldt"]
        fra, til = refusion["foerste_refusionsdag"], min(lovdag, self.sidste or lovdag)
        forbi = self.dag > lovdag and self.slut and self.sidste < self.dag
        hverdag = next(d for d in (plus(self.dag, -n) for n in range(7)) if d.weekday() < 5)
        anmodet = [h for h in self.af("fast_track") if h["beslutning"] == "anmodet"]
        return {
            "intern": wd(plus(self.foerste, 27)),
            "i_fare_kr": self.kroner(fra, til) if venter and self.dag <= lovdag and fra <= til else None,
            "kr_pr_dag": self.kroner(hverdag, hverdag) if venter and not forbi else None,
            "kommunens_samtale": plus(anmodet[-1]["dato"], 14) if anmodet else None,
        }

    def aeldste(self, dag):
        """The first day no claim covers; a day more than three months back when a claim was made is lost."""
        for krav in sorted(self.af("refusionsanmodning"), key=lambda k: k["fra"]):
            while dag < krav["fra"] and maaneder(dag, 3) < krav["dag"]:
                dag = plus(dag, 1)
            if dag < krav["fra"]:
                return dag
            dag = max(dag, plus(krav["til"], 1))
        return dag

    def endeligt_tabt(self):
        """Over, and no day left that can still be saved."""
        refusion, lovdag = self.refusion(), self.anmeldelsesdage()[1]
        if not (self.slut and self.sidste < self.dag and refusion["gives"]):
            return False
        return self.dag > lovdag if refusion["anmeldt"] is None else maaneder(self.sidste, 3) < self.dag

    # --- Milestones ---------------------------------------------------------------------------

    def frister(self):
        f, refusion = self.foerste, self.refusion()
        r = refusion["aeldste_udaekkede"] or refusion["foerste_refusionsdag"]
        maal, lov = self.anmeldelsesdage()
        alle = {
            "foerste_kontakt": self.frist("foerste_kontakt", f, wd(plus(f, 13)), plus(f, 13)),
            "samtale": self.frist("samtale", f, wd(plus(f, 27)), plus(f, 28)),
            "anmeldelse": self.frist("anmeldelse", plus(f, 22), maal, lov),
            "fast_track": self.frist("fast_track", f, wd(plus(f, 34)), plus(f, 34)),
            "otte_uger": self.frist("otte_uger", plus(f, 42), wd(plus(f, 55)), plus(f, 55)),
            "refusionsanmodning": self.frist(
                "refusionsanmodning",
                max(plus(r, 1), refusion["anmeldt"] or plus(r, 1)),
                wd(plus(maaneder(r, 3), -1)),
                maaneder(r, 3),
            ),
        }
        if self.aarsag == "arbejdsskade":
            alle["easy"] = self.frist("easy", f, wd(plus(f, 13)), plus(f, 14))
        plan = self.af("tta_plan")
        if plan:
            datoer = sorted(plan[-1]["evalueringer"])
            taget = self.evalueret(datoer)
            naeste = datoer[min(taget, len(datoer) - 1)]
            alle["tta_evaluering"] = self.frist("tta_evaluering", min(plan[-1]["dag"], naeste), naeste, naeste)
        return alle

    def frist(self, art, aabner, maaldag, lovdag):
        status = self.loest(art) or self.bortfald(art, maaldag, lovdag) or self.af_datoer(art, aabner, maaldag, lovdag)
        return {"aabner": aabner, "maaldag": maaldag, "lovdag": lovdag, "status": status}

    def loest(self, art):
        if art == "foerste_kontakt":
            return "opfyldt" if self.af("foerste_kontakt") else None
        if art == "samtale":
            udfald = {h["udfald"] for h in self.af("samtale")}
            fratraadt = self.stam.get("fratraadt")
            if fratraadt and fratraadt > plus(self.foerste, 56):
                udfald.discard("undtaget_opsagt")
            if udfald & {"holdt", "holdt_telefon", "deltog_ikke"}:
                return "opfyldt"
            return "undtaget" if udfald else None
        if art == "anmeldelse":
            return "opfyldt" if self.anmeldt() else None
        if art == "fast_track":
            if self.af("fast_track"):
                return "opfyldt"
            kort = self.varighed(min(self.dag, plus(self.foerste, 34))) == "under_8_uger"
            return "undtaget" if kort else None
        if art == "otte_uger":
            udfald = [h["udfald"] for h in self.af("otte_uger")]
            return {"holdt": "opfyldt", "ikke_noedvendig": "undtaget"}[udfald[-1]] if udfald else None
        if art == "refusionsanmodning":
            dyrt = self.af("refusionsanmodning") and self.refusion()["aeldste_udaekkede"] is None
            return "opfyldt" if dyrt else None
        if art == "easy":
            return "opfyldt" if self.af("arbejdsskade") else None
        datoer = sorted(self.af("tta_plan")[-1]["evalueringer"])
        return "opfyldt" if self.evalueret(datoer) == len(datoer) else None

    def evalueret(self, datoer):
        """How many of the newest plan's dates are done. An evaluation does every date up to its day; held early, after
        the plan was made, it does the next one."""
        plan, udfoert = self.af("tta_plan")[-1], set()
        lagt = [h is plan for h in self.fakta].index(True)
        for n, h in enumerate(self.fakta):
            if h["type"] != "tta_evaluering":
                continue
            forbi = [d for d in datoer if d <= h["dato"]]
            tidligt = n > lagt and set(forbi) <= udfoert and not any(d >= h["dato"] for d in udfoert)
            rest = [d for d in datoer if d not in udfoert]
            udfoert.update(forbi, rest[:1] if tidligt else [])
        return len(udfoert)

    def bortfald(self, art, maaldag, lovdag):
        """After the end, and for money when there is nothing (left) to get."""
        if self.annulleret:
            return "bortfaldet"
        refusion = self.refusion()
        if art == "anmeldelse":
            return None if refusion["gives"] else "bortfaldet"
        if art == "refusionsanmodning":
            return "bortfaldet" if self.slut and refusion["aeldste_udaekkede"] is None else None
        if art == "easy":
            # Over, and too late, before it was known at all.
            historie = self.slut and self.sidste < self.kendt and lovdag < self.kendt
            return "bortfaldet" if historie else None
        # Fast track can be asked for through its last day; the others are due on their target.
        forfald = lovdag if art == "fast_track" else maaldag
        return "bortfaldet" if self.slut and self.sidste < forfald else None

    def af_datoer(self, art, aabner, maaldag, lovdag):
        if self.dag < aabner or (art == "refusionsanmodning" and not self.anmeldt()):
            return "kommende"
        if art in PENGE + ("fast_track",) and self.dag > lovdag:
            return "tabt"
        if self.dag > maaldag:
            return "overskredet"
        return "forfalder" if self.dag >= arbejdsdage(maaldag, -5) else "aaben"

    # --- Reminders ----------------------------------------------------------------------------

    def forfaldne(self):
        """(day, frist, step, role, generation, who) of every step whose day has come, in the order of the table."""
        frister, endeligt_tabt, anmeldt = self.frister(), self.endeligt_tabt(), self.anmeldt()
        for frist, trin, fra, hvordan, antal, til in PAAMINDELSER:
            stand = frister.get(frist)
            if stand is None or stand["status"] in ("opfyldt", "undtaget", "bortfaldet"):
                continue
            if frist == "refusionsanmodning" and not anmeldt:
                continue
            if frist not in FORBLIVER and (self.slut or stand["status"] == "tabt"):
                continue
            if hvordan == "wd+":
                dage = [wd(stand[fra], 1)]
            elif hvordan == "kal":
                dage = [wd(plus(stand[fra], antal))]
            else:
                dage = [arbejdsdage(stand[fra], antal)]
            while hvordan == "gentag" and not endeligt_tabt and dage[-1] < self.dag:
                dage.append(arbejdsdage(dage[-1], 5))
            for dag in dage:
                # Known to be back at work by then: nobody is reminded. Money, and EASY, go on.
                if dag <= self.dag and (frist in FORBLIVER or self.sidste is None or dag <= self.sidste):
                    for rolle in til:
                        navn = f"{trin}-{dag}" if hvordan == "gentag" else trin
                        yield dag, frist, navn, rolle, stand["lovdag"], self.hvem(rolle, dag)


def sendte(vektor, til):
    """What leaves after `paa` through `til`, when reminders left every working morning from the start.

    A morning comes before the events of its day. Of two steps of one frist to one role that are due together the
    later one is still true, and says both."""
    linjer, afgjort = [], set()
    dag = vektor["haendelser"][0]["dag"]
    while dag < til:
        dag = plus(dag, 1)
        if not arbejdsdag(dag):
            continue
        sag = Sag(vektor, lambda kendt, dag=dag: kendt < dag)
        for loeb in sag.forloeb():
            forfalden = {}
            forfaldne = sorted(Forloeb(sag, loeb, dag).forfaldne(), key=lambda p: p[0])
            for plan in forfaldne:
                noegle = (loeb[0].foerste if len(sag.forloeb()) > 1 else None, *plan[1:])
                if noegle not in afgjort:
                    afgjort.add(noegle)
                    forfalden[plan[1], plan[3]] = plan
            if dag > vektor["paa"]:
                ogsaa = vektor.get("ogsaa", ())
                for p in forfalden.values():
                    nr = [p[5]] if "nr" in ogsaa else []
                    chance = ["sidste_chance"] if "sidste_chance" in ogsaa and p[1:3] in SIDSTE_CHANCE else []
                    linjer.append([dag.isoformat(), *p[1:4], *nr, *chance])
    return sorted(linjer, key=lambda l: l[:4])


def signaler(sag, dag):
    """Policy: [name, count, first days] of each signal. A period is counted where it began."""
    svar = []
    for navn, hvad, graense, antal_maaneder, kun_nyuddannet in SIGNALER:
        fra = plus(maaneder(dag, -antal_maaneder), 1)
        perioder = [Forloeb(sag, l, dag) for l in sag.forloeb() if l[0].aarsag in ("sygdom", "arbejdsskade")]
        perioder = [f for f in perioder if fra <= f.foerste <= dag]
        dage = sum((min(f.sidste or dag, dag) - f.foerste).days + 1 for f in perioder)
        antal = dage if hvad == "dage" else len(perioder)
        if antal >= graense and (sag.stam["nyuddannet"] or not kun_nyuddannet):
            svar.append([navn, antal, [f.foerste for f in perioder]])
    return svar


def tilbagefald(loeb):
    """First day of the forløb before, when the last one began within 28 days of its end."""
    foer, nu = (loeb[-2][-1].sidste, loeb[-1][0].foerste) if len(loeb) > 1 else (None, None)
    return loeb[-2][0].foerste if foer and nu <= plus(foer, 28) else None


def forvent(vektor):
    dag = vektor["paa"]
    sag = Sag(vektor, lambda kendt: kendt <= dag)
    loeb = sag.forloeb()
    svar = {"forloeb": []}
    for l in loeb:
        f = Forloeb(sag, l, dag)
        svar["forloeb"].append([f.foerste, f.sidste, "afsluttet" if f.slut else "aabent"])
    if loeb:
        nyeste = Forloeb(sag, loeb[-1], dag)
        svar["frister"] = nyeste.frister()
        svar["refusion"] = nyeste.refusion()
    if "risiko" in vektor.get("ogsaa", ()):
        svar["risiko"] = nyeste.risiko()
    if "tilbagefald" in vektor.get("ogsaa", ()):
        svar["tilbagefald"] = tilbagefald(loeb)
    if "signaler" in vektor.get("ogsaa", ()):
        svar["signaler"] = signaler(sag, dag)
    if "til" in vektor:
        svar["sendes"] = sendte(vektor, vektor["til"])
    return svar


def tekst(fil):
    """One line per event and per milestone: readable, and a change shows where it is."""
    ud = json.dumps
    dele = []
    for v in fil["vektorer"]:
        linjer = [f' "titel": {ud(v["titel"], ensure_ascii=False)}']
        for noegle in ("medarbejder", "ogsaa", "paa", "til", "givet"):
            if noegle in v:
                linjer.append(f' "{noegle}": {ud(v[noegle])}')
        linjer.insert(2 if "medarbejder" in v else 1, ' "haendelser": [\n  %s]' % ",\n  ".join(map(ud, v["haendelser"])))
        forventet = []
        for noegle, vaerdi in v["forventet"].items():
            if noegle == "frister":
                inde = ",\n   ".join(f'"{k}": {ud(x)}' for k, x in vaerdi.items())
                forventet.append(f'  "frister": {{\n   {inde}}}')
            elif noegle == "sendes" and vaerdi:
                forventet.append('  "sendes": [\n   %s]' % ",\n   ".join(map(ud, vaerdi)))
            else:
                forventet.append(f'  "{noegle}": {ud(vaerdi)}')
        linjer.append(' "forventet": {\n%s}' % ",\n".join(forventet))
        dele.append("{%s}" % ",\n".join(linjer).lstrip())
    return '{"standard": %s,\n"vektorer": [\n%s\n]}\n' % (ud(fil["standard"]), ",\n".join(dele))


def main():
    if sys.argv[1:2] != ["--kontroller"] and sys.argv[1:] != ["--skriv"]:
        sys.exit(__doc__)
    mappe = Path(sys.argv[2]) if len(sys.argv) > 2 else MAPPE
    fejl, antal = [], 0
    for sti in sorted(mappe.glob("*.json")):
        fil = json.loads(sti.read_text(encoding="utf-8"))
        for v in fil["vektorer"]:
            antal += 1
            scenarie = med_datoer({k: x for k, x in v.items() if k not in ("forventet", "givet", "titel")})
            scenarie["medarbejder"] = med_datoer(fil["standard"]) | scenarie.get("medarbejder", {})
            dage = [h["dag"] for h in scenarie["haendelser"]]
            if dage != sorted(dage) or dage[-1] > scenarie["paa"]:
                fejl.append(f"{sti.name}: {v['titel']}: events out of order, or after `paa`")
            beregnet = som_json(forvent(scenarie))
            fejl += [f"{sti.name}: {v['titel']}: givet {f}" for f in forskelle(v.get("givet", {}), beregnet)]
            if sys.argv[1] == "--skriv":
                v["forventet"] = beregnet
            elif v.get("forventet") != beregnet:
                forskel = list(forskelle(beregnet, v.get("forventet", {}))) or ["mere end beregnet"]
                fejl += [f"{sti.name}: {v['titel']}: {f}" for f in forskel]
        if sys.argv[1] == "--skriv":
            sti.write_text(tekst(fil), encoding="utf-8")
    print("\n".join(fejl) if fejl else f"{antal} vektorer stemmer")
    sys.exit(1 if fejl else 0)


if __name__ == "__main__":
    main()
