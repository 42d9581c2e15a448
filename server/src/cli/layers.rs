//! Flag, environment, file, default: the first of them that names a setting wins.
//!
//! clap knows flags and the environment. What the configuration file says, and secrets that live
//! in files of their own, become the defaults of their flags: so every source passes the same
//! parser and is refused in the same words, with the source named.
//!
//! A secret (`hide_env_values`) is looked for in `PALIER_X`, in the file that `PALIER_X_FILE`
//! names, in the systemd credential of the setting's name, and in the configuration file under `x`
//! or, as the name of a file, `x_file`.
//!
//! Start at [`Layers::read`].

use super::log::Log;
use clap::{
    Arg, ArgMatches, Args, Command,
    error::{ContextKind, ContextValue},
    parser::ValueSource,
};
use palier_server::Config;
use std::{
    collections::BTreeMap,
    env,
    ffi::{OsStr, OsString},
    fmt,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Settings that belong to no subcommand.
pub const HEADING: &str = "Everywhere";

/// What was said, and who said it.
pub struct Layers {
    settings: Command,
    matches: ArgMatches,
    given: BTreeMap<String, Given>,
}

/// A value that comes neither from a flag nor straight from the environment.
struct Given {
    values: Vec<String>,
    origin: String,
}

/// A setting as it would be in force.
pub struct Shown {
    /// Its name in the configuration file.
    pub id: String,
    /// What it is about.
    pub heading: String,
    /// Its values as they were said; none when it is not set.
    pub values: Vec<String>,
    /// Whether it must not be printed.
    pub secret: bool,
    /// Who said it.
    pub origin: Origin,
}

/// Who said a value.
#[derive(Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nobody.
    Default,
    /// A flag.
    Flag,
    /// This variable, file or credential.
    Place(String),
}

impl Origin {
    /// Whether somebody said it.
    pub fn is_given(&self) -> bool {
        *self != Self::Default
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => formatter.write_str("default"),
            Self::Flag => formatter.write_str("from the command line"),
            Self::Place(place) => write!(formatter, "from {place}"),
        }
    }
}

/// Why the program does not start: what the person reads, and the exit code.
#[derive(Debug)]
pub enum Refusal {
    /// clap's words (help and version are among them), and where the wrong value comes from.
    Clap(Box<clap::Error>, Option<String>),
    /// Ours.
    Wrong(String),
}

impl Refusal {
    /// Prints it.
    pub fn tell(&self) -> ExitCode {
        match self {
            Self::Clap(error, origin) => {
                let _ = error.print();
                if let Some(origin) = origin {
                    eprintln!("\nThe value comes from {origin}.");
                }
                ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
            }
            Self::Wrong(wrong) => {
                eprintln!("error: {wrong}");
                ExitCode::from(2)
            }
        }
    }
}

impl From<clap::Error> for Refusal {
    fn from(error: clap::Error) -> Self {
        Self::Clap(Box::new(error), None)
    }
}

/// Every setting that the configuration file may name.
pub fn settings() -> Command {
    Log::augment_args(Config::augment_args(Command::new("settings")))
}

/// Whether `arg` is one of them.
pub fn is_setting(arg: &Arg) -> bool {
    let settings = settings();
    settings
        .get_arguments()
        .any(|setting| setting.get_id() == arg.get_id())
}

fn is_secret(arg: &Arg) -> bool {
    arg.is_hide_env_values_set()
}

impl Layers {
    /// Reads `args` for `command`, the environment, and the configuration file, which may name
    /// any of `settings`.
    pub fn read(
        command: Command,
        settings: Command,
        args: impl IntoIterator<Item = OsString>,
    ) -> Result<(ArgMatches, Self), Refusal> {
        let args: Vec<OsString> = args.into_iter().collect();
        // Only an argument that is built can be shown as clap's errors show it.
        let mut settings = settings.disable_help_flag(true);
        settings.build();
        let given = given(file_named(&command, &args).as_deref(), &settings)?;
        let matches = with_defaults(command, &given)
            .try_get_matches_from(&args)
            .map_err(|error| explain(error, &settings, &args, &given))?;
        let layers = Self {
            settings,
            matches: matches.clone(),
            given,
        };
        layers.keep_secrets_off_the_command_line()?;
        Ok((matches, layers))
    }

