//! `setup`: from no folder to a working login in one command. It asks nothing, changes nothing that is there, and does nothing
//! that the other commands do not do: it says what comes next.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use forloeb::words::Rolle;

use crate::ask;
use crate::cli::NewWorkplace;
use crate::core::Outside;
use crate::demo_folder;
use crate::durable::{self, Existing, NewFile, PRIVATE, SECRET};
use crate::master_key;
use crate::owner;
use crate::settings::Settings;
use crate::terminal::output::{Terminal, to_stderr};
use crate::terminal::{DONE, Failure, TerminalRequest, token};

/// What the first token is called in the log.
const FIRST: &str = "HR, første adgang";
/// The provider's word in addresses.
const PROVIDER: &str = "kommunen";

/// The files beside the data folder. The key that opens it is never in it: a copy of the folder would be a copy of both.
struct Files {
    settings: PathBuf,
    master: PathBuf,
    login: PathBuf,
    secret: PathBuf,
}

impl Files {
    fn of(beside: &Path) -> Self {
        let file = |name: &str| beside.join(name);
        Self {
            settings: file("indstillinger.toml"),
            master: file(master_key::NAME),
            login: file("login.toml"),
            secret: file(&format!("oidc-{PROVIDER}")),
        }
    }
}

/// Sets a workplace up; the exit code.
pub async fn run(folder: &Path, wanted: &NewWorkplace, settings: &Settings, outside: Outside) -> u8 {
    let denied = |denial: Failure| Terminal::without_file().decline(&denial.to_string(), denial.code());
    // What is beside the folder belongs to who gave the command, and the folder to its owner.
    let prepared = prepare(folder, wanted, settings, outside);
    let (folder, files, outside) = match prepared {
        Ok(ready) => ready,
        Err(denial) => return denied(denial),
    };
    if folder.join("journal").is_dir() {
        to_stderr("Der er en log i mappen, så der er ikke lavet nogen adgangsnøgle: raskvej token create laver en.");
    } else {
        to_stderr("Den første adgangsnøgle, til HR:");
        let token = token::Wanted { rolle: Rolle::Hr, medarbejder: None, navn: Some(FIRST.to_owned()), udloeber: None };
        let code = ask::run(&folder, TerminalRequest::Token(token), &[], None, &outside).await;
        if code != DONE {
            return code;
        }
    }
    let settings = files.settings.display();
    to_stderr(&format!("\nStart tjenesten:\n\n    raskvej serve --indstillinger {settings}\n"));
    to_stderr("Log ind med nøglen på /log-ind under Log ind med en adgangsnøgle.");
    DONE
}

