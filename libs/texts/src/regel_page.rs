//! The page about the rules, written from the rule files themselves: what it says is what is computed.

use std::fmt::Write as _;

use forloeb::Regelbog;
use forloeb::dagsvaerk;
use forloeb::fulgt::{ARBEJDSDAGE, LOOKED_BACK_DAGE};
use forloeb::nyheder::{FRESH_ARBEJDSDAGE, Nyhed};
use forloeb::politik::EXAMPLES;
use forloeb::regler::{
    Adjust, Condition, CountedFrom, Formula, Fristregel, Paamindelsesregel, Regelsaet, Sammenlaegning, SignalKind,
};
use forloeb::words::{Fristart, Modtagerrolle};

use crate::money::kroner;
use crate::parameters::{ParameterLine, parameter_lines};
use crate::sentences::{count, dato, decimal, frist_name, modtager_name, percent, time_of_day};

/// The page, as Markdown.
#[must_use]
pub fn page(book: &Regelbog) -> String {
    let mut out = String::from(
        "# Reglerne\n\nSkrevet af `raskvej regler --side` ud fra regelfilerne; ret ikke her. F er første fraværsdag (dag 1), R den \
         ældste refusionsdag, der ikke er søgt, E planens evalueringsdag, O den seneste opfølgning (ellers dagen for de otte uger), \
         T sidste fraværsdag, A § 56-aftalens sidste dag, L den dag, medarbejderen sagde, at lederen er forkert, V den \
         ventede sidste fraværsdag (har ingen nævnt en, er V så mange dage efter den seneste kontakt, som rækken siger), G den dag, en leder fik forløbet af en anden, N den dag, det blev sagt, at noget på arbejdet \
         var en årsag, eller den, hvor der ses efter, om det hjalp, D den dag, der er aftalt, S den sidste dag, et skånehensyn gælder, og U \
         ansættelsens sidste dag, når arbejdsgiverens sygedagpenge ophører med den. *arb.* er sidste arbejdsdag på eller før \
         dagen, *arb.+* den første på eller efter. Arbejdsdage er mandag til fredag, dog ikke helligdage, 5. juni, 24. \
         og 31. december; store bededag er helligdag til og med 2023.\n",
    );
    for (nr, set) in book.set().iter().enumerate() {
        let before = nr.checked_sub(1).and_then(|nr| book.set().get(nr)).filter(|before| before.name == set.name);
        match before {
            None => regelsaet(&mut out, set),
            Some(before) => changed(&mut out, before, set),
        }
    }
    satser(&mut out, book);
    fulgt(&mut out);
    unnamed_slut(&mut out);
    kontaktperson(&mut out);
    nyt(&mut out);
    politik(&mut out);
    out
}

fn line(out: &mut String, tekst: &str) {
    out.push_str(tekst);
    out.push('\n');
}

/// The same rule set from a later day on: only the rows that are new.
fn changed(out: &mut String, before: &Regelsaet, set: &Regelsaet) {
    heading(out, set);
    line(out, "\nSom før, dog:");
    frister(out, set.frister.iter().filter(|r| !before.frister.contains(r)));
    let new: Vec<_> = set.paamindelser.iter().filter(|p| !before.paamindelser.contains(p)).collect();
    if !new.is_empty() {
        line(out, "\n### Påmindelser");
        paamindelser(out, new);
    }
}

fn heading(out: &mut String, set: &Regelsaet) {
    let til = set.gaelder_til.map_or_else(|| "og frem".to_owned(), |til| format!("til {}", dato(til)));
    let _ = writeln!(out, "\n## Regelsættet {}\n\nFor fravær, der begynder {} {til}.", set.name, dato(set.gaelder_fra));
}

