//! What an incident, a ticket and a person are, and the rules about them.
