//! French and English sentences for screens, notifications and mails.
