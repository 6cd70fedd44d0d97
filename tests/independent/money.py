"""One forløb as it stands on a day, for vectors.py: who is whom, and refusion."""

from datetime import date
from fractions import Fraction

from law import SATSER, TILLAEG, gaeldende, helligdag, maaneder, plus, wd

# The employee every vector is about.
SELV = "10010"


class Fravaer:
    """One run as it stands on a day: who is whom, and the money."""

    def __init__(self, sag, loeb, dag):
        self.sag, self.stam, self.dag, self.loeb, self.ledere = sag, sag.stam, dag, loeb, sag.ledere
        self.foerste, self.aarsag = loeb[0].foerste, loeb[0].aarsag
        self.fakta = [h for r, h in sag.fakta if any(r is x for x in loeb)]
        self.kendt = min(h["dag"] for h in self.fakta)
        self.annulleret = loeb[0].annulleret
        self.sidste = loeb[-1].sidste
        fratraadt = self.stam.fratraadt(self.foerste)
        self.forladt = fratraadt and fratraadt < dag and (self.sidste is None or self.sidste > fratraadt)
        if self.forladt:
            self.sidste = max(fratraadt, self.foerste)
        self.slut = self.annulleret or (self.sidste is not None and self.sidste <= dag)

    def af(self, *typer):
        return [h for h in self.fakta if h["type"] in typer]

    def hvem(self, rolle, dag):
        """Employee number of a role on a day; None is HR's shared mailbox."""
        if rolle == "kontaktperson":
            valg = [h.get("kontaktperson_nr") for h in self.af("kontaktperson")][-1:]
            tr, amr = self.stam.paa("tr_nr", self.dag), self.stam.paa("amr_nr", self.dag)
            mulige = [nr for nr in (*valg, tr, amr) if nr and nr != SELV]
            return mulige[0] if mulige else self.leder_paa(dag)
        if rolle in ("leder", "leders_leder"):
            return self.leder_paa(dag)
        if rolle == "koordinator":
            return self.af("tta_plan")[-1].get("koordinator", "10004")
        if rolle == "amr":
            return self.stam.paa("amr_nr", self.dag)
        return SELV if rolle == "medarbejder" else None

    def paa_foerste(self, felt):
        return self.stam.paa(felt, self.foerste)

    def paragraf_56(self):
        """The agreement held on F, and the absence is of that illness. While nobody has said, it is guarded as if."""
        fra, til = self.paa_foerste("paragraf_56_fra"), self.paa_foerste("paragraf_56_til")
        gjaldt = (fra or date.min) <= self.foerste <= (til or date.max)
        sagt = [h["gaelder"] for h in self.af("paragraf_56")] or [
            "ja" if h["paragraf_56"] else "nej" for h in self.af("sygemelding") if h.get("paragraf_56") is not None
        ]
        return self.paa_foerste("paragraf_56") and gjaldt and (not sagt or sagt[-1] == "ja")

    def foerstedagsret(self):
        ansat, timer = self.paa_foerste("ansat"), Fraction(str(self.paa_foerste("timer_pr_uge")))
        nyansat = ansat is not None and 0 <= (self.foerste - ansat).days < 56
        # No hours at all: none are agreed, and what was worked is not known.
        under_74 = 0 < timer * 8 < 74
        ret = self.aarsag == "graviditet" or self.paragraf_56() or self.paa_foerste("fleksjob") or nyansat or under_74
        return bool(ret) and not self.uden_loen()

    def kort(self):
        return self.sidste is not None and (self.sidste - self.foerste).days + 1 <= 30

    def trin(self):
        """(day it was signed, day of its receipt) of the anmeldelse that stands. Who never said when it was signed has
        the day of the receipt."""
        underskrevet = kvitteret = None
        for h in self.af("anmeldelse"):
            if h["trin"] == "afvist":
                underskrevet = kvitteret = None
            elif h["trin"] == "underskrevet":
                underskrevet = h["dato"]
            elif h["trin"] == "kvitteret":
                underskrevet, kvitteret = underskrevet or h.get("underskrevet_dato", h["dato"]), h["dato"]
        return underskrevet, kvitteret

    def anmeldt(self):
        underskrevet, kvitteret = self.trin()
        return underskrevet if kvitteret else None

    def afventer(self):
        underskrevet, kvitteret = self.trin()
        return None if kvitteret else underskrevet

    def anmeldelsesdage(self):
        """Target and last day. Who is not paid by the employer is told of for their own sake: a week after the employer's
        thirty days of sygedagpenge, or two weeks after the first day."""
        if self.uden_loen():
            sidst = plus(self.foerste, 14 if self.loen() == "nej" else 36)
            return wd(plus(sidst, -1)), sidst
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
        return Fraction(str(gaeldende(sorted(dele, key=lambda d: d[0]), dag, 100))) / 100

    # --- Refusion -----------------------------------------------------------------------------

    def giver(self, dag):
        """Whether a day gives refusion: not one of an afbrydelse, nor of partial absence under 4 hours a week."""
        if any(h["fra"] <= dag <= h["til"] for h in self.af("afbrydelse")):
            return False
        timer = Fraction(str(self.stam.paa("timer_pr_uge", dag)))
        lidt = self.omfang(dag) < 1 and 0 < timer * self.omfang(dag) < 4
        return not lidt or self.stam.paa("fleksjob", dag)

    def kroner(self, fra, til):
        alt = Fraction(0)
        for n in range((til - fra).days + 1):
            dag = plus(fra, n)
            if dag.weekday() < 5 and not helligdag(dag) and self.giver(dag):
                timer = min(Fraction(1), Fraction(str(self.stam.paa("timer_pr_uge", dag))) / 37)
                tillaeg = 1 + Fraction(gaeldende(TILLAEG, dag, 0), 1000)
                alt += Fraction(gaeldende(SATSER, dag), 5) * tillaeg * timer * self.omfang(dag)
        return int(alt + Fraction(1, 2))

    def refusion(self):
        foerste = self.foerste if self.foerstedagsret() else plus(self.foerste, 30)
        lovdag, anmeldt, afventer = self.anmeldelsesdage()[1], self.anmeldt(), self.afventer()
        gives = not self.annulleret and (self.foerstedagsret() or not self.kort()) and not self.uden_loen()
        mistet, fra = None, foerste
        underskrevet = anmeldt or afventer or self.dag
        if gives and underskrevet > lovdag:
            tilbage = [h["fra"] for h in self.af("dispensation")][-1:]
            til = plus(min([underskrevet, *tilbage]), -1)
            til = min(til, self.sidste) if self.slut else til
            mistet = (foerste, til) if foerste <= til else None
            if anmeldt and mistet:
                fra = plus(mistet[1], 1)
        aeldste = self.aeldste(fra) if gives else None
        if aeldste and self.slut and aeldste > self.sidste:
            aeldste = None
        venter = gives and not anmeldt and self.foerste <= self.dag and not (afventer and afventer <= lovdag < self.dag)
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

    def loen(self):
        return self.paa_foerste("loen_under_sygdom")

    def uden_loen(self):
        """Paid by the hour, without wages in sickness (§ 40 stk. 2-3). Udbetaling Danmark has days of its own."""
        return self.aarsag != "graviditet" and self.loen() in ("nej", "sygedagpenge")

    def skal_anmeldes(self):
        """The kommune must be told: because there is refusion, or because it is to pay the employee."""
        if self.uden_loen():
            return not self.annulleret and (self.loen() == "nej" or not self.kort())
        return self.refusion()["gives"]

    def risiko(self):
        """What a signature that does not come costs: at once on the day after the last one, and for a working day. Of
        what is signed and not receipted, what is lost if it is rejected."""
        refusion, lovdag, afventer = self.refusion(), self.anmeldelsesdage()[1], self.afventer()
        venter = refusion["gives"] and not refusion["anmeldt"] and self.foerste <= self.dag
        fra, til = refusion["foerste_refusionsdag"], lovdag
        if self.dag > lovdag:
            fra = plus(refusion["mistet"][1], 1) if refusion["mistet"] else fra
            til = plus(self.dag, -1) if afventer else date.min
        til = min(til, self.sidste or til)
        forbi = self.dag > lovdag and self.slut and self.sidste < self.dag
        hverdage = (plus(self.dag, -n) for n in range(12))
        hverdag = next(d for d in hverdage if d.weekday() < 5 and not helligdag(d))
        anmodet = [h for h in self.af("fast_track") if h["beslutning"] == "anmodet"]
        return {
            "intern": wd(plus(self.foerste, 27)),
            "i_fare_kr": self.kroner(fra, til) if venter and fra <= til else None,
            "kr_pr_dag": self.kroner(hverdag, hverdag) if venter and not forbi else None,
            "kommunens_samtale": plus(anmodet[-1]["dato"], 14) if anmodet else None,
        }

    def aeldste(self, dag):
        """The first day that gives refusion and no claim covers; a day more than three months back when a claim was
        signed is lost."""
        krav = sorted(self.af("refusionsanmodning"), key=lambda k: k["fra"])
        aendringer = [h.get("til", h.get("fra")) for h in self.af("afbrydelse", "delvis")]
        sidst = max([dag, self.dag, *aendringer, *(k["til"] for k in krav), self.sidste or self.dag])
        while dag <= plus(sidst, 1):
            if not self.giver(dag) or any(k["fra"] <= dag <= k["til"] for k in krav):
                dag = plus(dag, 1)
                continue
            senere = [k.get("underskrevet_dato", k["dag"]) for k in krav if k["fra"] > dag]
            if not any(maaneder(dag, 3) < underskrevet for underskrevet in senere):
                return dag
            dag = plus(dag, 1)
        return None

    def endeligt_tabt(self):
        """Over, and no day left that can still be saved."""
        refusion, lovdag = self.refusion(), self.anmeldelsesdage()[1]
        if not (self.slut and self.sidste < self.dag and refusion["gives"]):
            return False
        return self.dag > lovdag if refusion["anmeldt"] is None else maaneder(self.sidste, 3) < self.dag
