//! Portfolios, properties, units, leases, invitations. Shown from what is here; changed online only.

use super::online::said;
use crate::{
    Client, account::Account, api::Reply, driver::Input, error::ClientError, words, zone::here,
};
use chrono::{Local, NaiveDate};
use palier_bridge::{
    AppEvent, CommandError,
    request::{
        EndLease, Invite, ListInvitations, ListPortfolios, ListProperties, MakeLease,
        MakePortfolio, MakeProperty, MakeUnit, RevokeInvitation,
    },
    view::{
        HomeView, InvitationLink, InvitationView, LeaseStanding, LeaseView, PortfolioView,
        PropertyName as NamedProperty, PropertyView, TenantView,
    },
};
use palier_domain::{Email, LeaseTerm, PortfolioName, PropertyName, Role, UnitLabel};
use palier_engine::{Event, Outcome};
use palier_store::view::{HomeRow, LeaseRow, PortfolioRow, PropertyRow};
use palier_wire::{
    Lease, Portfolio, Property, Unit,
    invitation::{Invitation, InvitationList, LinkMade, NewInvitation},
    letting::{LeasePatch, NewLease, NewPortfolio, NewProperty, NewUnit},
};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};
use uuid::Uuid;

/// Ids of what was asked for and not answered: asking for the same again must not make it twice.
#[derive(Debug, Default)]
pub(crate) struct Unanswered(Mutex<HashMap<String, Uuid>>);

impl Unanswered {
    fn id(&self, wish: &str) -> Uuid {
        let mut ids = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *ids.entry(wish.to_owned()).or_insert_with(Uuid::now_v7)
    }

    fn answered(&self, wish: &str) {
        let mut ids = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ids.remove(wish);
    }
}

impl Client {
    /// The portfolios that the person runs, with everything in them.
    ///
    /// # Errors
    /// Nobody is signed in; the data folder.
    pub async fn list_portfolios(
        &self,
        _: ListPortfolios,
    ) -> Result<Vec<PortfolioView>, CommandError> {
        self.tell(async {
            let account = self.account().await?;
            let today = Local::now().date_naive();
            let words = self.installation().words();
            let tenant = |name| words::name(&words, name, Role::Tenant);
            let rows = account.store.portfolios().await?;
            Ok(rows
                .into_iter()
                .map(|row| portfolio(row, today, &tenant))
                .collect())
        })
        .await
    }

    /// The properties of these portfolios, by name.
    ///
    /// # Errors
    /// Nobody is signed in; the data folder.
    pub async fn list_properties(
        &self,
        _: ListProperties,
    ) -> Result<Vec<NamedProperty>, CommandError> {
        self.tell(async {
            let names = self.account().await?.store.property_names().await?;
            let name = |(id, name)| NamedProperty { id, name };
            Ok(names.into_iter().map(name).collect())
        })
        .await
    }

    /// Invitations that stand, the newest first.
    ///
    /// # Errors
    /// Nobody is signed in; the server does not answer.
    pub async fn list_invitations(
        &self,
        _: ListInvitations,
    ) -> Result<Vec<InvitationView>, CommandError> {
        self.tell(async {
            let account = self.account().await?;
            let epoch = account.shared.epoch();
            let list: InvitationList = said(account.api.ask(epoch, "api/invitations").await)?;
            Ok(list.invitations.into_iter().map(invitation).collect())
        })
        .await
    }

    /// Makes a portfolio of the person's own.
    ///
    /// # Errors
    /// The name; the server does not answer.
    pub async fn make_portfolio(&self, request: MakePortfolio) -> Result<(), CommandError> {
        self.tell(async {
            let name = PortfolioName::parse(&request.name)?.as_str().to_owned();
            self.make::<Portfolio, _>("api/portfolios", &name, |id| NewPortfolio {
                id: id.into(),
                name: name.clone(),
            })
            .await
        })
        .await
    }

    /// Makes a property, in the time zone of this device.
    ///
    /// # Errors
    /// The name; a rule; the server does not answer.
    pub async fn make_property(&self, request: MakeProperty) -> Result<(), CommandError> {
        self.tell(async {
            let name = PropertyName::parse(&request.name)?.as_str().to_owned();
            let time_zone = here().name().to_owned();
            let wish = format!("{} {name}", request.portfolio_id);
            self.make::<Property, _>("api/properties", &wish, |id| NewProperty {
                id: id.into(),
                portfolio_id: request.portfolio_id,
                name: name.clone(),
                address: String::new(),
                time_zone: time_zone.clone(),
            })
            .await
        })
        .await
    }

    /// Makes a unit in a property.
    ///
    /// # Errors
    /// The label; a rule; the server does not answer.
    pub async fn make_unit(&self, request: MakeUnit) -> Result<(), CommandError> {
        self.tell(async {
            let label = UnitLabel::parse(&request.label)?.as_str().to_owned();
            let wish = format!("{} {label}", request.property_id);
            self.make::<Unit, _>("api/units", &wish, |id| NewUnit {
                id: id.into(),
                property_id: request.property_id,
                label: label.clone(),
            })
            .await
        })
        .await
    }

    /// Lets a unit; those who move in are invited to the lease.
    ///
    /// # Errors
    /// The days; another lease on one of them; the server does not answer.
    pub async fn make_lease(&self, request: MakeLease) -> Result<(), CommandError> {
        self.tell(async {
            LeaseTerm::new(request.starts_on, request.ends_on)?;
            let wish = format!("{} {}", request.unit_id, request.starts_on);
            self.make::<Lease, _>("api/leases", &wish, |id| NewLease {
                id: id.into(),
                unit_id: request.unit_id,
                starts_on: request.starts_on,
                ends_on: request.ends_on,
                tenants: Vec::new(),
            })
            .await
        })
        .await
    }

