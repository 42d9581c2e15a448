//! Journal and cache on SQLite.
