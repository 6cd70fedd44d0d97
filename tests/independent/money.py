"""One forløb as it stands on a day, for vectors.py: who is whom, and refusion."""

from datetime import date
from fractions import Fraction
from functools import cached_property

from law import SATSER, TILLAEG, UGEDAGE, gaeldende, helligdag, maaneder, plus, wd

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

    def leder_den(self, dag):
        """Whose it is on a day: who led it on its last day is still the one when it is over."""
        return self.leder_paa(min(dag, self.sidste) if self.sidste else dag)

    def hvem(self, rolle, dag):
        """Employee number of a role on a day; None is HR's shared mailbox."""
        if rolle == "kontaktperson":
            valg = [h.get("kontaktperson_nr") for h in self.af("kontaktperson")][-1:]
            tr, amr = self.stam.paa("tr_nr", self.dag), self.stam.paa("amr_nr", self.dag)
            mulige = [nr for nr in (*valg, tr, amr) if nr and nr != SELV]
            return mulige[0] if mulige else self.leder_den(dag)
        if rolle in ("leder", "leders_leder"):
            return self.leder_den(dag)
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

    def timer_i_otte_uger(self):
        """(hours of the eight weeks before F, whether all of them are known): each weekday has its part of the week, be it a
        holiday or not. No weekly hours at all: none are agreed, and what was worked is not known."""
        timer, kendt = Fraction(0), True
        for dag in (plus(self.foerste, -n) for n in range(1, 57)):
            plan = self.stam.plan(dag)
            if self.stam.er_ansat(dag) and UGEDAGE[dag.weekday()] in plan:
                om_ugen = Fraction(str(self.stam.paa("timer_pr_uge", dag)))
                timer, kendt = timer + om_ugen / len(plan), kendt and om_ugen > 0
        return timer, kendt

    @cached_property
    def beskaeftiget(self):
        """§ 30: eight weeks without a break, or employed here before, and 74 hours in the eight weeks."""
        ansat, (timer, kendt) = self.paa_foerste("ansat"), self.timer_i_otte_uger()
        otte_uger = ansat is None or not 0 <= (self.foerste - ansat).days < 56
        if not otte_uger and not (self.stam.ansat_foer(ansat) and timer >= 74):
            return False
        # Where nothing, or not everything, is known of the hours, nothing follows from them.
        return not (kendt and 0 < timer < 74)

    def foerstedagsret(self):
        ret = self.aarsag == "graviditet" or self.paragraf_56() or self.paa_foerste("fleksjob")
        return bool(ret or not self.beskaeftiget) and not self.uden_loen()

    def fratraeder(self):
        """The last day of the employment, where the employee is still ill on it."""
        dag, syg_til = self.stam.fratraadt(self.foerste), self.loeb[-1].sidste
        if dag and (syg_til is None or dag < syg_til):
            return max(dag, self.foerste)
        sagt = any(h["aarsag"] == "fratraadt" for h in self.af("afslutning"))
        return syg_til if sagt else None

    def kendt_slut(self):
        """The day with which it is over at the latest, as far as it is known: the illness, or the employment."""
        return min((d for d in (self.sidste, self.fratraeder()) if d), default=None)

    def kort(self):
        slut = self.kendt_slut()
        return slut is not None and (slut - self.foerste).days + 1 <= 30

    def ophoert(self):
        """The last day of the employer's sygedagpenge, where the employment ends within the thirty days, and the illness does
        not (§ 31)."""
        fratraeder = self.fratraeder()
        betaler = self.aarsag != "graviditet" and self.loen() == "sygedagpenge"
        return fratraeder if betaler and fratraeder and fratraeder <= plus(self.foerste, 29) else None

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
        sygedagpenge stop, which is after thirty days or with the employment, or two weeks after the first day."""
        if self.uden_loen():
            betalt_til = self.ophoert() or plus(self.foerste, 29)
            sidst = plus(self.foerste, 14) if self.loen() == "nej" else plus(betalt_til, 7)
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
        # 4 hours of 37 are 10,81 percent, as told with two decimals: the hours they mean are counted to the hundredth.
        borte = int(timer * self.omfang(dag) * 100 + Fraction(1, 2))
        lidt = self.omfang(dag) < 1 and timer > 0 and borte < 400
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
            return not self.annulleret and (self.loen() == "nej" or not self.kort() or self.ophoert() is not None)
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
        til = min(til, self.kendt_slut() or til)
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

    def sidste_kravdag(self, dag):
        """The last day on which a day can be claimed: three months; of the days of a dispensation, six months after F."""
        tilbage = [h["fra"] for h in self.af("dispensation")][-1:]
        ved_dispensation = [maaneder(self.foerste, 6)] if tilbage and tilbage[0] <= dag else []
        return max([maaneder(dag, 3), *ved_dispensation])

    def kravfrist(self, dag):
        """Three months are worked towards; what a dispensation gives beyond them, once they are over."""
        tre = maaneder(dag, 3)
        return tre if self.dag <= tre else self.sidste_kravdag(dag)

    def aeldste(self, dag):
        """The first day that gives refusion and no claim covers; a day that was too old when a later one was claimed is
        lost."""
        krav = sorted(self.af("refusionsanmodning"), key=lambda k: k["fra"])
        aendringer = [h.get("til", h.get("fra")) for h in self.af("afbrydelse", "delvis")]
        sidst = max([dag, self.dag, *aendringer, *(k["til"] for k in krav), self.sidste or self.dag])
        while dag <= plus(sidst, 1):
            if not self.giver(dag) or any(k["fra"] <= dag <= k["til"] for k in krav):
                dag = plus(dag, 1)
                continue
            senere = [k.get("underskrevet_dato", k["dag"]) for k in krav if k["fra"] > dag]
            if not any(self.sidste_kravdag(dag) < underskrevet for underskrevet in senere):
                return dag
            dag = plus(dag, 1)
        return None

    def endeligt_tabt(self):
        """Over, and no day left that can still be saved."""
        refusion, lovdag = self.refusion(), self.anmeldelsesdage()[1]
        if not (self.slut and self.sidste < self.dag and refusion["gives"]):
            return False
        if refusion["anmeldt"] is None:
            return self.dag > lovdag
        krav, tabt = self.af("refusionsanmodning"), refusion["mistet"]
        fra = plus(tabt[1], 1) if tabt else refusion["foerste_refusionsdag"]
        dage = (plus(fra, n) for n in range((self.sidste - fra).days + 1))
        soegt = lambda dag: any(k["fra"] <= dag <= k["til"] for k in krav)  # noqa: E731
        return not any(self.giver(d) and not soegt(d) and self.sidste_kravdag(d) >= self.dag for d in dage)
