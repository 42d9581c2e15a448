//! Stories with real caches and a real server.