fn frister<'r>(out: &mut String, rows: impl IntoIterator<Item = &'r Fristregel>) {
    line(
        out,
        "\n### Frister\n\n| frist | åbner | måldag | lovdag | hvem | efter raskmelding | kilde |\n|---|---|---|---|---|---|---|",
    );
    for r in rows {
        let intern = r.intern.map(|i| format!(" (intern: {})", formula(i, r))).unwrap_or_default();
        let (aabner, maaldag, lovdag) = (formula(r.aabner, r), formula(r.maaldag, r), formula(r.lovdag, r));
        let forbliver = if r.penge || r.forbliver { "står ved magt" } else { "bortfalder" };
        let tabes = if r.tabes { "; derefter tabt" } else { "" };
        let (name, who) = (frist(r), roller(&r.ansvarlig));
        let _ = writeln!(
            out,
            "| {name} | {aabner} | {maaldag}{intern} | {lovdag}{tabes} | {who} | {forbliver} | {} |",
            with_check(&r.kilde, r.kontrolleres)
        );
    }
}

fn paamindelser<'r>(out: &mut String, rows: impl IntoIterator<Item = &'r Paamindelsesregel>) {
    line(out, "\n| frist | trin | dag | til |\n|---|---|---|---|");
    for p in rows {
        let sidste = if p.sidste_chance { " (sidste chance)" } else { "" };
        let _ = writeln!(out, "| {} | `{}`{sidste} | {} | {} |", frist_name(p.frist), p.trin, when(p), roller(&p.til));
    }
}

fn regelsaet(out: &mut String, set: &Regelsaet) {
    heading(out, set);
    frister(out, &set.frister);
    let u = &set.udsendelse;
    let _ = writeln!(
        out,
        "\n### Påmindelser\n\nSendes kl. {} på arbejdsdage, aldrig før {} eller fra {}. Alt til den samme postkasse er ét brev.",
        time_of_day(u.klokken),
        time_of_day(u.earliest),
        time_of_day(u.latest)
    );
    paamindelser(out, &set.paamindelser);
    sammenlaegning(out, set);
    signaler(out, set);
    numbers(out, set);
}

/// The numbers that are no dates of a frist, and what is to be known of them.
fn numbers(out: &mut String, set: &Regelsaet) {
    line(out, "\n### Tal\n\n| tal | værdi | kilde |\n|---|---|---|");
    for ParameterLine { name, value, kilde, kontrolleres } in parameter_lines(set) {
        let _ = writeln!(out, "| {name} | {value} | {} |", with_check(&kilde, kontrolleres));
    }
    let p = &set.parameters;
    let _ = writeln!(
        out,
        "\n- Timerne i de {} dage før F er de ugentlige timer, dag for dag: hver af medarbejderens ugedage (ellers mandag til fredag) har \
         sin del af dem, også en helligdag og en dag med sygdom eller ferie. Var medarbejderen ansat her før, og var den ansættelse \
         slut, tæller dens timer med, og er de nok, er medarbejderen ikke nyansat. Kendes timerne ikke for alle dagene, sluttes der \
         intet af, at de er få.\n\
         - Delvist fravær er i timer om ugen med to decimaler: 10,81 % af 37 timer er 4 timer.\n\
         - Fraværet slutter senest med ansættelsen, også når dens sidste dag ligger forude: et fravær, der så ikke varer ud over \
         arbejdsgiverperioden, skal ikke anmeldes.\n\
         - Har kommunen givet dispensation, kan dagene fra den dag, den nævner, søges til og med F + {}. Der sigtes efter den \
         almindelige dag, så længe den ikke er gået.\n\
         - Til oplysning: sygedagpenge, og med dem refusionen, kan tidligst ophøre efter en måned, når der er betalt for mere end {} uger \
         i {} kalendermåneder (§ 24). De første {} dage af hvert forløb og helligdage tæller ikke med, en delvis dag tæller som en hel, \
         og fravær hos andre arbejdsgivere kendes ikke.",
        p.nyansat_dage,
        count(p.dispensation_maaneder.into(), "måned", "måneder"),
        p.ophoer_uger,
        p.ophoer_maaneder,
        p.arbejdsgiverperiode_dage
    );
}

/// A frist of a rule set as people read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FristLine {
    /// Its name, and for which absences.
    pub name: String,
    /// How the day is found that people work towards.
    pub maaldag: String,
    /// How the day of the law is found.
    pub lovdag: String,
    /// Law, paragraph or policy.
    pub kilde: String,
    /// It is inferred from its source, and is to be checked by this day.
    pub kontrolleres: Option<chrono::NaiveDate>,
}

