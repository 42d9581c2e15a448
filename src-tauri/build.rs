//! Embeds the configuration, the icons and the permissions of the page.

fn main() {
    tauri_build::build();
}