    fn keep_secrets_off_the_command_line(&self) -> Result<(), Refusal> {
        let Some((name, _)) = self.matches.subcommand() else {
            return Ok(());
        };
        for arg in self.settings.get_arguments() {
            if is_secret(arg) && arg.is_hide_set() && self.origin(name, arg) == Origin::Flag {
                let variable = variable(arg).unwrap_or_default();
                return Err(Refusal::Wrong(format!(
                    "{} is a secret, and everybody on this machine sees the command line: use \
                     {variable}, or {variable}_FILE with the name of a file",
                    arg.get_id()
                )));
            }
        }
        Ok(())
    }

    /// All settings as `subcommand` would use them.
    pub fn settings(&self, subcommand: &str) -> Vec<Shown> {
        let matches = self.matches.subcommand_matches(subcommand);
        let arguments = self.settings.get_arguments();
        let mut shown: Vec<Shown> = arguments
            .map(|arg| Shown {
                id: arg.get_id().to_string(),
                heading: arg.get_help_heading().unwrap_or_default().to_owned(),
                values: matches
                    .and_then(|matches| matches.get_raw(arg.get_id().as_str()))
                    .map(|values| values.map(|it| it.to_string_lossy().into_owned()).collect())
                    .unwrap_or_default(),
                secret: is_secret(arg),
                origin: self.origin(subcommand, arg),
            })
            .collect();
        shown.sort_by_key(|setting| setting.heading == HEADING);
        shown
    }

    fn origin(&self, subcommand: &str, arg: &Arg) -> Origin {
        let id = arg.get_id().as_str();
        let source = self
            .matches
            .subcommand_matches(subcommand)
            .filter(|matches| matches.try_contains_id(id).is_ok())
            .and_then(|matches| matches.value_source(id));
        match source {
            Some(ValueSource::CommandLine) => Origin::Flag,
            Some(ValueSource::EnvVariable) => Origin::Place(variable(arg).unwrap_or_default()),
            _ => match self.given.get(id) {
                Some(given) => Origin::Place(given.origin.clone()),
                None => Origin::Default,
            },
        }
    }
}

fn variable(arg: &Arg) -> Option<String> {
    arg.get_env()
        .map(|name| name.to_string_lossy().into_owned())
}

/// The configuration file that the command line or the environment names.
fn file_named(command: &Command, args: &[OsString]) -> Option<PathBuf> {
    // Whatever else is wrong with the command line is said when it is read for good.
    let lenient = command
        .clone()
        .mut_subcommands(|subcommand| subcommand.mut_args(|arg| arg.required(false)))
        .ignore_errors(true);
    let matches = lenient.try_get_matches_from(args).ok()?;
    matches.get_one::<PathBuf>("config").cloned()
}

/// What the file and the secrets' own files say.
fn given(file: Option<&Path>, settings: &Command) -> Result<BTreeMap<String, Given>, Refusal> {
    let mut given = BTreeMap::new();
    let mut table = file.map(read_table).transpose()?.unwrap_or_default();
    let origin = file.map(|file| file.display().to_string());
    let origin = origin.unwrap_or_default();
    for arg in settings.get_arguments() {
        let id = arg.get_id().as_str();
        let value = table.remove(id);
        let named = is_secret(arg).then(|| table.remove(&format!("{id}_file")));
        let found = match (value, named.flatten()) {
            (Some(_), Some(_)) => {
                return Err(Refusal::Wrong(format!(
                    "{origin}: {id} and {id}_file say the same thing"
                )));
            }
            (Some(value), None) => Some(Given {
                values: texts(value)
                    .map_err(|wrong| Refusal::Wrong(format!("{origin}: {id} {wrong}")))?,
                origin: origin.clone(),
            }),
            (None, Some(toml::Value::String(path))) => Some(secret_in(
                Path::new(&path),
                &format!("{origin} ({id}_file)"),
            )?),
            (None, Some(_)) => {
                return Err(Refusal::Wrong(format!(
                    "{origin}: {id}_file has to be the name of a file"
                )));
            }
            (None, None) => None,
        };
        let found = match secret_elsewhere(arg)? {
            Some(nearer) => Some(nearer),
            None => found,
        };
        if let Some(found) = found {
            given.insert(id.to_owned(), found);
        }
    }
    match table.keys().next() {
        Some(unknown) => Err(Refusal::Wrong(format!(
            "{origin}: there is no setting `{unknown}`{}; `palier-server config` lists them",
            similar(unknown, settings)
        ))),
        None => Ok(given),
    }
}

