//! The program `palier-server`. Its command line is in [`cli`].

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    // The server starts itself like this to look into files that people send. Before anything else
    // and without the runtime, whose threads would take of the memory that is allowed.
    if arguments
        .next()
        .is_some_and(|it| it == palier_server::JUDGE_FILE)
    {
        return palier_server::judge_file(arguments);
    }
    serve()
}

#[tokio::main]
async fn serve() -> ExitCode {
    cli::run().await
}