/// The frister of a rule set, in its order.
#[must_use]
pub fn frist_lines(set: &Regelsaet) -> Vec<FristLine> {
    let line = |r: &Fristregel| FristLine {
        name: frist(r),
        maaldag: formula(r.maaldag, r),
        lovdag: formula(r.lovdag, r),
        kilde: r.kilde.to_string(),
        kontrolleres: r.kontrolleres,
    };
    set.frister.iter().map(line).collect()
}

/// What the page says of how rows of absence make up one forløb.
fn sammenlaegning(out: &mut String, set: &Regelsaet) {
    let bridged = match set.parameters.sammenlaegning {
        Sammenlaegning::Fridage => {
            "Rækker, der kun skilles af fridage, er ét forløb: lørdage, søndage og helligdage, eller de dage, medarbejderens egne \
             arbejdsdage siger. Har arbejdsdagene en lørdag eller søndag, arbejdes der også på helligdage. 5. juni, 24. og \
             31. december er ikke fridage her. Fridagene hører med til fraværet, med omfanget fra dagene før dem. Efter en registreret \
             raskmelding ses der ikke bort fra nogen dag, heller ikke når lønsystemet har den i rækken: ligger der en dag imellem, er det \
             et nyt forløb. Begynder det næste fravær dagen efter det forriges sidste dag, var der ingen rask dag, og det er ét forløb."
        }
        Sammenlaegning::Nothing => "Kun rækker uden dage imellem er ét forløb.",
    };
    let _ = writeln!(
        out,
        "\n### Hvad er ét forløb?\n\n- {bridged}\n\
         - F er den første hele fraværsdag. Går medarbejderen syg hjem og er helt væk fra næste række, er F den rækkes første dag. En \
         enkelt delvis dag fra lønsystemet, som intet følger efter, er ikke et forløb; den tæller kun i signaler og statistik. \
         Delvist fravær fra begyndelsen i to dage eller mere har F på sin første dag.\n\
         - Graviditet (Udbetaling Danmark) står for sig ved siden af sygdom og arbejdsskade (kommunen): hver del har sit F, sin \
         første refusionsdag og sin anmeldelse. Delingen er ikke et tilbagefald. Sygdom og arbejdsskade er ét forløb; fristen i \
         EASY regnes fra arbejdsskadens første dag, efter reglerne på ulykkens dag: den dag, medarbejderen gik hjem, ellers dagen \
         før. Siger kun den ene af lønsystemet og arbejdspladsen, at det er en arbejdsskade, passes der på fristen, til det er \
         afgjort. Barns sygdom er aldrig et forløb og hindrer ikke egen sygdom samme dag.\n\
         - Stamdata gælder fra den dag, lønsystemet siger (`gaelder_fra`), ellers fra den dag, de kom; det første, der er kendt, \
         gælder fra begyndelsen. En ændring ændrer kun det, der er nyt i den: dagene før beholder deres. Hvornår ansættelsen \
         slutter, er det samme, hvornår det end blev sagt. Bliver nogen ansat igen under samme nummer, efter at den før er \
         sluttet, er det en ny ansættelse: den før, og fravær i den, slutter, hvor den sluttede.\n\
         - Fravær opgøres på de dage, det ligger på, i arbejdsdage, timer og dagsværk (en femtedel af en fuld uge, {} timer). Dagens \
         timer er de ugentlige timer delt på medarbejderens arbejdsdage, gange omfanget; enhed, distrikt og timer er dagens egne. \
         En delvis dag tæller som sin del, også når den ikke er et forløb. Helligdage og aftalt ferie under fraværet tæller ikke, \
         og barns sygdom står for sig.",
        decimal(dagsvaerk::full_day_hundredths(set.parameters.fuld_uge_timer))
    );
}

