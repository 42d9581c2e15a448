//! What the audit log records: who came in, who was refused, who was let in by whom.
//!
//! It answers "who did that, and when?" long after the fact, so its words never change; it holds ids
//! and words of this program, never what a person wrote.

use crate::access::UnknownWord;
use std::{fmt, str::FromStr};

/// Something that is recorded. Add a line where something else has to be accounted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AuditAction {
    /// Somebody signed in.
    SignedIn,
    /// Somebody tried to, and may not have been who he said.
    SignInFailed,
    /// Somebody signed out.
    SignedOut,
    /// A rule refused what somebody wanted (403).
    Refused,
    /// Somebody changed his password.
    PasswordChanged,
    /// Somebody asked for a link that sets a new password.
    PasswordResetAsked,
    /// Somebody made such a link for another person.
    PasswordResetMade,
    /// A new password was set by such a link.
    PasswordReset,
    /// An owner invited somebody.
    Invited,
    /// An owner took an invitation back.
    InvitationRevoked,
    /// Somebody accepted an invitation.
    InvitationAccepted,
    /// Somebody became an owner of a portfolio or a tenant of a lease.
    MemberAdded,
    /// Somebody's ownership or tenancy ended.
    MemberRemoved,
    /// Somebody ended the session of one of his devices.
    DeviceRevoked,
    /// The status of an incident moved.
    StatusMoved,
    /// Somebody fetched all of his data.
    Exported,
    /// A person was erased.
    UserErased,
}

impl AuditAction {
    /// Every action.
    pub const ALL: &[Self] = &[
        Self::SignedIn,
        Self::SignInFailed,
        Self::SignedOut,
        Self::Refused,
        Self::PasswordChanged,
        Self::PasswordResetAsked,
        Self::PasswordResetMade,
        Self::PasswordReset,
        Self::Invited,
        Self::InvitationRevoked,
        Self::InvitationAccepted,
        Self::MemberAdded,
        Self::MemberRemoved,
        Self::DeviceRevoked,
        Self::StatusMoved,
        Self::Exported,
        Self::UserErased,
    ];

    /// The word that SQL uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignedIn => "signed_in",
            Self::SignInFailed => "sign_in_failed",
            Self::SignedOut => "signed_out",
            Self::Refused => "refused",
            Self::PasswordChanged => "password_changed",
            Self::PasswordResetAsked => "password_reset_asked",
            Self::PasswordResetMade => "password_reset_made",
            Self::PasswordReset => "password_reset",
            Self::Invited => "invited",
            Self::InvitationRevoked => "invitation_revoked",
            Self::InvitationAccepted => "invitation_accepted",
            Self::MemberAdded => "member_added",
            Self::MemberRemoved => "member_removed",
            Self::DeviceRevoked => "device_revoked",
            Self::StatusMoved => "status_moved",
            Self::Exported => "exported",
            Self::UserErased => "user_erased",
        }
    }

    /// Whether people without any right can cause it as often as they like, so that its number has to
    /// be bounded.
    pub fn is_refusal(self) -> bool {
        matches!(
            self,
            Self::SignInFailed | Self::Refused | Self::PasswordResetAsked
        )
    }
}

impl fmt::Display for AuditAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for AuditAction {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .iter()
            .find(|action| action.as_str() == text)
            .copied()
            .ok_or_else(|| UnknownWord(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_a_word_of_its_own() {
        for action in AuditAction::ALL {
            assert_eq!(action.as_str().parse(), Ok(*action));
        }
        assert!("slept".parse::<AuditAction>().is_err());
    }
}
