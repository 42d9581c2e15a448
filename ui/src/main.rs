//! Starts the screens in the page.

fn main() {
    palier_ui::start();
}