fn signaler(out: &mut String, set: &Regelsaet) {
    line(
        out,
        "\n### Signaler om hyppigt fravær\n\n| signal | hvad tælles | vindue | årsager | kilde |\n|---|---|---|---|---|",
    );
    for s in &set.signaler {
        let what = match s.kind {
            SignalKind::Perioder => "perioder, der begyndte i vinduet",
            SignalKind::Dage => "kalenderdage i perioder, der begyndte i vinduet",
            SignalKind::Enkeltdage => "perioder på én dag, der begyndte i vinduet og er slut",
            SignalKind::Ugedag => "perioder, der begyndte i vinduet på den samme ugedag",
        };
        let window = match (s.maaneder, s.dage) {
            (maaneder, 0) => format!("{maaneder} måneder"),
            (0, dage) => format!("{dage} dage"),
            (maaneder, dage) => format!("{maaneder} måneder og {dage} dage"),
        };
        let only = if s.kun_nyuddannet { ", kun nyuddannede" } else { "" };
        let aarsager: Vec<_> = s.medregn.iter().map(|a| a.code()).collect();
        let long = match s.hoejst_dage {
            0 => String::new(),
            dage => format!(", fravær på over {dage} dage undtaget"),
        };
        let (name, count, aarsager) = (&s.name, s.count, aarsager.join(", "));
        let _ = writeln!(out, "| `{name}` | mindst {count} {what}{long}{only} | {window} | {aarsager} | {} |", s.kilde);
    }
    line(
        out,
        "\nEn leder kan bede om en mail om ugen. Den går om morgenen på ugens første arbejdsdag, når nogen har fået et signal, \
         eller et nyt fravær med et signal, siden den sidste mail, og siger kun, hvor mange medarbejdere der er et signal om. Mens \
         lederen er væk, går den ikke, heller ikke til en stedfortræder.",
    );
}

/// A source, and by when what was inferred from it is to be checked.
#[must_use]
pub fn with_check(kilde: &str, kontrolleres: Option<chrono::NaiveDate>) -> String {
    match kontrolleres {
        Some(dag) => format!("{kilde}. Udledt; kontrolleres inden {}", dato(dag)),
        None => kilde.to_owned(),
    }
}

/// That something is inferred, and by when it is to be checked, or was to be; nothing where its source says it.
#[must_use]
pub fn to_check(kontrolleres: Option<chrono::NaiveDate>, today: chrono::NaiveDate) -> Option<String> {
    kontrolleres.map(|day| match day < today {
        true => format!("Udledt; skulle være kontrolleret inden {}", dato(day)),
        false => format!("Udledt; kontrolleres inden {}", dato(day)),
    })
}

fn satser(out: &mut String, book: &Regelbog) {
    line(
        out,
        "\n## Satser\n\nSkønnet i kroner er dagene mandag til fredag, der ikke er helligdage (§ 53 a; 5. juni, 24. og 31. december \
         tæller med), × ugesatsen / 5 × min(1, ugentlige timer / 37) × omfanget, og tillægget oveni (§ 54 b). Det er det højeste, \
         der kan blive tale om: refusionen er aldrig større end lønnen for samme tid. Satserne skifter den første mandag i \
         januar. For år uden egen sats bruges den nyeste, og tallet siger det.\n\n| fra | om ugen, højst | kilde |\n|---|---|---|",
    );
    for s in book.satser() {
        let kilde = with_check(&s.kilde, s.kontrolleres);
        let _ = writeln!(out, "| {} | {} | {kilde} |", dato(s.fra), kroner(s.per_uge));
    }
    line(out, "\n| fra | tillæg til refusionen | kilde |\n|---|---|---|");
    for t in book.tillaeg() {
        let kilde = with_check(&t.kilde, t.kontrolleres);
        let _ = writeln!(out, "| {} | {} % | {kilde} |", dato(t.fra), percent(t.pct));
    }
}

