//! `palier-server config`: what would be in force, and who said so.

use super::layers::{Layers, Shown};
use anyhow::{Result, anyhow};
use palier_server::Config;
use std::fmt::Write as _;

#[derive(clap::Args)]
pub struct Show {
    #[command(flatten)]
    config: Config,
}

pub fn run(args: &Show, layers: &Layers) -> Result<()> {
    print!("{}", render(&layers.settings("config")));
    args.config.check().map_err(|wrong| anyhow!(wrong))
}

/// The settings as a configuration file.
fn render(settings: &[Shown]) -> String {
    let mut text = String::new();
    let mut heading = None;
    for setting in settings {
        if heading != Some(&setting.heading) {
            let gap = if heading.is_some() { "\n" } else { "" };
            let _ = writeln!(text, "{gap}# {}", setting.heading);
            heading = Some(&setting.heading);
        }
        let (id, origin) = (&setting.id, &setting.origin);
        let line = match setting.values.as_slice() {
            _ if setting.secret && setting.origin.is_given() => format!("# {id} is set, {origin}"),
            [] => format!("# {id} is not set"),
            [value] => format!("{id} = {}  # {origin}", quoted(value)),
            values => {
                let list: Vec<_> = values.iter().map(|value| quoted(value)).collect();
                format!("{id} = [{}]  # {origin}", list.join(", "))
            }
        };
        let _ = writeln!(text, "{line}");
    }
    text
}

fn quoted(value: &str) -> String {
    toml::Value::from(value).to_string()
}
