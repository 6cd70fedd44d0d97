//! `docs/adgang.md`: the table for somebody in HR who wants to know who may see what.

use std::fmt::Write;

use forloeb::words::{Fristart, Rolle};
use texts::sentences::{frist_name, rolle_name};

use super::table::{self, RULES, Rule};
use super::{Intent, Relation, State};

const BEFORE: &str = "\
# Hvem må se og gøre hvad

Siden er skrevet af Raskvej selv, ud fra den ene tabel, som al adgang afgøres efter. Den er til HR, til tillidsvalgte og
til den, der skal svare på spørgsmål om databeskyttelse. Skriv den igen med `raskvej access table > docs/adgang.md`.

## Sådan afgøres det

Fire ting afgør, om nogen må noget: **rollen**, man er logget ind i, **relationen** til forløbet, hvordan forløbet **står**,
og **hvad** man vil. Kun det, en regel herunder giver lov til, må man. Resten er nej.

- **Relationerne kommer fra lønsystemet** og fra det, der er registreret på forløbet: hvem der er leder, TR og AMR, hvem
  medarbejderen har valgt som kontaktperson, hvem der er koordinator på planen, og hvem der er stedfortræder i dag. En rolle
  alene giver ingen adgang til et forløb, bortset fra HR og revisor.
- **Ingen behandler sin egen sag.** Er forløbet ens eget, er man ikke andet i forhold til det, heller ikke i HR, og heller
  ikke når man har en anden ansættelse på arbejdspladsen. Sit eget forløb ser man som medarbejder, på sin egen side.
- **En adgangsnøgle med et navn er ingen person.** Et kontor kan have en nøgle med et navn i stedet for et medarbejdernummer, og
  den første til HR, som `raskvej setup` laver, er sådan. Den har ingen egen sag: den, der bruger den, kan også nå sin egen.
  Loggen siger, hvilken nøgle det var, og ikke hvem. Brug den kun, til folk kan logge ind, og kald den så tilbage.
- **Det, medarbejderen selv har sagt, er medarbejderens.** Lederen ser det i historikken og kan hverken annullere det eller et
  helt forløb, som det står i: det kan HR. En rettelse af dage og årsag kan lederen gøre; den står i historikken, og lønsystemets
  og medarbejderens ord bliver stående.
- **HR kan arbejde for nogle enheder.** Med indstillingen `hr_enheder` siger arbejdspladsen, hvilke enheder en i HR
  arbejder for, for eksempel `9002=E101,E102;9003=E200`. Den, der ikke er nævnt, arbejder for alle. Lister, tal, statistik,
  mails, signaler og stedfortrædere rummer så kun de enheder. Det, der gælder hele arbejdspladsen (en fil fra lønsystemet,
  en politik), kan kun gøres af den, der arbejder for alle enheder; andre får det at vide med de ord.
- **TR og AMR har ingen adgang i sig selv.** Så længe medarbejderen ikke har valgt en kontaktperson, er TR det, og hvor der
  ingen TR er, AMR. Vælger medarbejderen en anden, ser TR og AMR intet mere. Vælger medarbejderen TR eller AMR, ser den, der
  er valgt, det, kontakten kræver, og ikke andet. Når forløbet er slut, er adgangen det også. Har medarbejderen sagt, at AMR
  må vide, at noget på arbejdet var en årsag, ser AMR, hvem det er, hvilken slags årsag, og om det kan være en
  arbejdsskade, indtil der ikke skal gøres mere.
- **Den, der er valgt på forhånd, ser intet på forhånd.** En omsorgskollega er kontaktperson, mens medarbejderen er væk og ikke
  har valgt en anden i forløbet, og kun når arbejdspladsen har slået det til, og kollegaen er ansat og under forløbets leder,
  eller er TR eller AMR. Ellers er det, som om ingen var valgt.
- **Det, man ikke må se, findes ikke.** Svaret er det samme som for et forløb, der aldrig har været der. Det, man ser og
  ikke må gøre, afvises med en grund.
- **Det skjulte tæller ikke med.** Frister og penge, man ikke må se, er heller ikke i tal, filtre, rækkefølge, overblik,
  historik, påmindelser eller advarsler. Den, der ikke ser alle frister, får listen efter første fraværsdag.
- **Numre er ikke til at prøve sig frem med.** Ny leder, koordinator, kontaktperson og stedfortræder vælges blandt dem, der
  er tæt på; alle andre numre får samme svar, hvad enten de findes eller ej. HR kan vælge enhver, der er ansat i en enhed,
  adgangen gælder. Ingen kan være leder, koordinator eller sagsbehandler på sit eget forløb.

