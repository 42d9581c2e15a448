//! Windows' list of programs, or a launch agent of macOS.

use super::{Autostart, AutostartError};
use auto_launch::{AutoLaunch, AutoLaunchBuilder};

/// Whether the program is on the list.
pub fn is_on(autostart: &Autostart) -> Result<bool, AutostartError> {
    Ok(launcher(autostart)?.is_enabled()?)
}

/// Puts it there, or takes it away.
pub fn set(autostart: &Autostart, on: bool) -> Result<(), AutostartError> {
    let launcher = launcher(autostart)?;
    if on {
        launcher.enable()?;
    } else {
        launcher.disable()?;
    }
    Ok(())
}

fn launcher(autostart: &Autostart) -> Result<AutoLaunch, AutostartError> {
    let mut builder = AutoLaunchBuilder::new();
    builder
        .set_app_name("Palier")
        .set_app_path(&autostart.program.to_string_lossy())
        .set_args(&autostart.arguments);
    Ok(builder.build()?)
}
