"""The tables of the rules and the days of the calendar, for vectors.py: by other code than Raskvej's."""

from datetime import date, timedelta
from functools import lru_cache

PENGE = ("anmeldelse", "refusionsanmodning")
# What stays due after raskmelding.
FORBLIVER = (
    *PENGE, "easy", "opfoelgning_efter_retur", "forebyggelse", "aftale", "skaanehensyn", "paragraf_56_fornyelse",
)
# Steps that say that they are the last chance.
SIDSTE_CHANCE = {("anmeldelse", "t-2"), ("anmeldelse", "t")}
# name, what is counted, from how many on, in how many months or days, only of the newly educated
SIGNALER = [
    ("perioder", "perioder", 3, (6, 0), False),
    ("dage", "dage", 15, (12, 0), False),
    ("perioder_nyuddannet", "perioder", 2, (6, 0), True),
    ("enkeltdage", "enkeltdage", 3, (0, 90), False),
    ("samme_ugedag", "ugedag", 3, (0, 180), False),
]
# Kroner a week, and the tillæg in per mille, each from the first Monday of January.
SATSER = [
    (date(2022, 1, 3), 4465),
    (date(2023, 1, 2), 4550),
    (date(2024, 1, 1), 4695),
    (date(2025, 1, 6), 4865),
    (date(2026, 1, 5), 5085),
]
TILLAEG = [
    (date(2024, 1, 1), 15),
    (date(2025, 1, 6), 18),
    (date(2026, 1, 5), 21),
    (date(2027, 1, 4), 24),
    (date(2028, 1, 3), 27),
    (date(2029, 1, 1), 30),
    (date(2030, 1, 7), 33),
]
# From which day of an accident on it must have cost how many days before EASY is told.
EASY_DAGE = [(date.min, 1), (date(2026, 7, 1), 3)]
# First absence day from which the kommune follows up by week eight only where the absence goes on beyond week 26, or by wish.
KUN_EFTER_OENSKE = date(2026, 7, 1)
UGEDAGE = ["man", "tir", "ons", "tor", "fre", "loer", "soen"]
# frist, step, counted from, how, to whom; "wd" n: n working days from it; "kal" n: n calendar days, moved back.
PAAMINDELSER = [
    ("foerste_kontakt", "t-2", "maaldag", "wd", -2, ["kontaktperson"]),
    ("foerste_kontakt", "t", "maaldag", "wd", 0, ["kontaktperson"]),
    ("foerste_kontakt", "overskredet", "lovdag", "wd", 1, ["leder"]),
    ("foerste_kontakt", "overskredet-3", "lovdag", "wd", 3, ["hr"]),
    ("samtale", "t-10", "maaldag", "wd", -10, ["leder"]),
    ("samtale", "t-3", "maaldag", "wd", -3, ["leder"]),
    ("samtale", "t", "maaldag", "wd", 0, ["leder"]),
    ("samtale", "overskredet", "lovdag", "wd", 1, ["leder", "hr", "medarbejder"]),
    ("anmeldelse", "aabner", "aabner", "wd+", 0, ["leder", "hr"]),
    ("anmeldelse", "t-5", "maaldag", "wd", -5, ["leder", "hr"]),
    ("anmeldelse", "t-2", "maaldag", "wd", -2, ["leder", "hr"]),
    ("anmeldelse", "t", "maaldag", "wd", 0, ["leder", "hr"]),
    ("anmeldelse", "overskredet", "lovdag", "gentag", 1, ["hr", "leders_leder"]),
    ("fast_track", "t-5", "maaldag", "wd", -5, ["leder"]),
    ("otte_uger", "t-10", "maaldag", "wd", -10, ["leder"]),
    ("otte_uger", "t-2", "maaldag", "wd", -2, ["leder"]),
    ("otte_uger", "overskredet", "lovdag", "wd", 1, ["hr"]),
    ("refusionsanmodning", "30-dage", "lovdag", "kal", -30, ["hr"]),
    ("refusionsanmodning", "10-dage", "lovdag", "kal", -10, ["hr"]),
    ("refusionsanmodning", "t-2", "maaldag", "wd", -2, ["hr"]),
    ("refusionsanmodning", "overskredet", "lovdag", "gentag", 1, ["hr"]),
    ("tta_evaluering", "t-3", "maaldag", "wd", -3, ["koordinator", "leder"]),
    ("tta_evaluering", "t", "maaldag", "wd", 0, ["koordinator", "leder"]),
    ("easy", "t-5", "maaldag", "wd", -5, ["leder"]),
    ("easy", "t", "maaldag", "wd", 0, ["leder", "hr"]),
    ("easy", "overskredet", "lovdag", "wd", 1, ["leder", "hr"]),
    ("forkert_leder", "aabner", "aabner", "wd+", 0, ["hr"]),
    ("forkert_leder", "overskredet", "lovdag", "wd", 1, ["hr"]),
    ("forventet_slut", "t", "maaldag", "wd", 0, ["leder"]),
    ("forventet_slut", "overskredet", "lovdag", "wd", 1, ["hr"]),
    ("overtagelse", "aabner", "aabner", "wd+", 0, ["leder"]),
    ("overtagelse", "overskredet", "lovdag", "wd", 1, ["leder", "hr"]),
    ("forebyggelse", "aabner", "aabner", "wd+", 0, ["leder", "amr"]),
    ("forebyggelse", "overskredet", "lovdag", "wd", 1, ["leder", "leders_leder"]),
    ("skaanehensyn", "t", "maaldag", "wd", 0, ["leder"]),
    ("skaanehensyn", "overskredet-3", "lovdag", "wd", 3, ["hr"]),
    ("paragraf_56_fornyelse", "aabner", "aabner", "wd+", 0, ["hr"]),
]


def plus(dag, dage):
    return dag + timedelta(days=dage)


def maaneder(dag, antal):
    """The same day of a later month, or that month's last day."""
    m = dag.month - 1 + antal
    aar, m = dag.year + m // 12, m % 12 + 1
    sidste = plus(date(aar + m // 12, m % 12 + 1, 1), -1)
    return sidste.replace(day=min(dag.day, sidste.day))


@lru_cache
def paaske(aar):
    """Gauss, in the form of Meeus: Easter Sunday."""
    a, b, c = aar % 19, aar // 100, aar % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(aar, f // 31, f % 31 + 1)


def gaeldende(tabel, dag, ellers=None):
    """The newest entry of a dated table that holds on a day."""
    return ([vaerdi for fra, vaerdi in tabel if fra <= dag] or [ellers])[-1]


@lru_cache(maxsize=None)
def helligdag(dag):
    fra_paaske = (dag - paaske(dag.year)).days
    bevaegelig = fra_paaske in {-3, -2, 0, 1, 39, 49, 50} or (fra_paaske == 26 and dag.year <= 2023)
    return bevaegelig or (dag.month, dag.day) in {(1, 1), (12, 25), (12, 26)}


@lru_cache(maxsize=None)
def arbejdsdag(dag):
    lukket = (dag.month, dag.day) in {(6, 5), (12, 24), (12, 31)}
    return dag.weekday() < 5 and not lukket and not helligdag(dag)


def wd(dag, retning=-1):
    while not arbejdsdag(dag):
        dag = plus(dag, retning)
    return dag


def arbejdsdage(dag, antal):
    """`antal` working days after or before a day; 0 is the last working day on or before it."""
    if antal == 0:
        dag = wd(dag)
    skridt = 1 if antal > 0 else -1
    while antal:
        dag = plus(dag, skridt)
        antal -= skridt if arbejdsdag(dag) else 0
    return dag
