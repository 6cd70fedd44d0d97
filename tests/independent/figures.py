"""Absence in hours and dagsværk, for vectors.py: by the day on which it lies, with what held of the employment on that day; and how long
there can be refusion."""

from collections import defaultdict
from fractions import Fraction

from law import gaeldende, helligdag, maaneder, plus

FULD_UGE = 37


def hundrededele(tal):
    """Rounded half up to two decimals."""
    return (int(tal * 200) + 1) // 2 / 100


def aftalen_daekker(sag, loeb, dag):
    """It was said that the absence is of the agreement's illness, and the agreement was in force on its first day."""
    svar = [h["paragraf_56"] for r, h in sag.fakta if r in loeb and h.get("paragraf_56") is not None]
    svar += [h["gaelder"] == "ja" for r, h in sag.fakta if r in loeb and h["type"] == "paragraf_56"]
    fra, til = (sag.stam.paa(felt, loeb[0].foerste) for felt in ("paragraf_56_fra", "paragraf_56_til"))
    i_kraft = (fra is None or fra <= loeb[0].foerste) and (til is None or loeb[0].foerste <= til)
    return bool(svar and svar[-1] and i_kraft)


def borte(sag, dag):
    """(cause, part of the day) of everything that is told of a day, own absence before that with a child."""
    dele = []
    for r in sorted(sag.reg, key=lambda r: (r.aarsag == "barn_syg", r.foerste)):
        if r.annulleret or not r.foerste <= dag <= (r.sidste or dag):
            continue
        procent, aarsag = r.omfang_pct, r.aarsag
        for loeb in sag.forloeb():
            if r in loeb:
                fakta = [h for x, h in sag.fakta if x in loeb]
                if any(h["type"] == "afbrydelse" and h["fra"] <= dag <= h["til"] for h in fakta):
                    procent = 0
                omfang = [(x.foerste, x.omfang_pct) for x in loeb]
                omfang += [(h["fra"], h["omfang_pct"]) for h in fakta if h["type"] == "delvis"]
                if procent:
                    procent = gaeldende(sorted(omfang, key=lambda x: x[0]), dag)
                if aftalen_daekker(sag, loeb, dag):
                    aarsag = "paragraf_56"
        del_af_dag = min(Fraction(str(procent)), 100 - sum(d for _, d in dele))
        if del_af_dag > 0:
            dele.append((aarsag, del_af_dag))
    return dele


def fravaer(sag, idag):
    """The twelve months up to a day: absence by month, district and cause; possible hours and full-time people by district."""
    fra = plus(maaneder(idag, -12), 1)
    antal_dage = (idag - fra).days + 1
    fravaer, mulige = defaultdict(lambda: [0, Fraction(0)]), defaultdict(lambda: [Fraction(0), Fraction(0)])
    for dag in (plus(fra, n) for n in range(antal_dage)):
        if not sag.stam.er_ansat(dag):
            continue
        distrikt, timer = sag.stam.paa("distrikt", dag), Fraction(str(sag.stam.paa("timer_pr_uge", dag)))
        mulige[distrikt][1] += timer / FULD_UGE
        if not sag.stam.arbejder(dag):
            continue
        dagens = timer / len(sag.stam.plan(dag))
        mulige[distrikt][0] += dagens
        for aarsag, procent in borte(sag, dag):
            tal = fravaer[dag.strftime("%Y-%m"), distrikt or "", aarsag]
            tal[0] += 1
            tal[1] += dagens * procent / 100
    orden = ["sygdom", "arbejdsskade", "graviditet", "barn_syg", "paragraf_56"]
    raekker = [
        [m, d or None, a, n, hundrededele(t), hundrededele(t * 5 / FULD_UGE)]
        for (m, d, a), (n, t) in sorted(fravaer.items(), key=lambda x: (x[0][:2], orden.index(x[0][2])))
    ]
    alle = sorted(mulige.items(), key=lambda x: x[0] or "")
    return {"dage": raekker, "mulige": [[d, hundrededele(t), hundrededele(f / antal_dage)] for d, (t, f) in alle]}


def betalt(f, dag):
    """A weekday that is paid for and counts in § 24: not one of the first thirty, no public holiday, none without refusion."""
    slut = f.kendt_slut() or dag
    return plus(f.foerste, 30) <= dag <= slut and dag.weekday() < 5 and not helligdag(dag) and f.giver(dag)


def ophoer(f, andre):
    """§ 24: the end of the first month with which more than 22 weeks have been paid in nine months, that one the last of them. Nothing
    where it is over, where its end is told, or where there is no refusion."""
    if f.annulleret or f.slut or f.sidste or f.aarsag == "graviditet" or f.uden_loen():
        return None
    alle = [f, *(a for a in andre if a.aarsag != "graviditet" and not a.uden_loen())]
    maaned = f.foerste.replace(day=1)
    for nr in range(18):
        sidste = plus(maaneder(maaned, nr + 1), -1)
        foerste = maaneder(maaned, nr - 8)
        dage = (plus(foerste, n) for n in range((sidste - foerste).days + 1))
        if sum(betalt(a, dag) for dag in dage for a in alle) > 22 * 5:
            return sidste
    return None