    /// Says on which day a lease ends, or that it runs on.
    ///
    /// # Errors
    /// The day; another lease after it; the server does not answer.
    pub async fn end_lease(&self, request: EndLease) -> Result<(), CommandError> {
        self.tell(async {
            let account = self.account().await?;
            let patch = LeasePatch {
                starts_on: None,
                ends_on: Some(request.ends_on),
            };
            let path = format!("api/leases/{}", request.lease_id);
            let changed = account
                .api
                .change(account.shared.epoch(), &path, &patch)
                .await;
            said::<Lease>(changed)?;
            self.letting_changed(&account);
            Ok(())
        })
        .await
    }

    /// Invites somebody into a lease or a portfolio. The server mails the link, or it is the person's to
    /// pass on.
    ///
    /// # Errors
    /// The mail address; a rule; the server does not answer.
    pub async fn invite(&self, request: Invite) -> Result<InvitationLink, CommandError> {
        self.tell(async {
            let account = self.account().await?;
            let email = Email::parse(&request.email)?.as_str().to_owned();
            let new = NewInvitation {
                // Another link each time: the one before is then good for nothing.
                id: Uuid::now_v7().into(),
                portfolio_id: request.portfolio_id,
                lease_id: request.lease_id,
                email: email.clone(),
                language: self.installation().words().language(),
            };
            let made = account
                .api
                .make(account.shared.epoch(), "api/invitations", &new);
            let made: LinkMade = said(made.await)?;
            self.letting_changed(&account);
            Ok(InvitationLink {
                email,
                link: made.link,
                expires_at: made.expires_at,
            })
        })
        .await
    }

    /// Takes an invitation back.
    ///
    /// # Errors
    /// It was accepted or is gone; the server does not answer.
    pub async fn revoke_invitation(&self, request: RevokeInvitation) -> Result<(), CommandError> {
        self.tell(async {
            let account = self.account().await?;
            let path = format!("api/invitations/{}", request.id);
            let removed = account.api.remove(account.shared.epoch(), &path).await;
            // Gone is what was wanted, and the page shows it no more either way.
            self.letting_changed(&account);
            said(removed)?;
            Ok(())
        })
        .await
    }

    /// Makes something under an id of its own; the same wish again, after no answer, has the same id.
    async fn make<T: DeserializeOwned, B: Serialize>(
        &self,
        path: &str,
        wish: &str,
        body: impl FnOnce(Uuid) -> B,
    ) -> Result<(), ClientError> {
        let account = self.account().await?;
        let wish = format!("{} {path} {wish}", account.key);
        let body = body(self.inner.unanswered.id(&wish));
        let made: Reply<T> = account.api.make(account.shared.epoch(), path, &body).await;
        if !matches!(made.outcome, Outcome::NoVerdict(_)) {
            self.inner.unanswered.answered(&wish);
        }
        said(made)?;
        self.letting_changed(&account);
        Ok(())
    }

    /// The rows come with the next pull, which is now; what no feed brings is read again.
    fn letting_changed(&self, account: &Account) {
        account.driver.tell(Input::Events(vec![Event::Nudge]));
        self.installation().shell.emit(AppEvent::LettingChanged);
    }
}

fn portfolio(
    row: PortfolioRow,
    today: NaiveDate,
    tenant: &impl Fn(Option<String>) -> String,
) -> PortfolioView {
    let properties = row.properties.into_iter();
    PortfolioView {
        id: row.id,
        name: row.name,
        properties: properties.map(|it| property(it, today, tenant)).collect(),
    }
}

fn property(
    row: PropertyRow,
    today: NaiveDate,
    tenant: &impl Fn(Option<String>) -> String,
) -> PropertyView {
    let units = row.units.into_iter();
    PropertyView {
        id: row.id,
        name: row.name,
        units: units.map(|it| home(it, today, tenant)).collect(),
    }
}

fn home(row: HomeRow, today: NaiveDate, tenant: &impl Fn(Option<String>) -> String) -> HomeView {
    let leases = row.leases.into_iter();
    HomeView {
        id: row.id,
        label: row.label,
        active_incidents: row.active_incidents,
        leases: leases.map(|it| lease(it, today, tenant)).collect(),
    }
}

fn lease(row: LeaseRow, today: NaiveDate, tenant: &impl Fn(Option<String>) -> String) -> LeaseView {
    let standing = match row.ends_on {
        Some(last) if last < today => LeaseStanding::Ended,
        _ if row.starts_on > today => LeaseStanding::ToCome,
        _ => LeaseStanding::Running,
    };
    let tenants = row.tenants.into_iter().map(|it| TenantView {
        user_id: it.user_id,
        name: tenant(it.name),
        has_left: it.has_left,
    });
    LeaseView {
        id: row.id,
        starts_on: row.starts_on,
        ends_on: row.ends_on,
        standing,
        tenants: tenants.collect(),
    }
}

fn invitation(it: Invitation) -> InvitationView {
    InvitationView {
        id: it.id,
        portfolio_id: it.portfolio_id,
        lease_id: it.lease_id,
        email: it.email,
        expires_at: it.expires_at,
    }
}