/// Makes what is missing of the files beside the folder.
fn prepare(
    folder: &Path,
    wanted: &NewWorkplace,
    settings: &Settings,
    outside: Outside,
) -> Result<(PathBuf, Files, Outside), Failure> {
    demo_folder::refuse_demonstration(folder).map_err(|denial| Failure::new(denial.to_string()))?;
    let failed = |path: &Path| {
        let path = path.display().to_string();
        move |error: io::Error| Failure::new(format!("{path}: {error}"))
    };
    let whole = owner::as_caller(|| {
        durable::create_folder(folder, PRIVATE)?;
        fs::canonicalize(folder)
    });
    let whole = whole.map_err(failed(folder))?;
    let beside = wanted.beside.clone().unwrap_or_else(|| {
        let mut name = whole.file_name().unwrap_or_default().to_owned();
        name.push("-opsaetning");
        whole.with_file_name(name)
    });
    let beside = std::path::absolute(&beside).map_err(failed(&beside))?;
    if beside.starts_with(&whole) {
        let line =
            "--opsaetning skal være uden for datamappen: hvem der har en kopi af den, havde ellers også hovednøglen.";
        return Err(Failure::usage(line));
    }
    let files = Files::of(&beside);
    let here_before = owner::as_caller(|| files.settings.try_exists()).map_err(failed(&files.settings))?;
    if folder.join("journal").is_dir() && !here_before {
        return Err(Failure::new(format!(
            "{}: her er allerede en log. setup er til en ny mappe og har intet ændret.",
            whole.display()
        )));
    }
    owner::as_caller(|| durable::create_folder(&beside, PRIVATE)).map_err(failed(&beside))?;
    let master = match outside.master {
        Some(master) => {
            to_stderr("Hovednøglen er den, indstillingerne nævner.");
            master
        }
        None => {
            let made = owner::as_caller(|| master_key::make(&files.master)).map_err(failed(&files.master))?;
            say(&files.master, made, "hovednøglen. Gem en kopi, hvor hverken maskinen eller dens sikkerhedskopier er");
            master_key::read(&files.master).map_err(|error| Failure::new(error.to_string()))?
        }
    };
    let listen = wanted.listen.or(settings.listen).unwrap_or(([127, 0, 0, 1], 8080).into());
    let base_url = wanted.base_url.clone().or_else(|| settings.base_url.clone());
    let base_url = base_url.unwrap_or_else(|| format!("http://{listen}"));
    let put = |path: &Path, text: &str| owner::as_caller(|| made(path, text)).map_err(failed(path));
    let login = wanted.issuer.as_deref().map(|issuer| provider(issuer, &wanted.client_id, &files.secret));
    let key_file = settings.master_file.clone().or_else(|| settings.master.is_none().then(|| files.master.clone()));
    let all = lines(&whole, key_file.as_deref(), listen, &base_url, login.is_some().then_some(files.login.as_path()));
    let new = put(&files.settings, &all)?;
    say(&files.settings, new, "indstillingerne");
    if let Some(login) = login {
        if !new {
            to_stderr(&format!("Står den der ikke, så tilføj linjen: login = {}", quoted(&files.login)));
        }
        say(&files.login, put(&files.login, &login)?, "udbyderen, som folk logger ind hos: ret claims og roller til");
        let at = base_url.trim_end_matches('/');
        to_stderr(&format!(
            "Registrér hos udbyderen: {at}/log-ind/{PROVIDER}/svar, efter log ud {at}/log-ind, og som back-channel logout \
             {at}/log-ind/{PROVIDER}/bagkanal.\nLæg klientens hemmelighed i {}: uden den starter tjenesten ikke.",
            files.secret.display()
        ));
    }
    Ok((folder.to_owned(), files, Outside { master: Some(master), ..outside }))
}

fn say(path: &Path, is_new: bool, what: &str) {
    let path = path.display();
    to_stderr(&if is_new {
        format!("{path}: {what}.")
    } else {
        format!("{path}: findes i forvejen og er ikke ændret.")
    });
}

/// Writes a file, where there is none; whether there was none.
fn made(path: &Path, text: &str) -> io::Result<bool> {
    let mut file = NewFile::create(path, SECRET)?;
    file.write_all(text.as_bytes())?;
    match file.finish(Existing::Keep) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        put => put.map(|()| true),
    }
}

/// A text as TOML has it, which is as JSON has it.
fn quoted(text: impl AsRef<Path>) -> String {
    serde_json::Value::from(text.as_ref().to_string_lossy()).to_string()
}

fn lines(data: &Path, master: Option<&Path>, listen: SocketAddr, base_url: &str, login: Option<&Path>) -> String {
    let mut all = format!(
        "# Lavet af raskvej setup. Hver linje kan også sættes som RASKVEJ_… i miljøet.\ndata = {}\nlisten = \"{listen}\"\n\
         base_url = {}\n",
        quoted(data),
        quoted(base_url)
    );
    for (name, file) in [("hovednoegle_fil", master), ("login", login)] {
        all.extend(file.map(|file| format!("{name} = {}\n", quoted(file))));
    }
    all.push_str(
        "\n# Uden disse venter alle mails:\n# smtp_url = \"smtp://relay.kommune.example:25\"\n\
         # mail_fra = \"raskvej@kommune.example\"\n# hr_mail = \"hr-fravaer@kommune.example\"\n\n\
         # Hvem der får loggens segl hver morgen:\n# revisor_mail = \"revisor@revision.example\"\n",
    );
    all
}

