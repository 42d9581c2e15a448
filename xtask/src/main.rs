//! The command line of `cargo xtask`.

use std::{ffi::OsString, process::ExitCode};

use clap::{Parser, Subcommand};
use xtask::{
    bench,
    cache::Cache,
    checks, demo, fuzz, gallery,
    package::{self, Build},
    pages,
    process::Refused,
    progress, say, schemathesis, setup, soak,
    workspace::Workspace,
};

/// Palier's own commands.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Find what this machine lacks, list it, and install it once you agree.
    Setup {
        /// Agree beforehand (CI=true does too).
        #[arg(long)]
        yes: bool,
    },
    /// Start a demo server and the desktop window, signed in as the demo owner.
    Run {
        /// Go on with the data of the last run instead of a fresh demo.
        #[arg(long)]
        keep_data: bool,
        /// Only the server: for a look with a REST client, or where there is no display.
        #[arg(long)]
        no_window: bool,
    },
    /// Write a message as the demo tenant to the server that `run` started.
    Say {
        /// What to write.
        text: String,
        /// The incident to write to; the first one of the tenant's list if not given.
        #[arg(long)]
        incident: Option<String>,
    },
    /// Run every check: formatting, lints, documentation, licences, tests, the window.
    Test {
        /// Formatting, native lints and plain tests only.
        #[arg(long)]
        quick: bool,
    },
    /// Call every route with good and bad values, made from the API's description.
    Schemathesis {
        /// Random requests an operation.
        #[arg(long, default_value_t = 100)]
        examples: u32,
        /// Which ones.
        #[arg(long, default_value_t = schemathesis::SEED)]
        seed: u64,
    },
    /// Measure the server beside its peers, a device, both, or the window; docs/performance.md has the figures.
    Bench {
        /// What `palier-bench server` takes: `--only streams`, `--rounds 3`; or `device`, `sync`, `window` or `phone` and what
        /// that takes.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Give bytes that nobody meant to what takes bytes from strangers.
    Fuzz {
        /// Only this one of cursor, push, upload_headers, file_name, file_type, search.
        #[arg(long)]
        target: Option<String>,
        /// Minutes for each.
        #[arg(long, default_value_t = 10)]
        minutes: u64,
    },
    /// Live many random lives of a small house, with every fault; docs/sync.md has the promises.
    Soak {
        /// How many.
        #[arg(long, default_value_t = 10_000)]
        lives: u64,
        /// Steps each has at most.
        #[arg(long, default_value_t = 200)]
        steps: u64,
        /// Where to begin: the same seed is the same life.
        #[arg(long, default_value_t = 1_000_000)]
        seed: u64,
    },
    /// Print where a program is that setup installed: `PALIER_WEED=$(cargo xtask which weed)`.
    Which {
        /// The program's name.
        program: String,
    },
    /// Make a .deb and an .rpm of the desktop application, and try them.
    Package {
        /// Of the program that the tests use, instead of an optimised one: quicker to make, slower to use.
        #[arg(long)]
        debug: bool,
    },
    /// Build the screens into ui/dist, and the server's pages from them into server/pages, unless nothing changed
    /// since the last time.
    BuildUi,
    /// Take pictures of the window into target/screenshots.
    Screenshots,
    /// Show every screen's states by address, with made-up data, in a browser.
    Gallery {
        /// Open a browser at its index.
        #[arg(long)]
        open: bool,
        /// Look at every state with axe-core, in a narrow window, in both languages and colours.
        #[arg(long, conflicts_with_all = ["open", "pictures"])]
        check: bool,
        /// Take pictures of every state into target/screenshots/gallery.
        #[arg(long, conflicts_with = "open")]
        pictures: bool,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match start(cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            progress::error(&error);
            // 2: this machine or this call lacks something; 1: something was tried and failed.
            ExitCode::from(if error.is::<Refused>() { 2 } else { 1 })
        }
    }
}

fn start(command: Command) -> anyhow::Result<()> {
    let workspace = Workspace::find()?;
    match command {
        Command::Setup { yes } => {
            setup::ensure(
                &workspace,
                setup::Purpose::Test,
                setup::Consent::from_flag(yes),
            )?;
            progress::note("Everything is here. Next: cargo xtask run, or cargo xtask test.");
            Ok(())
        }
        Command::Run {
            keep_data,
            no_window,
        } => demo::run(&workspace, keep_data, no_window),
        Command::Say { text, incident } => say::say(&workspace, &text, incident.as_deref()),
        Command::Test { quick } => checks::run(&workspace, quick),
        Command::Schemathesis { examples, seed } => {
            checks::schemathesis(&workspace, schemathesis::Effort { examples, seed })
        }
        Command::Bench { arguments } => bench::run_all(&workspace, &arguments),
        Command::Fuzz { target, minutes } => fuzz::fuzz(&workspace, target.as_deref(), minutes),
        Command::Soak { lives, steps, seed } => soak::soak(soak::Effort { lives, steps, seed }),
        Command::Which { program } => {
            let path = setup::python::program(&Cache::find()?, &program)?;
            println!("{}", path.display());
            Ok(())
        }
        Command::Package { debug } => {
            let build = if debug { Build::Debug } else { Build::Release };
            package::package(&workspace, build)
        }
        Command::BuildUi => {
            setup::ensure(
                &workspace,
                setup::Purpose::Run,
                setup::Consent::from_flag(false),
            )?;
            pages::build(&workspace)
        }
        Command::Screenshots => checks::screenshots(&workspace),
        Command::Gallery {
            open,
            check,
            pictures,
        } => {
            let wish = match (check, pictures) {
                (true, _) => gallery::Wish::Check,
                (_, true) => gallery::Wish::Pictures,
                _ => gallery::Wish::Serve { open },
            };
            gallery::gallery(&workspace, wish)
        }
    }
}
