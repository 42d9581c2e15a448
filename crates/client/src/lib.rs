//! The desktop application without a window.
