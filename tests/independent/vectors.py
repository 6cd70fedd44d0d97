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
from pathlib import Path

# No __pycache__ beside the sources.
sys.dont_write_bytecode = True
from facts import Sag  # noqa: E402
from figures import fravaer, ophoer  # noqa: E402
from law import (  # noqa: E402
    EASY_DAGE, FORBLIVER, KUN_EFTER_OENSKE, PAAMINDELSER, PENGE, SIDSTE_CHANCE, SIGNALER, arbejdsdag, arbejdsdage, gaeldende,
    maaneder, plus, wd,
)
from said import Sagt  # noqa: E402
from values import forskelle, med_datoer, som_json  # noqa: E402

MAPPE = Path(__file__).resolve().parents[2] / "docs" / "vectors"


class Forloeb(Sagt):
    """One run, as it stands on a day: its milestones and reminders."""

    # --- Milestones ---------------------------------------------------------------------------

    def frister(self):
        f, refusion = self.foerste, self.refusion()
        r = refusion["aeldste_udaekkede"] or refusion["foerste_refusionsdag"]
        maal, lov = self.anmeldelsesdage()
        alle = {
            "foerste_kontakt": self.frist("foerste_kontakt", f, wd(plus(f, 13)), plus(f, 13)),
            "samtale": self.frist("samtale", f, wd(plus(f, 27)), plus(f, 28)),
            "anmeldelse": self.frist("anmeldelse", min(self.anmeldelse_aabner(), maal), maal, lov),
            "fast_track": self.frist("fast_track", f, wd(plus(f, 34)), plus(f, 34)),
            "otte_uger": self.frist("otte_uger", plus(f, 42), wd(plus(f, 55)), plus(f, 55)),
            "refusionsanmodning": self.frist(
                "refusionsanmodning",
                max(plus(r, 1), self.trin()[1] or plus(r, 1)),
                wd(plus(self.kravfrist(r), -1)),
                self.kravfrist(r),
            ),
        }
        skade = self.skade()
        if skade:
            alle["easy"] = self.frist("easy", skade, wd(plus(skade, 13)), plus(skade, 14))
        plan = self.af("tta_plan")
        if plan and plan[-1]["evalueringer"]:
            datoer = sorted(plan[-1]["evalueringer"])
            taget = self.evalueret(datoer)
            naeste = datoer[min(taget, len(datoer) - 1)]
            alle["tta_evaluering"] = self.frist("tta_evaluering", min(plan[-1]["dag"], naeste), naeste, naeste)
        if not self.slut and self.dag > plus(f, 55):
            alle["videre_opfoelgning"] = self.videre(alle.get("tta_evaluering"))
        raskmeldt = self.slut and not self.annulleret and not self.forladt and not self.af("afslutning")
        if raskmeldt and (self.sidste - f).days + 1 > 28:
            alle["opfoelgning_efter_retur"] = self.efter_retur()
        fornyelse = self.fornyelse()
        if fornyelse:
            alle["paragraf_56_fornyelse"] = fornyelse
        return alle | self.sagte_frister()

    def fornyelse(self):
        """In the last eight weeks of an agreement as payroll now has it, on the newest forløb; nobody renews it of who leaves by
        then, or has died."""
        til, fratraadt = self.stam.paa("paragraf_56_til", date.max), self.stam.paa("fratraadt", date.max)
        doed = any(h["aarsag"] == "doed" for h in self.af("afslutning"))
        borte = doed or (til and fratraadt and fratraadt <= til)
        nyeste = self.sag.forloeb()[-1][0] is self.loeb[0]
        if not (til and self.stam.paa("paragraf_56", date.max) and nyeste) or borte:
            return None
        if not plus(til, -56) <= self.dag <= til:
            return None
        status = self.af_datoer("paragraf_56_fornyelse", plus(til, -56), til, til)
        return {"aabner": plus(til, -56), "maaldag": til, "lovdag": til, "status": status}

    def kommunens_rolle(self):
        """What the kommune is expected to do by week eight; nothing where it does not pay, or after the end."""
        if self.aarsag == "graviditet" or self.slut:
            return None
        oensket = [h["beslutning"] for h in self.af("kommunens_opfoelgning")][-1:] == ["oensket"]
        fast_track = [h["beslutning"] for h in self.af("fast_track")][-1:] == ["anmodet"]
        if self.foerste < KUN_EFTER_OENSKE or oensket or fast_track:
            return "foelger_op"
        svar = {"over_26_uger": "foelger_op", "ukendt": "afhaenger_af_varighed"}
        return svar.get(self.varighed(self.dag), "kun_efter_oenske")

    def anmeldelse_aabner(self):
        """From day 23; where nothing is paid at once, and where the pay has stopped with the employment on that day."""
        if self.uden_loen() and self.loen() == "nej":
            return self.foerste
        return self.ophoert() or plus(self.foerste, 22)

    def fra_loen(self):
        """Payroll told of the absence first."""
        return min(self.loeb, key=self.sag.reg.index).fra_loen

    def skade(self):
        """The first day that is called an injury at work."""
        return min((r.skade() for r in self.loeb if r.skade()), default=None)

    def ulykke(self):
        """The day of the accident: that on which they went home, else the day before the first one that is called so."""
        hjem = self.loeb.gik_hjem if self.skade() == self.foerste else None
        return hjem or plus(self.skade(), -1)

    def videre(self, evaluering):
        """Eight weeks after the latest follow-up, else after the day of the first one. One that was due before anybody
        knew of the absence is not due now."""
        holdt = [h["dato"] for h in self.af("otte_uger", "tta_evaluering")]
        holdt += [h["dato"] for h in self.af("opfoelgning") if h["art"] == "videre"]
        fra = max(holdt, default=plus(self.foerste, 55))
        while wd(plus(fra, 56)) < self.kendt:
            fra = plus(fra, 56)
        dag = plus(fra, 56)
        stand = self.frist("videre_opfoelgning", plus(fra, 42), wd(dag), dag)
        aaben = evaluering and evaluering["status"] not in ("opfyldt", "undtaget", "bortfaldet")
        if aaben and fra < evaluering["lovdag"] <= dag:
            stand["status"] = "bortfaldet"
        return stand

    def efter_retur(self):
        dag = plus(self.sidste, 14)
        return self.frist("opfoelgning_efter_retur", plus(self.sidste, 1), wd(dag), dag)

    def ende_kendt(self):
        """The day on which it was told that the absence is over."""
        typer = [
            h
            for h in self.fakta
            if h["type"] in ("raskmelding", "afslutning")
            or h.get("sidste_fravaersdag")
            or (h["type"] == "rettelse" and h["felt"] == "sidste_fravaersdag" and h["ny_vaerdi"])
        ]
        return typer[-1]["dag"] if typer else self.dag

    def frist(self, art, aabner, maaldag, lovdag):
        status = self.loest(art) or self.bortfald(art, maaldag, lovdag) or self.af_datoer(art, aabner, maaldag, lovdag)
        return {"aabner": aabner, "maaldag": maaldag, "lovdag": lovdag, "status": status}

    def loest(self, art):
        if art == "foerste_kontakt":
            return "opfyldt" if self.af("foerste_kontakt") else None
        if art == "samtale":
            udfald = {h["udfald"] for h in self.af("samtale")}
            fratraadt = self.stam.fratraadt(self.foerste)
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
            udfald = [h.get("udfald", "anmeldt") for h in self.af("arbejdsskade")]
            return {"anmeldt": "opfyldt", "ikke_anmeldelsespligtig": "undtaget"}[udfald[-1]] if udfald else None
        if art in ("videre_opfoelgning", "opfoelgning_efter_retur"):
            udfald = [h["udfald"] for h in self.af("opfoelgning") if h["art"] == "efter_retur"]
            if art == "videre_opfoelgning" or not udfald:
                return None
            return {"holdt": "opfyldt", "ikke_noedvendig": "undtaget"}[udfald[-1]]
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
            if self.uden_loen() and self.skal_anmeldes():
                # It helps the employee for about half a year, and never where it was over before anybody knew.
                forbi = self.slut and self.sidste < self.kendt and lovdag < self.kendt
                fra = self.ophoert() or self.foerste
                return "bortfaldet" if forbi or self.dag > plus(fra, 182 if self.loen() == "nej" else 183) else None
            return None if self.skal_anmeldes() else "bortfaldet"
        if art == "refusionsanmodning":
            intet = refusion["aeldste_udaekkede"] is None
            if self.uden_loen():
                return "bortfaldet"
            return "bortfaldet" if intet and (self.slut or refusion["gives"]) else None
        if art == "easy":
            # Over, and too late, before it was known at all.
            historie = self.slut and self.sidste < self.kendt and lovdag < self.kendt
            dage = (self.sidste - self.skade()).days + 1 if self.sidste else None
            for_faa = dage is not None and dage < gaeldende(EASY_DAGE, self.ulykke())
            return "bortfaldet" if historie or for_faa else None
        if art == "opfoelgning_efter_retur":
            # Known too late, or so long ago that it helps nobody; or they have left since.
            forbi = lovdag < self.ende_kendt() or self.dag > plus(lovdag, 56)
            return "bortfaldet" if forbi or self.borte() else None
        # Fast track can be asked for through its last day; the others are due on their target.
        forfald = lovdag if art == "fast_track" else maaldag
        if self.slut and self.sidste < forfald:
            return "bortfaldet"
        # § 7 a: payroll knows that the employment ends by then.
        fratraadt = self.stam.fratraadt(self.foerste)
        return "undtaget" if art == "samtale" and fratraadt and fratraadt <= plus(self.foerste, 56) else None

    def af_datoer(self, art, aabner, maaldag, lovdag):
        if self.dag < aabner or (art == "refusionsanmodning" and not self.anmeldt()):
            return "kommende"
        afventer = self.afventer() if art == "anmeldelse" else None
        mistes = art in PENGE + ("fast_track",) and not (art == "anmeldelse" and self.uden_loen())
        if mistes and self.dag > lovdag and not (afventer and afventer <= lovdag):
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
            if frist == "refusionsanmodning" and (not anmeldt or endeligt_tabt):
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
                    for rolle in self.til(til, dag):
                        if rolle != "hr" and self.fra_loen() and stand["lovdag"] < self.kendt:
                            continue  # it had passed when payroll's file brought the absence: HR's alone
                        navn = f"{trin}-{dag}" if hvordan == "gentag" else trin
                        yield dag, frist, navn, rolle, stand["lovdag"], self.hvem(rolle, dag)
        for senest, nr, hvem in self.aftaler():
            dag = arbejdsdage(senest, 0)
            if dag <= self.dag and self.aftale(senest, nr)["status"] not in ("opfyldt", "bortfaldet"):
                yield dag, "aftale", f"aftale-{nr}-t", hvem, senest, self.hvem(hvem, dag)

    def til(self, til, dag):
        """Whose leader it is is not decided: what the leader alone is told, HR is told too. The AMR where they may know."""
        bestridt = self.bestridt() if "leder" in til and "hr" not in til else None
        andre = ["hr"] if bestridt and dag > bestridt["dag"] else []
        return [rolle for rolle in til if rolle != "amr" or self.amr_maa_vide()] + andre


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
                    # Each agreement is something of its own.
                    forfalden[plan[1], plan[1] == "aftale" and plan[2], plan[3]] = plan
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
    taget_op = [h["dato"] for _, h in sag.fakta if h.get("art") == "hyppigt_fravaer" and h["dato"] <= dag]
    for navn, hvad, graense, (antal_maaneder, antal_dage), kun_nyuddannet in SIGNALER:
        fra = plus(maaneder(dag, -antal_maaneder), 1 - antal_dage)
        egne = (l for l in sag.forloeb() if l[0].aarsag in ("sygdom", "arbejdsskade"))
        perioder = [*(Forloeb(sag, l, dag) for l in egne), *sag.dele()]
        perioder = sorted((f for f in perioder if fra <= f.foerste <= dag), key=lambda f: f.foerste)
        laengde = {id(f): (min(f.sidste or dag, dag) - f.foerste).days + 1 for f in perioder}
        if hvad == "dage":
            # A long one is followed up by itself.
            perioder = [f for f in perioder if laengde[id(f)] <= 28]
        if hvad == "enkeltdage":
            # What began today and goes on may be more than a day.
            i_gang = [id(f) for f in perioder if isinstance(f, Forloeb) and f.foerste == dag and not f.slut]
            perioder = [f for f in perioder if laengde[id(f)] == 1 and id(f) not in i_gang]
        if hvad == "ugedag":
            dage = [f.foerste.weekday() for f in perioder]
            # Of several days on which as many began, the first of the week.
            perioder = [f for f in perioder if f.foerste.weekday() == max(range(7), key=dage.count)]
        antal = sum(laengde[id(f)] for f in perioder) if hvad == "dage" else len(perioder)
        # The talk about it was held: nothing more until a new period.
        if perioder and any(perioder[-1].foerste <= samtale for samtale in taget_op):
            continue
        if antal >= graense and (sag.stam.paa("nyuddannet", dag) or not kun_nyuddannet):
            svar.append([navn, antal, [f.foerste for f in perioder]])
    return svar


def tilbagefald(loeb):
    """First day of the forløb before, when the last one began within 28 days of its end."""
    foer, nu = (loeb[-2][-1].sidste, loeb[-1][0].foerste) if len(loeb) > 1 else (None, None)
    return loeb[-2][0].foerste if foer and nu <= plus(foer, 28) and not loeb[-1].fortsat else None


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
    if "for_sent" in vektor.get("ogsaa", ()):
        svar["for_sent"] = nyeste.for_sent()
    if "tilbagefald" in vektor.get("ogsaa", ()):
        svar["tilbagefald"] = tilbagefald(loeb)
    if "signaler" in vektor.get("ogsaa", ()):
        svar["signaler"] = signaler(sag, dag)
    if "ophoer" in vektor.get("ogsaa", ()):
        svar["ophoer"] = ophoer(nyeste, [Forloeb(sag, l, dag) for l in loeb[:-1]])
    if "kommunen" in vektor.get("ogsaa", ()):
        svar["kommunen"] = nyeste.kommunens_rolle()
    if "fravaer" in vektor.get("ogsaa", ()):
        svar["fravaer"] = fravaer(sag, dag)
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
