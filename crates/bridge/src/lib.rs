//! What travels between screens and application.
