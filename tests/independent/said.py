"""What people say and agree in a forløb, for vectors.py: the frister that follow from it."""

from copy import copy

from law import arbejdsdage, plus
from money import SELV, Fravaer

# Days after which nobody asks any more, once the absence is over.
BORTFALDER_DAGE = 91
# The same of a consideration that has ended.
HENSYN_DAGE = 28
# An absence of so many days is followed up on after the return from it.
LANGT_FRAVAER = 29
# Days without contact after which somebody asks, where nobody has named a day for the end.
UDEN_DAG_DAGE = 35
# Days from one follow-up to the next.
VIDERE_DAGE = 56


def hensyn_til(*planer):
    """The days on which considerations of a plan end; those for good have none."""
    return {h["til"] for plan in planer for h in plan.get("skaanehensyn", ()) if h.get("til")}


class Sagt(Fravaer):
    """One run as it stands on a day: who was asked what, and what they answered."""

    def sagte_frister(self):
        alle = {
            "forkert_leder": self.forkert_leder(),
            "forventet_slut": self.forventet_slut(),
            "overtagelse": self.overtagelse(),
            "forebyggelse": self.forebyggelse(),
            "skaanehensyn": self.skaanehensyn(),
        }
        # Of several agreements the one with the latest day stands here.
        for dag, nr, _ in self.aftaler():
            alle["aftale"] = self.aftale(dag, nr)
        return {art: stand for art, stand in alle.items() if stand}

    def sagt_stand(self, aabner, maaldag, lovdag, status, bliver=False):
        """Without an answer it is what the days say; what does not stay falls away with a return before its day."""
        if not status and not bliver and self.slut and self.sidste < maaldag:
            status = "bortfaldet"
        status = status or self.af_datoer("", aabner, maaldag, lovdag)
        return {"aabner": aabner, "maaldag": maaldag, "lovdag": lovdag, "status": status}

    def leder_nu(self):
        return self.leder_paa(min(self.dag, self.sidste) if self.slut else self.dag)

    # --- The leader ---------------------------------------------------------------------------

    def bestridt(self):
        """The word that the leader is not theirs, while nobody has decided and it is the same leader."""
        sagt = self.af("forkert_leder", "leder_beholdt")
        if not sagt or sagt[-1]["type"] == "leder_beholdt":
            return None
        return sagt[-1] if self.leder_da(sagt[-1]) == self.leder_nu() else None

    def leder_da(self, h):
        """Who led on the day it was said, as it was known then."""
        da = copy(self)
        da.fakta = self.fakta[: [x is h for x in self.fakta].index(True)]
        return da.leder_paa(h["dag"])

    def forkert_leder(self):
        sagt = self.af("forkert_leder")
        if not sagt:
            return None
        dag = sagt[-1]["dag"]
        senest = arbejdsdage(dag, 3)
        return self.sagt_stand(dag, senest, senest, None if self.bestridt() else "opfyldt")

    def svar_paa_overtagelse(self):
        """Who was asked last whether they take it, from when, when it was asked; whether they have answered; and who got it back
        on which day, where somebody said no: whoever led it before, if that is another, and nobody after a second no."""
        spurgt, svaret, er_tilbage, tilbage, skift = None, False, False, [], []
        for h in self.af("lederskifte", "overtagelse"):
            if h["type"] == "lederskifte":
                skift.append((h["fra"], h["leder_nr"]))
                spurgt = (h["leder_nr"], h["fra"], h["dag"]) if h.get("spoerges") else None
                svaret = er_tilbage = False
            elif h["svar"] == "overtager":
                svaret = True
            else:
                foer = self.leder_af(self.ledere + skift + tilbage, plus(spurgt[1], -1))
                foer = None if er_tilbage or foer in (spurgt[0], SELV) else foer
                tilbage.append((h["dag"], foer))
                spurgt, svaret, er_tilbage = (foer, h["dag"], h["dag"]) if foer else None, False, True
        return spurgt, svaret, tilbage

    @staticmethod
    def leder_af(alle, dag):
        return [nr for fra, nr in sorted(alle, key=lambda l: l[0]) if fra <= dag][-1]

    def leder_paa(self, dag):
        """Who leads on a day: payroll's from the day it told, another one from the day that was decided; a no gives it back on
        the day it is said."""
        skift = [(h["fra"], h["leder_nr"]) for h in self.af("lederskifte")]
        return self.leder_af(self.ledere + skift + self.svar_paa_overtagelse()[2], dag)

    def overtagelse(self):
        spurgt, svaret, _ = self.svar_paa_overtagelse()
        if not spurgt:
            return None
        leder, fra, dag = spurgt
        senest = arbejdsdage(max(fra, dag), 2)
        andres = fra <= self.dag and self.leder_nu() != leder
        return self.sagt_stand(max(fra, dag), senest, senest, "opfyldt" if svaret or andres else None)

    # --- How long, and why --------------------------------------------------------------------

    def forventet_slut(self):
        sagt = self.af("forventet_slut")
        sidste = sagt[-1].get("sidste") if sagt else None
        if not sidste:
            # Nobody has named a day: only of an end that is open, and only once it is time.
            sidste = None if self.slut or self.sidste else self.uden_dag()
            if not sidste or self.dag < sidste:
                return None
        return self.sagt_stand(
            sidste, arbejdsdage(sidste, 1), arbejdsdage(sidste, 4), "bortfaldet" if self.slut else None
        )

    def uden_dag(self):
        """Five weeks after they were last in touch, and who follows up every eight weeks is not asked before the day after
        the next follow-up."""
        fulgt_op = [h["dato"] for h in self.af("otte_uger") if h["udfald"] == "holdt"]
        fulgt_op += [h["dato"] for h in self.af("opfoelgning") if h["art"] == "videre" and h["udfald"] == "holdt"]
        fulgt_op += [h["dato"] for h in self.af("tta_evaluering")]
        kontakt = plus(max([self.foerste, *fulgt_op, *self.kontakter(), *self.delvis_fra()]), UDEN_DAG_DAGE)
        return max([kontakt, *(plus(dag, VIDERE_DAGE + 1) for dag in fulgt_op)])

    def kontakter(self):
        """Days that show that they were in touch, beside the follow-ups. Minutes written anew are none, and neither is an
        attempt, a talk to which nobody came, or one that was not needed."""
        dage = [h["dato"] for h in self.af("foerste_kontakt", "forventet_slut")]
        dage += [h["dato"] for h in self.af("samtale") if h["udfald"] in ("holdt", "holdt_telefon")]
        dage += [h["dato"] for h in self.af("opfoelgning") if h["udfald"] == "holdt"]
        moeder = set()
        for h in self.af("referat"):
            dage += [] if h["moede"] in moeder else [h["dag"]]
            moeder.add(h["moede"])
        return dage

    def delvis_fra(self):
        """Days up to now from which the employee is partly at work, or for another part than before."""
        dele = [(r.foerste, r.omfang_pct) for r in self.loeb] + [(h["fra"], h["omfang_pct"]) for h in self.af("delvis")]
        dage, foer = [], 100
        for fra, pct in dict(sorted(dele, key=lambda d: d[0])).items():
            dage += [fra] if pct < 100 and pct != foer and fra <= self.dag else []
            foer = pct
        return dage

    def aarsag_paa_arbejdet(self):
        """The cause that was said last, whether the AMR may know, and what was last done about it."""
        aarsag, amr, gjort = None, False, None
        for h in self.af("arbejdsaarsag", "foranstaltning"):
            if h["type"] == "foranstaltning":
                gjort = h
            else:
                amr = h.get("amr", False)
                if aarsag is None or aarsag["aarsag"] != h["aarsag"]:
                    aarsag, gjort = h, None
        return (None, False, None) if aarsag is None or aarsag["aarsag"] == "ingen" else (aarsag, amr, gjort)

    def forebyggelse(self):
        aarsag, _, gjort = self.aarsag_paa_arbejdet()
        if not aarsag:
            return None
        opfoelgning = gjort and gjort.get("opfoelgning")
        fra = opfoelgning or aarsag["dato"]
        status = "opfyldt" if gjort and not opfoelgning else self.for_laenge_siden(fra)
        senest = arbejdsdage(fra, 10)
        return self.sagt_stand(fra, senest, senest, status, bliver=True)

    def amr_maa_vide(self):
        _, amr, gjort = self.aarsag_paa_arbejdet()
        return amr and not (gjort and not gjort.get("opfoelgning"))

    def for_laenge_siden(self, dag):
        """The employment is over, or the absence is and the day is long gone."""
        if not self.slut:
            return None
        return "bortfaldet" if self.borte() or self.dag > plus(max(dag, self.sidste), BORTFALDER_DAGE) else None

    def borte(self):
        """The employment ended the absence, or has ended since the return: nobody is left to do anything with."""
        fratraadt = self.stam.fratraadt(self.foerste)
        sluttede = any(h["aarsag"] in ("doed", "fratraadt") for h in self.af("afslutning"))
        return bool(sluttede or (fratraadt and fratraadt < self.dag))

    # --- Agreements ---------------------------------------------------------------------------

    def aftaler(self):
        """What was agreed and counts, by day: (day, number, who). Minutes written anew count in place of those before."""
        referater, sidste_nr = {}, 0
        for h in self.af("referat"):
            egne = []
            for a in h["aftaler"]:
                nr = a.get("nr", sidste_nr + 1)
                sidste_nr = max(sidste_nr, nr)
                egne.append((a["senest"], nr, a["hvem"]))
            referater[h["moede"]] = egne
        return sorted(a for egne in referater.values() for a in egne)

    def aftale(self, dag, nr):
        udfald = [h["udfald"] for h in self.af("aftale") if h["nr"] == nr]
        status = {"gjort": "opfyldt", "bortfaldet": "bortfaldet"}[udfald[-1]] if udfald else self.for_laenge_siden(dag)
        return self.sagt_stand(plus(dag, -7), dag, dag, status, bliver=True)

    # --- Considerations that end --------------------------------------------------------------

    def skaanehensyn(self):
        """About the last end of the newest plan that has opened, and is neither talked about nor over; where none has opened, the
        first that comes; where nothing is left, the last."""
        alle = [self.hensyn(til) for til in sorted(hensyn_til(*self.af("tta_plan")[-1:]))]
        staar = [stand for stand in alle if stand["status"] not in ("opfyldt", "undtaget", "bortfaldet")]
        aabne = [stand for stand in staar if stand["aabner"] <= self.dag]
        return (aabne[-1:] or staar[:1] or alle[-1:] or [None])[0]

    def hensyn(self, til):
        aabner, maaldag = plus(til, -14), arbejdsdage(til, -3)
        talt = self.talt_om(til, aabner, maaldag)
        status = ("opfyldt" if "holdt" in talt else "undtaget") if talt else self.hensyn_forbi(til)
        return self.sagt_stand(aabner, maaldag, til, status, bliver=True)

    def talt_om(self, til, aabner, maaldag):
        """The first day of each outcome: of a talk since it opened, where that none is needed is an answer, too, and of a plan made
        on the target or later. It counts from the version that has had this end in every version since: what was held on that
        day or later, and told after it."""
        siden = None
        for n, h in enumerate(self.fakta):
            if h["type"] == "tta_plan":
                foer = n if siden is None else siden
                siden = foer if til in hensyn_til(h) else None
        lagt, talt = self.fakta[siden]["dag"], {}
        for h in self.fakta[siden:]:
            samtale = h["type"] in ("tta_evaluering", "otte_uger")
            samtale = samtale or (h["type"] == "opfoelgning" and h["art"] in ("videre", "efter_retur"))
            if samtale and h["dato"] >= max(aabner, lagt):
                talt.setdefault(h.get("udfald", "holdt"), []).append(h["dato"])
            elif h["type"] == "tta_plan" and h["dag"] >= maaldag:
                talt.setdefault("holdt", []).append(h["dag"])
        return {udfald: min(dage) for udfald, dage in talt.items()}

    def hensyn_forbi(self, til):
        """Of who is back: they have left since, are away anew or were for long, or it ended long ago."""
        if not self.slut:
            return None
        laenge = self.dag > plus(max(til, self.sidste), HENSYN_DAGE)
        return "bortfaldet" if self.annulleret or self.borte() or self.borte_igen() or laenge else None

    def borte_igen(self):
        """The absence that came next has begun, and has no last day, or had enough days to be followed up on itself."""
        naeste = [l for l in self.sag.forloeb() if l[0].foerste > self.foerste][:1]
        return any(
            l[0].foerste <= self.dag
            and (l[-1].sidste is None or (l[-1].sidste - l[0].foerste).days + 1 >= LANGT_FRAVAER)
            for l in naeste
        )

    # --- How late -----------------------------------------------------------------------------

    def for_sent(self):
        """Days from the last lawful day to the first on which it was done, of what is done by one act with a day of its own."""
        frister = self.frister()
        gjort = {
            "foerste_kontakt": [h["dato"] for h in self.af("foerste_kontakt")],
            "samtale": [
                h["dato"] for h in self.af("samtale") if h["udfald"] in ("holdt", "holdt_telefon", "deltog_ikke")
            ],
            "easy": [h["dato"] for h in self.af("arbejdsskade") if "udfald" not in h],
        }
        for _, nr, _ in self.aftaler():
            gjort["aftale"] = [h["dato"] for h in self.af("aftale") if h["nr"] == nr][-1:]
        if "skaanehensyn" in frister:
            til = frister["skaanehensyn"]["lovdag"]
            talt = self.talt_om(til, plus(til, -14), arbejdsdage(til, -3))
            gjort["skaanehensyn"] = [talt["holdt"]] if "holdt" in talt else []
        dage = {
            art: (min(gjort[art]) - stand["lovdag"]).days
            for art, stand in frister.items()
            if stand["status"] == "opfyldt" and gjort.get(art)
        }
        return {art: antal for art, antal in dage.items() if antal > 0}
