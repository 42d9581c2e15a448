//! A file in `~/.config/autostart`, by the Desktop Application Autostart Specification.

use super::{Autostart, AutostartError};
use directories::BaseDirs;
use std::{fs, io, path::PathBuf};

const FILE: &str = "autostart/org.palier.desktop.desktop";
/// What desktops write into the file instead of deleting it.
const OFF: &[&str] = &["Hidden=true", "X-GNOME-Autostart-enabled=false"];

/// Whether the file is there and says so.
pub fn is_on(_: &Autostart) -> Result<bool, AutostartError> {
    match fs::read_to_string(file()?) {
        Ok(entry) => Ok(!entry.lines().any(|line| OFF.contains(&line.trim()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Writes the file, or deletes it.
pub fn set(autostart: &Autostart, on: bool) -> Result<(), AutostartError> {
    let file = file()?;
    if on {
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        return Ok(fs::write(file, entry(autostart))?);
    }
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

fn file() -> Result<PathBuf, AutostartError> {
    let places = BaseDirs::new().ok_or(AutostartError::NoPlace)?;
    Ok(places.config_dir().join(FILE))
}

fn entry(autostart: &Autostart) -> String {
    let program = autostart.program.to_string_lossy();
    let words = [program.as_ref()]
        .into_iter()
        .chain(autostart.arguments.iter().map(String::as_str));
    let command: Vec<String> = words.map(quoted).collect();
    format!(
        "[Desktop Entry]\nType=Application\nName=Palier\nExec={}\nIcon=palier\nTerminal=false\n",
        command.join(" ")
    )
}

/// A word of a command, by the rules of the Desktop Entry Specification: quoted for the command, then its
/// backslashes once more for the file, and no field codes.
fn quoted(word: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in word.chars() {
        match letter {
            '\\' => quoted.push_str("\\\\\\\\"),
            '"' | '`' | '$' => {
                quoted.push_str("\\\\");
                quoted.push(letter);
            }
            '%' => quoted.push_str("%%"),
            _ => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_anything_in_it_stays_one_word() {
        assert_eq!(quoted("/usr/bin/palier"), r#""/usr/bin/palier""#);
        assert_eq!(quoted("/mes apps/100 % $x"), r#""/mes apps/100 %% \\$x""#);
        assert_eq!(quoted(r#"a\b"c"#), r#""a\\\\b\\"c""#);
    }

    #[test]
    fn it_starts_hidden_on_its_own_data() {
        let autostart = Autostart {
            program: "/usr/bin/palier".into(),
            arguments: vec!["--hidden".into(), "--data-dir".into(), "/d".into()],
        };
        let command = r#"Exec="/usr/bin/palier" "--hidden" "--data-dir" "/d""#;
        assert!(entry(&autostart).lines().any(|line| line == command));
    }
}
