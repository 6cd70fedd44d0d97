"""What became known, for vectors.py: registrations, the employment by day, and which days are one forløb."""

from datetime import date

from law import UGEDAGE, gaeldende, helligdag, plus, wd


class Registrering:
    def __init__(self, h):
        self.foerste = h["foerste_fravaersdag"]
        self.sidste = h.get("sidste_fravaersdag")
        self.aarsag = h.get("aarsag", "sygdom")
        self.omfang_pct = h.get("omfang_pct", 100)
        self.raskmeldt = h.get("raskmeldt", False)
        self.fra_loen = h.get("kilde") == "import"
        self.annulleret, self.slut = False, None
        # What the other of the two, payroll or a person, says of the same days: (first day, cause).
        self.ogsaa = []

    def skade(self):
        """The first day that it is called an injury at work, by either while nobody has decided."""
        dage = [max(fra, self.foerste) for fra, aarsag in self.ogsaa if aarsag == "arbejdsskade"]
        if self.aarsag == "arbejdsskade":
            dage.append(self.foerste)
        return min(dage, default=None)

    def rammer(self, anden):
        return (self.sidste or date.max) >= anden.foerste and (anden.sidste or date.max) >= self.foerste

    def del_af_en_dag(self):
        return self.sidste == self.foerste and self.omfang_pct < 100


class Loeb(list):
    """The registrations of one forløb; `fortsat`: the days before it belong to the same absence; `gik_hjem`: the day before
    the first whole one, on which somebody went home."""

    fortsat = False
    gik_hjem = None


class Stamdata:
    """Facts of the employment by day: a change holds from its own day, else from the day it was told."""

    def __init__(self, medarbejder):
        self.felter = {k: [(date.min, v)] for k, v in medarbejder.items()}
        # First day of the employment that began last.
        self.begyndt = date.min

    def aendr(self, h):
        fra = h.get("gaelder_fra", h["dag"])
        ansat, til = h.get("ansat"), self.felter.get("fratraadt", [(date.min, None)])[-1][1]
        if ansat and til and ansat > til:
            # Employed again. On the first working day after at the latest nobody had left; else it is another employment,
            # and what is told is of that one.
            if ansat <= wd(plus(til, 1), 1):
                h = {felt: vaerdi for felt, vaerdi in h.items() if felt != "ansat"}
            else:
                self.begyndt = fra = ansat
        for felt, vaerdi in h.items():
            if felt == "fratraadt":
                # When somebody leaves is never a matter of when it was told.
                foer = [x for x in self.felter.get(felt, []) if x[0] < self.begyndt]
                self.felter[felt] = [*foer, (self.begyndt, vaerdi)]
            elif felt not in ("dag", "type", "gaelder_fra"):
                gamle = self.felter.get(felt, [(date.min, None)])
                staar = [x for x in gamle if not fra <= x[0] <= max(fra, h["dag"])]
                self.felter[felt] = sorted([*staar, (fra, vaerdi)], key=lambda x: x[0])

    def paa(self, felt, dag):
        return gaeldende(self.felter.get(felt, []), dag)

    def er_ansat(self, dag):
        """By the employment that goes on, or by one that was over before it began."""
        return (self.paa("ansat", dag) or date.min) <= dag <= (self.paa("fratraadt", dag) or date.max)

    def ansat_foer(self, ansat):
        """Somebody was employed before the employment that began on this day, and had left."""
        return any(slut and slut < (ansat or date.min) for _, slut in self.felter.get("fratraadt", []))

    def plan(self, dag):
        return self.paa("arbejdsdage", dag) or UGEDAGE[:5]

    def fratraadt(self, foerste):
        """The last day of the employment that an absence began in."""
        return self.paa("fratraadt", foerste)

    def forladt_imellem(self, foer, efter):
        """The employment of one day had ended, and the other day is in a later one."""
        ender = [fra for fra, _ in self.felter.get("fratraadt", [])]
        return any(foer < fra <= efter for fra in ender)

    def arbejder(self, dag):
        """Without a roster Monday to Friday. Who is on the roster at week-ends is so on public holidays too."""
        plan = self.plan(dag)
        doegn = "loer" in plan or "soen" in plan
        return UGEDAGE[dag.weekday()] in plan and (doegn or not helligdag(dag))


