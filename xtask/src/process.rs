//! Running other programs, with errors that name what was run.

use std::{
    ffi::OsString,
    io::{BufRead, BufReader, Write},
    process::{Command, Output, Stdio},
};

use anyhow::{Context, Result, bail};

/// A reason not to start at all: something is missing, or nobody could be asked.
///
/// The binary leaves with code 2 for it, so a script can tell "not set up" from "failed".
#[derive(Debug)]
pub struct Refused(pub String);

impl std::fmt::Display for Refused {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

/// The cargo that started us, so that nested calls use the same toolchain.
#[must_use]
pub fn cargo() -> Command {
    Command::new(cargo_path())
}

/// Where [`cargo`] is.
#[must_use]
pub fn cargo_path() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Runs a program with its output passed through, and fails when it does.
pub fn run(command: &mut Command) -> Result<()> {
    let line = describe(command);
    let status = command
        .status()
        .with_context(|| format!("could not start `{line}`"))?;
    if !status.success() {
        bail!("`{line}` ended with {status}");
    }
    Ok(())
}

/// Runs a program and hands each line of its standard output on, after printing it.
/// Standard error passes through.
pub fn run_and_read(command: &mut Command, mut each_line: impl FnMut(&str)) -> Result<()> {
    let line = describe(command);
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("could not start `{line}`"))?;
    let output = child
        .stdout
        .take()
        .context("the program has no standard output")?;
    // Bytes, not `lines()`: a test may print something that is no UTF-8, which must not end the run.
    let mut reader = BufReader::new(output);
    let mut raw = Vec::new();
    while reader
        .read_until(b'\n', &mut raw)
        .context("could not read the program's output")?
        > 0
    {
        std::io::stdout().write_all(&raw)?;
        each_line(String::from_utf8_lossy(&raw).trim_end());
        raw.clear();
    }
    let status = child
        .wait()
        .with_context(|| format!("could not wait for `{line}`"))?;
    if !status.success() {
        bail!("`{line}` ended with {status}");
    }
    Ok(())
}

/// Runs a program quietly and returns what it printed. A failing program is an error that
/// carries its standard error.
pub fn read(command: &mut Command) -> Result<String> {
    let line = describe(command);
    let output = command
        .output()
        .with_context(|| format!("could not start `{line}`"))?;
    if !output.status.success() {
        bail!("`{line}` ended with {}: {}", output.status, said(&output));
    }
    Ok(String::from_utf8_lossy(&output.stdout)
        .trim_end()
        .to_owned())
}

/// Runs a program quietly and says whether it succeeded; one that cannot be started did not.
pub fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).trim().to_owned()
}

/// The command as one would type it: program and arguments, without its environment.
#[must_use]
pub fn describe(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let name = program.file_name().unwrap_or(command.get_program());
    std::iter::once(name)
        .chain(command.get_args())
        .map(|part| part.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_program_is_named_in_the_error() {
        let error = run(Command::new("false").arg("--loudly")).unwrap_err();
        assert!(
            error.to_string().starts_with("`false --loudly` ended with"),
            "{error}"
        );
    }

    #[test]
    fn a_missing_program_is_named_in_the_error() {
        let error = read(&mut Command::new("palier-no-such-program")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "could not start `palier-no-such-program`"
        );
    }

    #[test]
    fn every_line_is_handed_on() {
        let mut lines = Vec::new();
        run_and_read(Command::new("printf").arg("one\\ntwo"), |line| {
            lines.push(line.to_owned())
        })
        .unwrap();
        assert_eq!(lines, ["one", "two"]);
    }
}
