//! The server that joins owners and tenants.