class Sag:
    """Everything known on a day; facts hang on the registration they were told about."""

    def __init__(self, vektor, kendt):
        self.stam = Stamdata(vektor["medarbejder"])
        self.reg, self.fakta = [], []
        self.ledere = [(date.min, vektor["medarbejder"].get("leder_nr"))]
        nummer = {id(h): n for n, h in enumerate(vektor["haendelser"], 1)}
        gaelder = [h for h in vektor["haendelser"] if kendt(h["dag"]) and "afvises" not in h]
        ude = {h["haendelse"] for h in gaelder if h["type"] == "annullering" and "haendelse" in h}
        for h in gaelder:
            if nummer[id(h)] not in ude:
                self.anvend(h)

    def fravaer(self):
        """Runs: no day between two registrations on which the employee would have worked, and nobody was fit again."""
        alle = []
        egne = [r for r in self.reg if not r.annulleret and r.aarsag != "barn_syg"]
        for r in sorted(egne, key=lambda r: r.foerste):
            forrige = alle[-1][-1] if alle else None
            anden = forrige and self.stam.forladt_imellem(forrige.foerste, r.foerste)
            if forrige and not anden and (forrige.sidste is None or self.kun_fridage(forrige, r)):
                alle[-1].append(r)
            else:
                alle.append([r])
        return alle

    def kun_fridage(self, foer, efter):
        mellem = [plus(foer.sidste, n) for n in range(1, (efter.foerste - foer.sidste).days)]
        # A raskmelding is never bridged.
        return not mellem or not (foer.raskmeldt or any(self.stam.arbejder(dag) for dag in mellem))

    def forloeb(self):
        """The runs, from their first whole day on, and split where another authority pays."""
        alle = []
        for loeb in self.fravaer():
            hele, hjem = loeb, None
            if loeb[0].del_af_en_dag() and (len(loeb) == 1 or loeb[1].omfang_pct == 100):
                hele, hjem = loeb[1:], loeb[0].foerste
            betaler = None
            for r in hele:
                gravid = r.aarsag == "graviditet"
                if gravid is not betaler:
                    alle.append(Loeb())
                    alle[-1].fortsat = betaler is not None
                    alle[-1].gik_hjem, hjem = hjem, None
                alle[-1].append(r)
                betaler = gravid
        return alle

    def dele(self):
        """Part days with nothing after them: in signals, and in no forløb."""
        return [l[0] for l in self.fravaer() if len(l) == 1 and l[0].del_af_en_dag()]

    def anvend(self, h):
        if h["type"] == "sygemelding":
            ny = Registrering(h)
            # Payroll and a person tell of the same days, and the same authority pays: one fact, in whichever order.
            samme = [
                r
                for r in self.reg
                if not r.annulleret
                and r.fra_loen != ny.fra_loen
                and "barn_syg" not in (r.aarsag, ny.aarsag)
                and (r.aarsag == "graviditet") == (ny.aarsag == "graviditet")
                and r.rammer(ny)
            ]
            if samme:
                # What stands stays, until a person decides.
                samme[0].ogsaa.append((ny.foerste, ny.aarsag))
                self.fakta.append((samme[0], h))
                return
            self.reg.append(ny)
            self.fakta.append((ny, h))
            return
        if h["type"] == "stamdata":
            self.stam.aendr(h)
            if "leder_nr" in h and h["leder_nr"] != self.ledere[-1][1]:
                self.ledere.append((h.get("gaelder_fra", h["dag"]), h["leder_nr"]))
            return
        if h["type"] == "flytning":
            # Another employee number at the same employer: the employment goes on with what is new from that day.
            nyt = {k: v for k, v in h.items() if k not in ("fra", "til", "tilbage")}
            self.stam.aendr({**nyt, "gaelder_fra": h["fra"], "fratraadt": None})
            if "leder_nr" in h:
                self.ledere.append((h["fra"], h["leder_nr"]))
            return
        nyeste = self.forloeb()[-1]
        if h["type"] == "uenighed":
            # A person decides which of the two causes it is.
            for r in nyeste:
                if r.ogsaa and (h["vaelg"] == "loen") != r.fra_loen:
                    r.aarsag = min(r.ogsaa, key=lambda sagt: sagt[0])[1]
                r.ogsaa = []
        elif h["type"] in ("raskmelding", "afslutning"):
            nyeste[-1].sidste = h["sidste_fravaersdag" if h["type"] == "raskmelding" else "dato"]
            nyeste[-1].raskmeldt = True
        elif h["type"] == "rettelse" and h["felt"] == "aarsag":
            for r in nyeste:
                r.aarsag = h["ny_vaerdi"]
        elif h["type"] == "rettelse" and h["felt"] != "forventet_varighed":
            feltnavn = {"foerste_fravaersdag": "foerste", "sidste_fravaersdag": "sidste"}.get(h["felt"], h["felt"])
            setattr(nyeste[-1 if feltnavn in ("sidste", "omfang_pct") else 0], feltnavn, h["ny_vaerdi"])
        elif h["type"] == "annullering" and "haendelse" not in h:
            for r in nyeste:
                r.annulleret = True
        self.fakta.append((nyeste[0], h))