fn fulgt(out: &mut String) {
    let _ = writeln!(
        out,
        "\n## Blev påmindelserne fulgt?\n\nEn påmindelse er *fulgt*, når det, den bad om, er gjort samme dag, som mailen blev \
         afleveret, eller en af de {ARBEJDSDAGE} arbejdsdage derefter, og er registreret, efter at mailen var afleveret. Det, der er sendt om \
         én frist i ét forløb på én dag, er én påmindelse, hvor mange der end fik den.\n\n\
         - Dagen er den, det blev gjort, som det er registreret, også når det registreres længe efter. Det, der var gjort før mailen, \
         følger ikke af den.\n\
         - Det er gjort med: en kontakt; en samtale, også en, der ikke kunne holdes; en anmeldelse, der er underskrevet eller kvitteret; \
         en refusionsanmodning, på den dag, den er underskrevet; en beslutning om fast track; opfølgningen; evalueringen, eller at en \
         plan ikke er nødvendig; anmeldelsen i EASY, eller at den ikke skal anmeldes; en ny ventet dag eller raskmeldingen, og hvor ingen \
         har nævnt en dag, også kontakt; afgørelsen om lederen eller en ny leder; svaret på en overtagelse; en foranstaltning; evalueringen, opfølgningen eller en ny plan, når et skånehensyn slutter; og at \
         aftalen er afgjort.\n\
         - Det, der er annulleret, tæller ikke, og påmindelser i et annulleret forløb er ikke med. Det er de heller ikke, når \
         medarbejderen er slettet, eller når forløbet sluttede mere end {LOOKED_BACK_DAGE} dage før måneden.\n\
         - Kalenderaftaler, nyt og medarbejderens kopi beder ikke om noget, og en § 56-aftale fornys i lønsystemet: de er ikke med. En \
         påmindelse tælles først, når dens {ARBEJDSDAGE} arbejdsdage er gået.\n\
         - Tal om færre end fem personer vises ikke og er ikke i nogen sum."
    );
}

fn unnamed_slut(out: &mut String) {
    line(
        out,
        "\n## Når ingen har nævnt en ventet sidste fraværsdag\n\nVarer fraværet ved, og kendes dets sidste dag ikke, hører lederen, \
         hvordan det går, når der er gået så mange dage uden kontakt, som rækken *Forventet slut* siger. Det gælder også, når det er \
         sagt, at ingen kan sige det.\n\n\
         - Der regnes fra den seneste af disse dage, ellers fra F: en kontakt; en samtale, en otteugersopfølgning, en opfølgning eller en \
         evaluering, der er holdt; den dag, et referat blev skrevet; den dag, det blev sagt, at ingen kan sige det; og den dag, \
         medarbejderen begyndte delvist igen.\n\
         - Et forsøg på kontakt, en samtale, som medarbejderen ikke kom til, en opfølgning, der ikke var nødvendig, et referat, der er \
         skrevet om, og delvist arbejde, der først begynder senere, tæller ikke.\n\
         - Er der fulgt op, regnes der tidligst fra dagen efter dagen for *Videre opfølgning*.\n\
         - Fristen er der først fra den dag, den åbner. Det, der registreres, fjerner eller flytter den.",
    );
}

fn kontaktperson(out: &mut String) {
    line(
        out,
        "\n## Hvem tager den første kontakt\n\n1. Den kollega, medarbejderen har valgt i forløbet.\n2. Ellers omsorgskollegaen, som \
         medarbejderen har valgt på forhånd, når arbejdspladsen har slået det til (`omsorgskollega`). Mens fraværet varer, gælder det \
         seneste valg; bagefter det, der stod ved magt den sidste fraværsdag. Valget gælder kun, så længe kollegaen er ansat og er under \
         forløbets leder, TR eller AMR; ellers er det, som om ingen var valgt.\n3. Ellers TR, ellers AMR.\n4. Ellers lederen. \
         Er den, der skulle tage kontakten, selv sygemeldt eller uden mailadresse, er det også lederen.\n\nMedarbejderen selv er det aldrig.",
    );
}

fn nyt(out: &mut String) {
    let _ = writeln!(
        out,
        "\n## Nyt\n\nDet, en har sagt eller gjort i et forløb, og en anden venter på, står i den andens mail om morgenen den næste \
         arbejdsdag, én gang. Er der inden da gjort noget ved det, kommer det ikke med. Når der er gået {FRESH_ARBEJDSDAGE} arbejdsdage \
         mere, er det ikke nyt længere.\n\n| nyt | til |\n|---|---|"
    );
    for nyhed in Nyhed::ALL {
        let (what, til) = nyhed_row(*nyhed);
        let _ = writeln!(out, "| {what} | {til} |");
    }
    line(
        out,
        "\n- Ønskerne til kontakten er kun for den, der tager den, og for lederen. Er kontaktpersonen væk, eller tager \
         kontaktpersonens postkasse ikke imod mail, får lederen dem, medmindre medarbejderen har sagt, at det ikke er den rigtige leder. HR og \
         lederens leder får dem aldrig.\n\
         - Medarbejderens svar, det, medarbejderen siger om fast track, og at der er bedt om en fastholdelsesplan, får HR også, mens det \
         ikke er afgjort, om det er den rigtige leder, og når lederens postkasse ikke tager imod mail.\n\
         - At et forløb er overtaget, at nogen er valgt som koordinator, og det, koordinatoren får om planen, er ikke nyt for andre. Den, der \
         ikke er ansat længere, får det ikke, og HR får ikke at vide, at et forløb, som HR selv gav videre, er overtaget.\n\
         - Er lederen selv koordinator, kommer svaret på planen én gang.\n\
         - Den samme leder eller koordinator under et nyt medarbejdernummer er ikke nyt.",
    );
}