fn read_table(file: &Path) -> Result<toml::Table, Refusal> {
    let name = file.display();
    let text = std::fs::read_to_string(file)
        .map_err(|error| Refusal::Wrong(format!("could not read {name}: {error}")))?;
    text.parse()
        .map_err(|error| Refusal::Wrong(format!("{name} is no TOML: {error}")))
}

fn texts(value: toml::Value) -> Result<Vec<String>, &'static str> {
    match value {
        toml::Value::String(text) => Ok(vec![text]),
        toml::Value::Integer(number) => Ok(vec![number.to_string()]),
        toml::Value::Float(number) => Ok(vec![number.to_string()]),
        toml::Value::Boolean(flag) => Ok(vec![flag.to_string()]),
        toml::Value::Array(values) if !values.iter().any(toml::Value::is_array) => {
            let texts: Result<Vec<_>, _> = values.into_iter().map(texts).collect();
            texts.map(|texts| texts.concat())
        }
        _ => Err("has to be text, a number, true or false, or a list of these"),
    }
}

/// A secret's value from the file that a variable names, or from a systemd credential.
fn secret_elsewhere(arg: &Arg) -> Result<Option<Given>, Refusal> {
    if !is_secret(arg) {
        return Ok(None);
    }
    if let Some(variable) = variable(arg).map(|name| format!("{name}_FILE"))
        && let Some(path) = env::var_os(&variable)
    {
        return secret_in(Path::new(&path), &variable).map(Some);
    }
    let credential = env::var_os("CREDENTIALS_DIRECTORY")
        .map(|folder| Path::new(&folder).join(arg.get_id().as_str()))
        .filter(|path| path.exists());
    credential
        .map(|path| secret_in(&path, &format!("the credential {}", arg.get_id())))
        .transpose()
}

fn secret_in(path: &Path, origin: &str) -> Result<Given, Refusal> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        Refusal::Wrong(format!(
            "could not read {}, which {origin} names: {error}",
            path.display()
        ))
    })?;
    Ok(Given {
        values: vec![text.trim_end_matches(['\r', '\n']).to_owned()],
        origin: origin.to_owned(),
    })
}

fn similar(unknown: &str, settings: &Command) -> String {
    let ids = settings.get_arguments().map(|arg| arg.get_id().as_str());
    ids.map(|id| (strsim::jaro_winkler(unknown, id), id))
        .filter(|(nearness, _)| *nearness > 0.8)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map_or_else(String::new, |(_, id)| format!(" (`{id}`?)"))
}

/// The same command line, with what was given as the defaults of its flags.
fn with_defaults(command: Command, given: &BTreeMap<String, Given>) -> Command {
    let default = |arg: Arg| match given.get(arg.get_id().as_str()) {
        Some(given) => arg.required(false).default_values(given.values.clone()),
        None => arg,
    };
    command
        .mut_args(default)
        .mut_subcommands(|subcommand| subcommand.mut_args(default))
}

