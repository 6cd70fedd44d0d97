//! What the command line takes, and what it refuses.

use clap::CommandFactory;

use super::*;

fn call(tekst: &str) -> Result<CommandLine, i32> {
    CommandLine::try_parse_from(tekst.split(' ')).map_err(|error| error.exit_code())
}

#[test]
fn the_commands_are_as_agreed() {
    CommandLine::command().debug_assert();
    let goods = [
        "raskvej",
        "raskvej demo --data d --listen 127.0.0.1:1",
        "raskvej serve --data d --listen 127.0.0.1:0 --clock 2026-01-05T08:00:00+01:00",
        "raskvej serve --data d --clock system",
        "raskvej import --data d --medarbejdere m --fravaer f",
        "raskvej import --data d --fravaer f",
        "raskvej token create --data d --rolle leder --medarbejder 1001",
        "raskvej token create --data d --rolle system --navn bi --udloeber 2027-06-30",
        "raskvej token list --data d",
        "raskvej token revoke 0f3a5c7e9b1d --data d",
        "raskvej token list --data d --format json",
        "raskvej session list --data d --format json",
        "raskvej retention --data d --format json",
        "raskvej verify --data d --format json",
        "raskvej rebuild --data d --compare --format json",
        "raskvej erase --data d --medarbejder 1001 --proeve --ogsaa-ansat",
        "raskvej replay --data d --forloeb 67e55044-10b1-426f-9247-bb680e5fe0c8 --til 2026-02-06T08:00:00Z --format json",
        "raskvej access explain --data d --medarbejder 1001 --forloeb 67e55044-10b1-426f-9247-bb680e5fe0c8",
        "raskvej access table",
        "raskvej indstillinger",
        "raskvej indstillinger --side",
        "raskvej indstillinger --format json",
        "raskvej eftersyn --data d",
        "raskvej eftersyn --data d --format json",
        "raskvej mail test --til drift@kommune.example",
        "raskvej manual --out m",
        "raskvej completion bash",
        "raskvej verify --data d",
        "raskvej verify --bundle b",
        "raskvej verify --data d --seal s --seal t",
        "raskvej verify --bundle b --seal s",
        "raskvej verify --tjeneste https://raskvej.kommune.example --seal s --token-fil f",
        "raskvej verify --tjeneste http://127.0.0.1:8080",
        "raskvej setup --data d",
        "raskvej setup --data d --opsaetning o --listen 127.0.0.1:1 --base-url https://a.example",
        "raskvej setup --data d --issuer https://login.example --klient-id k",
        "raskvej export --data d --forloeb 67e55044-10b1-426f-9247-bb680e5fe0c8 --seal s --seal t --out f",
        "raskvej seal --data d",
        "raskvej seal --data d --out s --overskriv --mail revisor@kommune.example",
        "raskvej seal --data d --noegle",
        "raskvej export --data d --out f",
        "raskvej backup --data d --out f",
        "raskvej backup --data d --out f --siden g --overskriv",
        "raskvej export --data d --out f --overskriv",
        "raskvej restore --from f --data d",
        "raskvej restore --from f --from g --data d --til-position 12",
        "raskvej rebuild --data d --compare",
        "raskvej erase --data d --medarbejder 1001 --aarsag anmodning",
        "raskvej erase --data d --medarbejder 1001 --aarsag anmodning --ogsaa-andres",
        "raskvej erase --data d --medarbejder 1001 --grund anmodning --attest f --ogsaa-ansat --ogsaa-refusion",
        "raskvej retention --data d",
        "raskvej retention --data d --udfoer",
        "raskvej retention --data d --stop 1001 --aarsag retssag",
        "raskvej retention --data d --ophaev-stop 1001 --aarsag retssag",
        "raskvej indsigt --data d --medarbejder 1001 --out f --format json",
        "raskvej noegle roter --data d --ny f",
        "raskvej restore --from f --data d --sletninger l",
        "raskvej restore --from f --data d --uden-liste",
        "raskvej politik --data d",
        "raskvej politik --data d --fastsaet p.toml --fra 2027-01-01",
        "raskvej regler --side",
        "raskvej simulate --medarbejdere 500 --aar 3 --froe 1 --format json",
        "raskvej whatif --data d --regler r.toml --fra 2025-01-01 --til 2025-12-31",
        "raskvej whatif --regler r.toml --som-om 2025-12-01 --antal 10 --efter 2026-01-05_0198f3a0-5c00-7000-8000-000000000001",
        "raskvej import --fravaer f --data d --indstillinger i.toml",
        "raskvej generer --data d --medarbejdere 100 --aar 2 --froe 1 --til 2026-11-20 --haendelser 1000",
    ];
    for tekst in goods {
        assert!(call(tekst).is_ok(), "{tekst}");
    }
    let Some(CliCommand::Replay(replay)) = call("raskvej replay --til 2026-02-06").unwrap().command else { panic!() };
    assert_eq!(replay.til.unwrap().to_rfc3339(), "2026-02-06T22:59:59.999999+00:00");
}

#[test]
fn wrong_usage_is_2_and_help_is_0() {
    let wrong = [
        "raskvej danse",
        "raskvej retention --data d --udfoer --stop 1001 --aarsag retssag",
        "raskvej retention --data d --stop 1001",
        "raskvej erase --data d --medarbejder 1001 --grund fordi",
        "raskvej erase --data d --medarbejder 1001 --proeve --aarsag anmodning",
        "raskvej import --data d",
        "raskvej token create --data d --rolle konge",
        "raskvej token create --data d --rolle hr --udloeber i-morgen",
        "raskvej token revoke --data d",
        "raskvej replay --data d --format xml",
        "raskvej verify --data d --bundle b",
        "raskvej verify --data d --noegle abc",
        "raskvej verify --data d --tjeneste https://raskvej.kommune.example",
        "raskvej verify --tjeneste http://raskvej.kommune.example",
        "raskvej verify --data d --token-fil f",
        "raskvej export --data d --seal s --out f",
        "raskvej setup --data d --issuer http://login.example",
        "raskvej setup --data d --klient-id k",
        "raskvej seal --data d --mail ingen",
        "raskvej mail test --til ingen",
        "raskvej completion dos",
        "raskvej seal --data d --noegle --out s",
        "raskvej serve --data d --clock i-morgen",
        "raskvej serve --data d --clock 9999-12-31T23:59:59Z",
        "raskvej replay --data d --til +262142-12-31",
        "raskvej replay --data d --til 9999-12-31",
        "raskvej ur --data d --idag 9999-12-31",
        "raskvej politik --data d --fastsaet p.toml --fra 0001-01-01",
        "raskvej whatif --data d --regler r.toml --til +262142-12-31",
        "raskvej whatif --data d --regler r.toml --som-om 9999-12-31",
        "raskvej whatif --data d --regler r.toml --efter 2026-01-05",
        "raskvej simulate --medarbejdere 100 --aar 1 --froe 1 --til 9999-12-31",
        "raskvej generer --data d --medarbejdere 100 --aar 1 --froe 1 --til +262142-12-31",
        "raskvej export --data d",
        "raskvej politik --data d --fastsaet p.toml",
        "raskvej whatif --data d",
        "raskvej generer --data d --medarbejdere 7 --aar 2 --froe 1",
    ];
    for tekst in wrong {
        assert_eq!(call(tekst).unwrap_err(), 2, "{tekst}");
    }
    for tekst in
        ["raskvej --help", "raskvej -h", "raskvej serve --help", "raskvej token create --help", "raskvej --version"]
    {
        assert_eq!(call(tekst).unwrap_err(), 0, "{tekst}");
    }
}