/// What is told, and to whom.
const fn nyhed_row(nyhed: Nyhed) -> (&'static str, &'static str) {
    match nyhed {
        Nyhed::Plan => ("en version af planen, der ikke er svaret på", "medarbejderen"),
        Nyhed::Referat => ("et referat", "medarbejderen"),
        Nyhed::ChangedReferat => ("et referat, der er ændret, efter at der blev skrevet om det", "medarbejderen"),
        Nyhed::Leder => ("en anden leder følger op", "medarbejderen"),
        Nyhed::Plansvar => ("medarbejderens svar på planen", "lederen"),
        Nyhed::Samtalesvar => ("medarbejderen foreslår en anden tid til samtalen eller kommer ikke", "lederen"),
        Nyhed::Fastholdelsesplan => ("medarbejderen beder om en fastholdelsesplan", "lederen"),
        Nyhed::Oensker => {
            ("medarbejderens ønsker til kontakten", "den, der tager den første kontakt, og efter den lederen")
        }
        Nyhed::Overtagelse => ("en leder har sagt ja til et forløb", "den leder, der gav det videre"),
        Nyhed::Koordinator => ("en plan har fået en anden koordinator", "koordinatoren, når en anden har lavet planen"),
        Nyhed::PlansvarKoordinator => ("medarbejderens svar på planen", "koordinatoren"),
        Nyhed::FastTrack => ("medarbejderen siger ja eller nej til fast track eller beder selv om det", "lederen"),
    }
}

fn politik(out: &mut String) {
    line(
        out,
        "\n## Arbejdspladsens egen politik\n\nHR kan fastsætte en politik for fravær, der begynder i morgen eller senere: \
         kontaktmodel, tidligere måldage, flere påmindelser og andre signaler. En påmindelse i en politik kommer oven i reglernes \
         egne; kun de frister, der står i `uden_paamindelser`, mister dem. Den kan aldrig flytte en lovdag, og den kan ikke \
         fjerne påmindelserne om penge.\n\nMed `hoejst_mails_om_ugen = 3` får den, der har fået tre mails med påmindelser eller nyt på syv dage, dagen i dag \
         med, ingen om det, der kan vente. Det kan kun det, hvis dag er arbejdspladsens egen, og intet tabes ved at vente: kontakt, opfølgning, \
         TTA-planens evaluering, forventet slut, leder og overtagelse, det, der er aftalt, og et skånehensyn, der slutter. Samtalen, EASY, forebyggelse, fast track og \
         penge venter aldrig, heller ikke det, nogen selv har bestilt, og HR's fælles postkasse har intet loft. Går der alligevel en mail, går \
         det hele med. Det, der venter, sendes den første arbejdsdag, hvor der er plads, hvis det stadig er aktuelt, og historikken siger hvorfor.\
         \n\nEn politik, der nævner `enhed` eller `distrikt` (lønsystemets koder), gælder kun der. \
         Den ligger oven på den, der gælder alle: først distriktets, så enhedens. Enheden på første fraværsdag tæller. Næste politik \
         for den samme enhed træder i stedet for enhedens forrige.\n\nEn politik kan trækkes tilbage for fravær, der begynder i morgen \
         eller senere. Det, der er begyndt, beholder den, og en politik, som den trådte i stedet for, kommer ikke igen.\n\nFærdige kontaktmodeller:\n",
    );
    for (name, tekst) in EXAMPLES {
        let dage = tekst.lines().find_map(|l| l.strip_prefix("kontaktmodel = ")).unwrap_or_default();
        let _ = writeln!(out, "- `{name}`: kontakt senest på dag {}", dage.trim_matches(['[', ']']));
    }
}

