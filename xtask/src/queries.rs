//! No query is made of text at run time: its values are bound.
//!
//! sqlx takes a `&'static str`; the ways around it are `AssertSqlSafe`, and pushing formatted text
//! into a `QueryBuilder`. Each such place needs a comment that begins with `Safe SQL:` and says
//! where the text comes from, on the same line or within the three above.

use std::path::Path;

use anyhow::{Context, Result};
use regex::Regex;
use walkdir::WalkDir;

/// The comment that justifies an exception.
const REASON: &str = "Safe SQL:";

/// How far above the place the reason may stand.
const REASON_LINES: usize = 3;

/// The folders that may contain queries.
const FOLDERS: &[&str] = &["crates", "server", "src-tauri", "ui"];

/// Searches the sources below a root; one sentence for each place without a reason.
pub fn violations(root: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for folder in FOLDERS {
        let sources = WalkDir::new(root.join(folder))
            .sort_by_file_name()
            .into_iter()
            .filter_entry(|entry| {
                !matches!(
                    entry.file_name().to_str(),
                    Some("tests" | "target" | "dist")
                )
            });
        for file in sources {
            let file = file.with_context(|| format!("could not look through {folder}"))?;
            if file
                .path()
                .extension()
                .is_none_or(|extension| extension != "rs")
            {
                continue;
            }
            let text = std::fs::read_to_string(file.path())
                .with_context(|| format!("could not read {}", file.path().display()))?;
            let name = file
                .path()
                .strip_prefix(root)
                .unwrap_or(file.path())
                .display();
            found.extend(suspects(&text)?.into_iter().map(|(line, what)| {
                format!("{name}:{line}: `{what}` builds a query from text; bind the value, or say `// {REASON} …`")
            }));
        }
    }
    Ok(found)
}

/// Lines with a query made of text, and what was found there.
fn suspects(source: &str) -> Result<Vec<(usize, String)>> {
    // `\s*` also matches line breaks: rustfmt puts a long argument on a line of its own.
    let pattern = Regex::new(
        r"(?x)
        \b (?: query (?: _as | _scalar | _with )? | raw_sql | execute | push ) (?: ::<[^()]*> )?
          \s* \( \s* & \s* format!            # a query of formatted text
        | \b push \s* \( \s* format!          # … piece by piece
        | \b AssertSqlSafe \s* \(             # the promise that it is harmless
        | \b (?: query (?: _as | _scalar | _with )? | raw_sql ) (?: ::<[^()]*> )? \s* \( \s* format!",
    )?;
    let code = without_comments(before_tests(source));
    let lines: Vec<&str> = source.lines().collect();
    let places = pattern.find_iter(&code).filter_map(|place| {
        let line = code[..place.start()].matches('\n').count();
        // A `push` of text belongs to a query only where queries are built.
        let innocent = place.as_str().starts_with("push") && !code.contains("QueryBuilder");
        let justified = lines[line.saturating_sub(REASON_LINES)..=line]
            .iter()
            .any(|text| text.contains(REASON));
        (!innocent && !justified).then(|| {
            let what: Vec<&str> = place.as_str().split_whitespace().collect();
            (line + 1, what.concat())
        })
    });
    Ok(places.collect())
}

/// The part of a file before its test module.
fn before_tests(source: &str) -> &str {
    source.split("#[cfg(test)]\nmod ").next().unwrap_or(source)
}

/// Blanks whole-line comments and keeps the line numbers.
fn without_comments(source: &str) -> String {
    source
        .lines()
        .map(|line| {
            if line.trim_start().starts_with("//") {
                ""
            } else {
                line
            }
        })
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_of(source: &str) -> Vec<usize> {
        suspects(source)
            .unwrap()
            .into_iter()
            .map(|(line, _)| line)
            .collect()
    }

    #[test]
    fn the_workspace_binds_its_values() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        assert_eq!(violations(root).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn planted_queries_of_text_are_found() {
        assert_eq!(lines_of("sqlx::query(&format!(\"select {x}\"))"), [1]);
        assert_eq!(
            lines_of("let a = 1;\nsqlx::query_as::<_, Row>(\n    &format!(\"select {x}\"),\n)"),
            [2]
        );
        assert_eq!(lines_of("query_scalar(format!(\"select {x}\"))"), [1]);
        assert_eq!(lines_of("sqlx::query(AssertSqlSafe(text))"), [1]);
        assert_eq!(
            lines_of("let mut b = QueryBuilder::new(\"\");\nb.push(format!(\"{x}\"));"),
            [2]
        );
    }

    #[test]
    fn a_plain_query_and_a_list_of_words_are_fine() {
        assert!(lines_of("sqlx::query(\"select id from outbox where n = ?\").bind(n)").is_empty());
        assert!(lines_of("words.push(format!(\"{x}\"));").is_empty());
        assert!(lines_of("// never sqlx::query(&format!(\"…\"))").is_empty());
    }

    #[test]
    fn a_reason_is_accepted_and_a_test_needs_none() {
        assert!(
            lines_of("// Safe SQL: the table's name is one of ours.\nquery(AssertSqlSafe(text))")
                .is_empty()
        );
        assert_eq!(
            lines_of("// Safe SQL: far away\n\n\n\n\nquery(AssertSqlSafe(text))"),
            [6]
        );
        assert!(
            lines_of("fn a() {}\n#[cfg(test)]\nmod tests { fn b() { query(AssertSqlSafe(t)) } }")
                .is_empty()
        );
    }
}