/// Adds to clap's words where the value comes from, and keeps secrets out of them.
fn explain(
    mut error: clap::Error,
    settings: &Command,
    args: &[OsString],
    given: &BTreeMap<String, Given>,
) -> Refusal {
    let Some(ContextValue::String(shown)) = error.get(ContextKind::InvalidArg) else {
        return error.into();
    };
    let Some(arg) = settings
        .get_arguments()
        .find(|arg| arg.to_string() == *shown)
    else {
        return error.into();
    };
    if is_secret(arg) {
        error.insert(
            ContextKind::InvalidValue,
            ContextValue::String("(secret)".into()),
        );
    }
    let flag = format!("--{}", arg.get_long().unwrap_or_default());
    let by_flag = args.iter().any(|word| {
        let word = word.to_string_lossy();
        word == flag || word.starts_with(&format!("{flag}="))
    });
    let variable = variable(arg).filter(|name| env::var_os(OsStr::new(name)).is_some());
    let origin = match variable {
        _ if by_flag => None,
        Some(name) => Some(format!("the environment variable {name}")),
        None => given
            .get(arg.get_id().as_str())
            .map(|given| format!("{}, setting `{}`", given.origin, arg.get_id())),
    };
    Refusal::Clap(Box::new(error), origin)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::value_parser;

    const PASSWORD: &str = "hunter22";

    fn example() -> Command {
        Command::new("example")
            .arg(
                Arg::new("port")
                    .long("port")
                    .value_parser(value_parser!(u16))
                    .default_value("80"),
            )
            .arg(
                Arg::new("proxy")
                    .long("proxy")
                    .num_args(1)
                    .action(clap::ArgAction::Append),
            )
            .arg(
                Arg::new("mail_password")
                    .long("mail-password")
                    .env("PALIER_TEST_MAIL_PASSWORD")
                    .hide_env_values(true)
                    .hide(true)
                    .value_parser(value_parser!(u64)),
            )
    }

    fn read(file: &str, args: &[&str]) -> Result<Vec<Shown>, String> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secret"), format!("{PASSWORD}\n")).unwrap();
        std::fs::write(folder.path().join("number"), "42\n").unwrap();
        let path = folder.path().join("palier.toml");
        let file = file.replace("DIR", folder.path().to_str().unwrap());
        std::fs::write(&path, file).unwrap();
        let config = Arg::new("config")
            .long("config")
            .global(true)
            .value_parser(value_parser!(PathBuf));
        let command = Command::new("palier")
            .arg(config)
            .subcommand(example().name("go"));
        let words = ["palier", "go", "--config", path.to_str().unwrap()];
        let words = words.iter().chain(args).map(OsString::from);
        match Layers::read(command, example(), words) {
            Ok((_, layers)) => Ok(layers.settings("go")),
            Err(Refusal::Wrong(wrong)) => Err(wrong),
            Err(Refusal::Clap(error, origin)) => {
                Err(format!("{error} {}", origin.unwrap_or_default()))
            }
        }
    }

    fn find<'s>(settings: &'s [Shown], id: &str) -> &'s Shown {
        settings.iter().find(|setting| setting.id == id).unwrap()
    }

    #[test]
    fn the_file_stands_behind_the_flag_and_before_the_default() {
        let file = "port = 8000\nproxy = [\"a\", \"b\"]";
        let said = read(file, &[]).unwrap();
        assert_eq!(find(&said, "port").values, ["8000"]);
        assert_eq!(find(&said, "proxy").values, ["a", "b"]);
        let said = read(file, &["--port", "9000"]).unwrap();
        assert_eq!(find(&said, "port").values, ["9000"]);
        assert_eq!(find(&said, "port").origin, Origin::Flag);
        let said = read("", &[]).unwrap();
        assert_eq!(find(&said, "port").values, ["80"]);
        assert_eq!(find(&said, "port").origin, Origin::Default);
    }

    #[test]
    fn what_is_wrong_in_the_file_is_named() {
        let wrong = |file: &str| read(file, &[]).err().unwrap();
        let unknown = wrong("prot = 1");
        assert!(unknown.contains("`prot` (`port`?)"), "{unknown}");
        let value = wrong("port = \"eighty\"");
        assert!(
            value.contains("eighty") && value.contains("--port"),
            "{value}"
        );
        assert!(value.contains("palier.toml, setting `port`"), "{value}");
        assert!(wrong("port = { a = 1 }").contains("port has to be"));
        assert!(wrong("port = ").contains("no TOML"));
    }

    #[test]
    fn a_secret_comes_from_a_file_and_is_never_repeated() {
        let said = read("mail_password_file = \"DIR/number\"", &[]).unwrap();
        assert_eq!(find(&said, "mail_password").values, ["42"]);
        assert!(find(&said, "mail_password").secret);
        let wrong = read("mail_password_file = \"DIR/secret\"", &[])
            .err()
            .unwrap();
        assert!(wrong.contains("mail_password_file"), "{wrong}");
        assert!(!wrong.contains(PASSWORD), "{wrong}");
        let wrong = read("", &["--mail-password", "42"]).err().unwrap();
        assert!(wrong.contains("PALIER_TEST_MAIL_PASSWORD_FILE"), "{wrong}");
        let both = "mail_password = \"1\"\nmail_password_file = \"DIR/number\"";
        assert!(read(both, &[]).err().unwrap().contains("the same thing"));
        assert!(
            read("mail_password_file = \"DIR/none\"", &[])
                .err()
                .unwrap()
                .contains("could not read")
        );
    }
}