fn frist(r: &Fristregel) -> String {
    let when = match r.when {
        None => "",
        Some(Condition::KortFoerstedagsret) => ", fravær inden for arbejdsgiverperioden med refusion fra første dag",
        Some(Condition::Graviditet) => ", graviditet",
        Some(Condition::Sygedagpenge) => ", sygedagpenge fra arbejdsgiveren i stedet for løn",
        Some(Condition::SygedagpengeStop) => {
            ", sygedagpenge fra arbejdsgiveren i stedet for løn, og ansættelsen slutter inden for arbejdsgiverperioden"
        }
        Some(Condition::WithoutLoen) => ", uden løn under sygdom",
    };
    let dage = if r.mindst_dage > 1 { format!(", fravær på mindst {} dage", r.mindst_dage) } else { String::new() };
    let unnamed = r.uden_dag_dage.map(|dage| format!(" (uden ventet dag: seneste kontakt + {dage} dage)"));
    format!("{}{when}{dage}{}", frist_name(r.art), unnamed.unwrap_or_default())
}

/// A formula of a row, with the letter of the day that its dates are counted from.
fn formula(f: Formula, row: &Fristregel) -> String {
    let fra = match row.art {
        Fristart::Anmeldelse if row.when == Some(Condition::SygedagpengeStop) => "U",
        Fristart::Refusionsanmodning => "R",
        Fristart::TtaEvaluering => "E",
        Fristart::VidereOpfoelgning => "O",
        Fristart::OpfoelgningEfterRetur => "T",
        Fristart::Paragraf56Fornyelse => "A",
        Fristart::ForkertLeder => "L",
        Fristart::Aftale => "D",
        Fristart::ForventetSlut => "V",
        Fristart::Overtagelse => "G",
        Fristart::Forebyggelse => "N",
        Fristart::Skaanehensyn => "S",
        _ => "F",
    };
    let mut out = fra.to_owned();
    match f.maaneder {
        0 => {}
        n => out = format!("{out} + {n} måneder"),
    }
    match f.dage {
        0 => {}
        n if f.maaneder > 0 => out = format!("{out} {} {}", if n < 0 { '−' } else { '+' }, n.abs()),
        n => out = format!("{out}{}{}", if n < 0 { '−' } else { '+' }, n.abs()),
    }
    match f.arbejdsdage {
        0 => {}
        n => out = format!("{out} {} {} arbejdsdage", if n < 0 { '−' } else { '+' }, n.abs()),
    }
    match f.adjust {
        None => out,
        Some(Adjust::Before) => format!("arb. {out}"),
        Some(Adjust::After) => format!("arb.+ {out}"),
    }
}

fn when(p: &Paamindelsesregel) -> String {
    let fra = match p.fra {
        CountedFrom::Aabner => "dagen, den åbner",
        CountedFrom::Maaldag => "måldagen",
        CountedFrom::Lovdag => "lovdagen",
    };
    let dage = match p.dage {
        0 => fra.to_owned(),
        n => format!("{} kalenderdage {} {fra}", n.abs(), if n < 0 { "før" } else { "efter" }),
    };
    let out = match p.arbejdsdage {
        0 => dage,
        n => format!("{}. arbejdsdag {} {dage}", n.abs(), if n < 0 { "før" } else { "efter" }),
    };
    match p.gentag_arbejdsdage {
        None => out,
        Some(n) => format!("{out}, derefter hver {n}. arbejdsdag"),
    }
}

fn roller(roller: &[Modtagerrolle]) -> String {
    roller.iter().map(|r| modtager_name(*r)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_in_docs_is_the_one_that_is_written() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/regler.md");
        let in_docs = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            in_docs.trim_end() == page(&Regelbog::built_in()).trim_end(),
            "docs/regler.md is old: write it with `raskvej regler --side > docs/regler.md`"
        );
    }
}
