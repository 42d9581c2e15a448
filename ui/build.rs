//! Turns the user's guide into a page of the application, in each language.
//!
//! Done here rather than in the page, so that no reader of Markdown is carried along.

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, html};
use std::{env, error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let out = env::var("OUT_DIR")?;
    for language in ["fr", "en"] {
        let source = format!("../docs/guide.{language}.md");
        println!("cargo::rerun-if-changed={source}");
        let text = fs::read_to_string(&source).map_err(|error| format!("{source}: {error}"))?;
        let page = Path::new(&out).join(format!("guide.{language}.html"));
        fs::write(page, to_html(&text))?;
    }
    Ok(())
}

fn to_html(text: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_HEADING_ATTRIBUTES;
    let events = Parser::new_ext(text, options).map(|event| match event {
        // Beside the guide in the repository, at the root of what is served in the application.
        Event::Start(Tag::Image {
            link_type,
            dest_url,
            title,
            id,
        }) => Event::Start(Tag::Image {
            link_type,
            dest_url: CowStr::from(format!("/{dest_url}")),
            title,
            id,
        }),
        other => other,
    });
    let mut page = String::new();
    html::push_html(&mut page, events);
    page
}
