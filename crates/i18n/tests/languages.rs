//! Both languages say the same things.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "in a test, a panic is the message"
)]

use fluent_syntax::{
    ast::{Entry, Expression, InlineExpression, Pattern, PatternElement},
    parser,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

/// Every message of a language with the arguments it uses, and the file it is in.
type Messages = BTreeMap<String, (String, BTreeSet<String>)>;

fn folder(language: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../locales")
        .join(language)
}

fn messages(language: &str) -> Messages {
    let mut all = Messages::new();
    for file in fs::read_dir(folder(language)).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let source = fs::read_to_string(&path).unwrap();
        let resource = parser::parse(source.as_str())
            .unwrap_or_else(|(_, mistakes)| panic!("{}: {mistakes:?}", path.display()));
        for entry in resource.body {
            let Entry::Message(message) = entry else {
                continue;
            };
            let mut arguments = BTreeSet::new();
            pattern(
                &message.value.expect("a message has a value"),
                &mut arguments,
            );
            let key = message.id.name.to_owned();
            let twice = all.insert(key.clone(), (name.clone(), arguments));
            assert!(twice.is_none(), "{language}: {key} is there twice");
        }
    }
    all
}

fn pattern(pattern: &Pattern<&str>, arguments: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            self::expression(expression, arguments);
        }
    }
}

fn expression(expression: &Expression<&str>, arguments: &mut BTreeSet<String>) {
    match expression {
        Expression::Inline(inline) => self::inline(inline, arguments),
        Expression::Select { selector, variants } => {
            inline(selector, arguments);
            for variant in variants {
                pattern(&variant.value, arguments);
            }
        }
    }
}

fn inline(inline: &InlineExpression<&str>, arguments: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            arguments.insert(id.name.to_owned());
        }
        InlineExpression::Placeable { expression } => self::expression(expression, arguments),
        InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
        other => panic!("the tests do not know {other:?} yet"),
    }
}

#[test]
fn both_languages_have_the_same_messages_with_the_same_arguments() {
    assert_eq!(messages("fr"), messages("en"));
}

#[test]
fn french_keeps_its_marks_on_the_line() {
    for file in fs::read_dir(folder("fr")).unwrap() {
        let path = file.unwrap().path();
        for (index, line) in fs::read_to_string(&path).unwrap().lines().enumerate() {
            if line.trim_start().starts_with('#') {
                continue;
            }
            let place = format!("{}:{}: {line}", path.display(), index + 1);
            for wrong in [" ?", " !", " ;", " :", " »", "« ", "..."] {
                assert!(!line.contains(wrong), "breaking {wrong:?} in {place}");
            }
            let value = line.split_once('=').map_or(line, |parts| parts.1);
            assert!(!value.contains('\''), "straight apostrophe in {place}");
        }
    }
}
