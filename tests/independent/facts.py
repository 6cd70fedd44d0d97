"""What became known, for vectors.py: registrations, the employment by day, and which days are one forløb."""

from datetime import date

from law import UGEDAGE, gaeldende, helligdag, plus


class Registrering:
    def __init__(self, h):
        self.foerste = h["foerste_fravaersdag"]
        self.sidste = h.get("sidste_fravaersdag")
        self.aarsag = h.get("aarsag", "sygdom")
        self.omfang_pct = h.get("omfang_pct", 100)
        self.raskmeldt = h.get("raskmeldt", False)
        self.annulleret, self.slut = False, None

    def del_af_en_dag(self):
        return self.sidste == self.foerste and self.omfang_pct < 100


class Loeb(list):
    """The registrations of one forløb; `fortsat`: the days before it belong to the same absence."""

    fortsat = False


class Stamdata:
    """Facts of the employment by day: a change holds from its own day, else from the day it was told."""

    def __init__(self, medarbejder):
        self.felter = {k: [(date.min, v)] for k, v in medarbejder.items()}
        # The last day of each employment that was over before the next one began, by its first day.
        self.sluttet = {}

    def aendr(self, h):
        fra = h.get("gaelder_fra", h["dag"])
        foer, sluttede = self.paa("ansat", date.max), self.paa("fratraadt", date.max)
        if sluttede and h.get("ansat", foer) not in (None, foer) and sluttede < h["ansat"]:
            # Employed again: from that day on, whenever it was told.
            self.sluttet[foer] = sluttede
            fra = h["ansat"]
        for felt, vaerdi in h.items():
            if felt == "fratraadt":
                # When somebody leaves is never a matter of when it was told.
                self.felter[felt] = [(date.min, vaerdi)]
            elif felt not in ("dag", "type", "gaelder_fra"):
                gamle = self.felter.get(felt, [(date.min, None)])
                staar = [x for x in gamle if not fra <= x[0] <= max(fra, h["dag"])]
                self.felter[felt] = sorted([*staar, (fra, vaerdi)], key=lambda x: x[0])

    def paa(self, felt, dag):
        return gaeldende(self.felter.get(felt, []), dag)

    def er_ansat(self, dag):
        """By the employment that goes on, or by one that was over before it began."""
        ansat = self.paa("ansat", dag)
        fratraadt = self.sluttet.get(ansat, self.paa("fratraadt", dag))
        return (ansat or date.min) <= dag <= (fratraadt or date.max)

    def ansat_foer(self, ansat):
        """Somebody was employed before the employment that began on this day, and had left."""
        return any(slut < (ansat or date.min) for slut in self.sluttet.values())

    def plan(self, dag):
        return self.paa("arbejdsdage", dag) or UGEDAGE[:5]

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
            if forrige and (forrige.sidste is None or self.kun_fridage(forrige, r)):
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
            hele = loeb
            if loeb[0].del_af_en_dag() and (len(loeb) == 1 or loeb[1].omfang_pct == 100):
                hele = loeb[1:]
            betaler = None
            for r in hele:
                gravid = r.aarsag == "graviditet"
                if gravid is not betaler:
                    alle.append(Loeb())
                    alle[-1].fortsat = betaler is not None
                alle[-1].append(r)
                betaler = gravid
        return alle

    def dele(self):
        """Part days with nothing after them: in signals, and in no forløb."""
        return [l[0] for l in self.fravaer() if len(l) == 1 and l[0].del_af_en_dag()]

    def anvend(self, h):
        if h["type"] == "sygemelding":
            self.reg.append(Registrering(h))
            self.fakta.append((self.reg[-1], h))
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
        if h["type"] in ("raskmelding", "afslutning"):
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
