//! How the window's page is drawn.

use tauri::WebviewWindow;

/// Lets the page be drawn by the processor where there is no graphics hardware: in virtual machines, and on
/// computers that are reached from elsewhere. By itself WebKit imitates the hardware there, which costs a quarter of
/// a start and of the memory (docs/performance.md).
pub fn suit_the_hardware(window: &WebviewWindow) -> tauri::Result<()> {
    #[cfg(target_os = "linux")]
    if !linux::has_graphics_hardware() {
        window.with_webview(linux::draw_by_the_processor)?;
    }
    #[cfg(not(target_os = "linux"))]
    let _ = window;
    Ok(())
}

#[cfg(target_os = "linux")]
mod linux {
    use std::{fs, path::Path};
    use tauri::webview::PlatformWebview;
    use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};

    /// Where the kernel lists graphics hardware that can draw: `renderD128` and so on.
    const DEVICES: &str = "/dev/dri";

    pub fn has_graphics_hardware() -> bool {
        draws(Path::new(DEVICES))
    }

    fn draws(devices: &Path) -> bool {
        let Ok(devices) = fs::read_dir(devices) else {
            return false;
        };
        devices
            .flatten()
            .any(|device| device.file_name().to_string_lossy().starts_with("renderD"))
    }

    pub fn draw_by_the_processor(view: PlatformWebview) {
        match view.inner().settings() {
            Some(settings) => {
                settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
            }
            None => tracing::warn!("the page is drawn as WebKit likes"),
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn hardware_that_can_draw_has_a_render_node() {
            let devices = tempfile::tempdir().unwrap();
            assert!(!draws(&devices.path().join("none")));
            // A screen alone, as virtual machines have it.
            fs::write(devices.path().join("card0"), "").unwrap();
            assert!(!draws(devices.path()));
            fs::write(devices.path().join("renderD128"), "").unwrap();
            assert!(draws(devices.path()));
        }
    }
}
