//! The pure sync engine: what to send, retry, park, apply and notify.
