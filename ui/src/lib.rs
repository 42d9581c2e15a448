//! The screens, in the window and in a browser.
