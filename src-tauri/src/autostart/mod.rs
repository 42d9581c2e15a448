//! Starting with the computer, hidden beside the clock.
//!
//! What the desktop itself keeps is the truth: a person may switch it off there as well. On Linux it is a file
//! ([`xdg`]) written here, because the crate `auto-launch` neither quotes the program's path nor looks at
//! `XDG_CONFIG_HOME`; elsewhere that crate does it ([`launcher`]).

#[cfg_attr(
    target_os = "linux",
    expect(dead_code, reason = "built here too, so that it is checked here")
)]
mod launcher;
#[cfg(target_os = "linux")]
mod xdg;

#[cfg(not(target_os = "linux"))]
use launcher as here;
use std::{env, io, path::PathBuf};
#[cfg(target_os = "linux")]
use xdg as here;

/// The word on the command line after which no window is shown.
pub const HIDDEN: &str = "--hidden";

/// Why it could not be changed.
#[derive(Debug, thiserror::Error)]
pub enum AutostartError {
    /// The desktop's file or folder.
    #[error("the file that starts the application cannot be changed")]
    File(#[from] io::Error),
    /// The desktop's own list.
    #[error(transparent)]
    Launcher(#[from] auto_launch::Error),
    /// There is no home folder.
    #[error("the desktop has no place for it")]
    NoPlace,
}

/// What is started with the computer.
#[derive(Debug, Clone)]
pub struct Autostart {
    program: PathBuf,
    arguments: Vec<String>,
}

impl Autostart {
    /// This program, hidden, on the data that it works with.
    pub fn of_this_program(data_dir: Option<String>) -> Self {
        let mut arguments = vec![HIDDEN.to_owned()];
        if let Some(data_dir) = data_dir {
            arguments.extend(["--data-dir".to_owned(), data_dir]);
        }
        // Inside an AppImage the program's own path is gone after it ends.
        let image = env::var_os("APPIMAGE").map(PathBuf::from);
        let program = image
            .or_else(|| env::current_exe().ok())
            .unwrap_or_else(|| "palier".into());
        Self { program, arguments }
    }

    /// Whether it starts with the computer.
    pub fn is_on(&self) -> Result<bool, AutostartError> {
        here::is_on(self)
    }

    /// Makes it start with the computer from now on, or no longer.
    pub fn set(&self, on: bool) -> Result<(), AutostartError> {
        here::set(self, on)
    }
}