Hver adresse prøves af en test, i hver rolle og som hver af relationerne, uden login, som et andet system og med en nøgle, der har et
navn. Som lukket ind tæller den, der får det, der spørges om, og den, hvis ønske reglerne ser på, også når de svarer, at forløbet er
ændret imens, eller at noget i det, der er sendt, ikke kan bruges.

Spørg selv: hvert forløb har linket \"Hvorfor kan jeg se det?\", API'et svarer på `GET /api/v1/adgang/{forløb}`, og den, der
driver Raskvej, kan spørge for en anden med `raskvej access explain --data MAPPE --medarbejder NR --forloeb ID`.
";

/// The page.
#[must_use]
pub fn page() -> String {
    let mut page = BEFORE.to_owned();
    relations(&mut page);
    of_forloeb(&mut page);
    without_forloeb(&mut page);
    frister(&mut page);
    why(&mut page);
    page
}

/// Writing to a string cannot fail.
fn line(page: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = writeln!(page, "{text}");
}

fn heading(page: &mut String, columns: &[&str]) {
    line(page, format_args!("| {} |", columns.join(" | ")));
    line(page, format_args!("|{}", " --- |".repeat(columns.len())));
}

fn relations(page: &mut String) {
    page.push_str("\n## Relationerne\n\nDen første, der passer, gælder.\n\n");
    heading(page, &["kode", "relation"]);
    for relation in Relation::ALL {
        line(page, format_args!("| `{}` | {} |", relation.code(), relation.says()));
    }
}

fn listed(relations: &[Relation]) -> String {
    relations.iter().map(|r| r.says()).collect::<Vec<_>>().join("; ")
}

fn states(states: &[State]) -> String {
    states.iter().map(|s| s.says()).collect::<Vec<_>>().join(", ")
}

/// The acts on a forløb, role by role: a row for each act, a column for each relation.
fn of_forloeb(page: &mut String) {
    page.push_str(
        "\n## Forløb\n\nFor hver rolle: hvad man må, og så længe forløbet står sådan. Det, der ikke står her, må man ikke.\n",
    );
    for rolle in Rolle::ALL {
        let rules: Vec<&Rule> =
            RULES.iter().filter(|r| r.rolle == *rolle && !r.states.contains(&State::NoForloeb)).collect();
        line(page, format_args!("\n### {}\n", rolle_name(*rolle)));
        if rules.is_empty() {
            page.push_str("Ser ingen forløb.\n");
            continue;
        }
        heading(page, &["må", "når man", "mens forløbet er"]);
        for rule in rules {
            for intent in rule.may {
                line(
                    page,
                    format_args!("| {} | {} | {} |", intent.says(), listed(rule.relations), states(rule.states)),
                );
            }
        }
    }
}

fn without_forloeb(page: &mut String) {
    page.push_str("\n## Det, der ikke handler om ét forløb\n\n");
    heading(page, &["rolle", "må", "når"]);
    for rule in RULES.iter().filter(|r| r.states.contains(&State::NoForloeb)) {
        for intent in rule.may {
            let when = if rule.relations == [Relation::AllUnits, Relation::SomeUnits] {
                "altid".to_owned()
            } else {
                listed(rule.relations)
            };
            line(page, format_args!("| {} | {} | {when} |", rolle_name(rule.rolle), intent.says()));
        }
    }
}

fn frister(page: &mut String) {
    page.push_str("\n## Fristerne\n\nHvem der ser hvilke frister på et forløb, de har adgang til.\n\n");
    let roles: Vec<Rolle> = Rolle::ALL.iter().copied().filter(|r| table::ever_allows(*r, Intent::See)).collect();
    let names: Vec<&str> = roles.iter().map(|r| rolle_name(*r)).collect();
    heading(page, &[&["frist"], names.as_slice()].concat());
    for art in Fristart::ALL {
        let does = |r: &Rolle| table::act_of_frist(*art).is_some_and(|act| table::ever_allows(*r, act));
        let cells = roles.iter().map(|r| {
            if table::ever_allows(*r, table::of_frist(*art)) {
                "ja"
            } else if does(r) {
                "når opgaven er ens egen"
            } else {
                "–"
            }
        });
        line(page, format_args!("| {} | {} |", frist_name(*art), cells.collect::<Vec<_>>().join(" | ")));
    }
}

fn why(page: &mut String) {
    page.push_str("\n## Hvorfor\n\n");
    heading(page, &["rolle", "når man", "fordi"]);
    for rule in RULES {
        line(page, format_args!("| {} | {} | {} |", rolle_name(rule.rolle), listed(rule.relations), rule.because));
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_in_the_documents_is_this_one() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/adgang.md");
        let written = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            written == super::page(),
            "docs/adgang.md is old: write it with `raskvej access table > docs/adgang.md`"
        );
    }
}
