//! Secret links: joining by an invitation, choosing a new password.

use super::online::said;
use crate::{Client, ServerAddress, api::Api, error::ClientError};
use palier_bridge::{
    AppEvent, CommandError,
    request::{
        AcceptInvitation, ForgotPassword, ResetPassword, ShowInvitation, ShowPasswordReset, SignIn,
    },
    view::{AppState, Invited},
};
use palier_domain::{DisplayName, Email, NewPassword};
use palier_wire::invitation as wire;
use url::form_urlencoded;

impl Client {
    /// What an invitation's link invites to.
    ///
    /// # Errors
    /// `gone` when it is used up, taken back or too old; the server does not answer.
    pub async fn show_invitation(&self, request: ShowInvitation) -> Result<Invited, CommandError> {
        self.tell(async {
            let api = self.api_of_links().await?;
            let path = accept_path(&request.token);
            let shown: wire::InvitationView = said(api.ask(None, &path).await)?;
            Ok(Invited {
                portfolio: shown.portfolio,
                home: shown.home,
                inviter: shown.inviter,
                email: shown.email,
                has_account: shown.has_account,
            })
        })
        .await
    }

    /// Accepts an invitation: whoever is signed in joins, else the account of the invited address, which is
    /// made where there is none, and signed in.
    ///
    /// # Errors
    /// Name or password; `gone` when the link is used up; the server does not answer.
    pub async fn accept_invitation(
        &self,
        request: AcceptInvitation,
    ) -> Result<AppState, CommandError> {
        self.tell(async {
            if let Some(name) = &request.name {
                DisplayName::parse(name)?;
            }
            if let (Some(_), Some(password)) = (&request.name, &request.password) {
                NewPassword::parse(password)?;
            }
            let api = match &request.password {
                Some(_) => self.api_of_links().await?,
                None => self.account().await?.api.clone(),
            };
            let body = wire::AcceptInvitation {
                name: request.name,
                password: request.password.clone(),
                language: None,
            };
            let path = accept_path(&request.token);
            let accepted: wire::InvitationAccepted = said(api.make(None, &path, &body).await)?;
            if let Some(password) = request.password {
                self.enter_with(accepted.email, password).await?;
            } else {
                self.nudge().await;
            }
            self.app_state().await
        })
        .await
    }

    /// Asks for a mail with a link to a new password; false where that server sends no mail.
    ///
    /// # Errors
    /// The addresses; too many attempts; the server does not answer.
    pub async fn forgot_password(&self, request: ForgotPassword) -> Result<bool, CommandError> {
        self.tell(async {
            let address = ServerAddress::parse(&request.server)
                .map_err(|bad| CommandError::BadServerAddress { address: bad.0 })?;
            let email = Email::parse(&request.email)?.as_str().to_owned();
            let api = Api::new(address, self.installation().config.limits)?;
            let asked = wire::ForgotPassword { email };
            let asked: wire::ResetAsked = said(api.make(None, "api/password-reset", &asked).await)?;
            Ok(asked.by_mail)
        })
        .await
    }

    /// Whose password a link sets: a mail address.
    ///
    /// # Errors
    /// `gone` when the link is used up or too old; the server does not answer.
    pub async fn show_password_reset(
        &self,
        request: ShowPasswordReset,
    ) -> Result<String, CommandError> {
        self.tell(async {
            let api = self.api_of_links().await?;
            let shown: wire::ResetView = said(api.ask(None, &reset_path(&request.token)).await)?;
            Ok(shown.email)
        })
        .await
    }

    /// Sets a new password by a link, which ends all sessions, and signs in with it.
    ///
    /// # Errors
    /// The password; `gone` when the link is used up; the server does not answer.
    pub async fn reset_password(&self, request: ResetPassword) -> Result<AppState, CommandError> {
        self.tell(async {
            NewPassword::parse(&request.password)?;
            let api = self.api_of_links().await?;
            let path = reset_path(&request.token);
            let shown: wire::ResetView = said(api.ask(None, &path).await)?;
            let password = request.password.clone();
            said(
                api.post(None, &path, &wire::ResetPassword { password })
                    .await,
            )?;
            self.enter_with(shown.email, request.password).await?;
            self.app_state().await
        })
        .await
    }

    /// The server to which links lead that are opened here.
    async fn api_of_links(&self) -> Result<Api, ClientError> {
        self.ready().await?;
        let config = &self.installation().config;
        let address = ServerAddress::parse(&config.default_server)
            .map_err(|bad| CommandError::BadServerAddress { address: bad.0 })?;
        Ok(Api::new(address, config.limits)?)
    }

    async fn enter_with(&self, email: String, password: String) -> Result<(), ClientError> {
        let server = self.installation().config.default_server.clone();
        self.begin_session(&SignIn {
            server,
            email,
            password,
        })
        .await?;
        self.installation().shell.emit(AppEvent::SessionChanged);
        Ok(())
    }
}

fn accept_path(token: &str) -> String {
    format!("api/invitations/{}/accept", segment(token))
}

fn reset_path(token: &str) -> String {
    format!("api/password-reset/{}", segment(token))
}

/// Somebody may have changed the link: whatever it is, it stays one part of a path.
fn segment(token: &str) -> String {
    form_urlencoded::byte_serialize(token.as_bytes()).collect()
}