fn provider(issuer: &str, client_id: &str, secret: &Path) -> String {
    format!(
        "[[udbyder]]\nkode = \"{PROVIDER}\"\nnavn = \"Log ind med kommunens login\"\nissuer = {}\nklient_id = {}\n\
         hemmelighed_fil = {}\nscopes = [\"profile\"]\nmedarbejdernummer = \"employee_number\"  # claimet med nummeret, \
         aldrig en mailadresse\nroller = \"roles\"                        # claimet med roller\n\
         alle_er_medarbejdere = true\n\n[udbyder.rolle]                         # det, der står i claimet, og rollen\n\
         \"Raskvej.HR\" = \"hr\"\n\"Raskvej.Leder\" = \"leder\"\n\"Raskvej.Revisor\" = \"revisor\"\n",
        quoted(issuer),
        quoted(client_id),
        quoted(secret)
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::login;

    fn wanted(issuer: Option<&str>) -> NewWorkplace {
        NewWorkplace {
            data: crate::cli::Data { folder: None },
            beside: None,
            listen: "127.0.0.1:8123".parse().ok(),
            base_url: Some("https://raskvej.kommune.example".to_owned()),
            issuer: issuer.map(str::to_owned),
            client_id: "raskvej \"1\"".to_owned(),
        }
    }

    fn files(folder: &Path) -> BTreeMap<String, String> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries
            .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(path).unwrap()))
            .collect()
    }

    #[tokio::test]
    async fn a_fresh_folder_comes_to_a_login_and_a_second_time_changes_nothing() {
        let at = tempfile::tempdir().unwrap();
        let (data, beside) = (at.path().join("et \"sted\""), at.path().join("et \"sted\"-opsaetning"));
        let set_up = async || {
            let wanted = wanted(Some("https://login.kommune.example/a"));
            run(&data, &wanted, &Settings::default(), Outside::default()).await
        };
        assert_eq!(set_up().await, DONE);
        let made = files(&beside);
        assert_eq!(made.keys().collect::<Vec<_>>(), ["hovednoegle", "indstillinger.toml", "login.toml"]);
        for name in made.keys() {
            assert_eq!(fs::metadata(beside.join(name)).unwrap().permissions().mode() & 0o777, 0o600, "{name}");
        }
        let settings = Settings::fetch(Some(&beside.join("indstillinger.toml")), []).unwrap();
        assert_eq!(settings.data.as_deref(), Some(fs::canonicalize(&data).unwrap().as_path()));
        assert_eq!(settings.listen, "127.0.0.1:8123".parse().ok());
        assert_eq!(settings.base_url.as_deref(), Some("https://raskvej.kommune.example"));
        assert!(master_key::fetch(&settings, None).unwrap().is_some());
        let login = settings.login.as_deref().unwrap();
        assert!(login::settings::read(login, |_| None).is_err(), "the secret is not there yet");
        fs::write(beside.join("oidc-kommunen"), "hemmeligt").unwrap();
        assert_eq!(login::settings::read(login, |_| None).unwrap()[0].code, "kommunen");
        let head = fs::read(data.join("hoved")).unwrap();
        let before = files(&beside);
        assert_eq!(set_up().await, DONE);
        assert_eq!((files(&beside), fs::read(data.join("hoved")).unwrap()), (before, head));
    }

    #[tokio::test]
    async fn a_folder_with_a_log_of_its_own_is_left_alone() {
        let p = crate::terminal::trial::Trial::small().await;
        let folder = p.close().await;
        let before = fs::read(folder.path().join("hoved")).unwrap();
        let at = tempfile::tempdir().unwrap();
        let to = |beside: PathBuf| NewWorkplace { beside: Some(beside), ..wanted(None) };
        let set_up = async |beside| run(folder.path(), &to(beside), &Settings::default(), Outside::default()).await;
        assert_eq!(set_up(at.path().join("o")).await, 1);
        assert!(!at.path().join("o").exists());
        assert_eq!(set_up(folder.path().join("o")).await, 2, "the key would lie in the folder that it opens");
        assert_eq!(fs::read(folder.path().join("hoved")).unwrap(), before);
    }

    #[tokio::test]
    async fn a_master_key_that_is_named_is_the_one() {
        let at = tempfile::tempdir().unwrap();
        let (data, key) = (at.path().join("data"), at.path().join("nøgle"));
        master_key::make(&key).unwrap();
        let settings = Settings { master_file: Some(key.clone()), ..Settings::default() };
        let outside = Outside { master: master_key::fetch(&settings, None).unwrap(), erasures: None };
        assert_eq!(run(&data, &wanted(None), &settings, outside).await, DONE);
        let beside = at.path().join("data-opsaetning");
        assert_eq!(files(&beside).keys().collect::<Vec<_>>(), ["indstillinger.toml"]);
        let settings = Settings::fetch(Some(&beside.join("indstillinger.toml")), []).unwrap();
        assert_eq!((settings.master_file, settings.login), (Some(key), None));
    }
}
