//! Puts people, homes and leases onto a server: for the command line, the demonstration, and
//! tests that need somebody to play with.
//!
//! Everything goes through the same writing task as the HTTP routes, so feeds and memberships are
//! right. Incidents and tickets are not made here: they are mutations, sent over HTTP or with
//! [`submit`].

use crate::{App, Error, letting, mutations};
use chrono::NaiveDate;
use futures_util::FutureExt;
use palier_domain::{
    DisplayName, Email, LeaseId, LeaseTerm, MutationId, NewPassword, PortfolioId, PortfolioName,
    PropertyAddress, PropertyId, PropertyName, TimeZone, UnitId, UnitLabel, UserId,
};
use palier_wire::{MutationResult, Payload};
use uuid::Uuid;

/// Makes a user who can sign in.
///
/// # Errors
/// A value that cannot be parsed, or an address that has an account already.
pub async fn create_user(
    app: &App,
    email: &str,
    name: &str,
    password: &str,
) -> Result<UserId, Error> {
    let (email, name) = (Email::parse(email)?, DisplayName::parse(name)?);
    let password = NewPassword::parse(password)?;
    let passwords = app.passwords();
    let password_hash = passwords
        .hash(password, email.as_str(), name.as_str())
        .await?;
    let user = letting::NewUser {
        email,
        name,
        password_hash,
    };
    app.db()
        .write(move |tx| letting::create_user(tx, user).boxed())
        .await
}

/// Makes a portfolio run by `owner`.
///
/// # Errors
/// A name that cannot be one, or the storage's.
pub async fn create_portfolio(app: &App, owner: UserId, name: &str) -> Result<PortfolioId, Error> {
    let (id, name) = (PortfolioId(Uuid::now_v7()), PortfolioName::parse(name)?);
    app.db()
        .write(move |tx| letting::create_portfolio(tx, id, owner, name).boxed())
        .await?;
    Ok(id)
}

/// Makes `user` an owner of `portfolio`, with its whole history marked as read.
///
/// # Errors
/// The storage's.
pub async fn add_owner(app: &App, portfolio: PortfolioId, user: UserId) -> Result<(), Error> {
    app.db()
        .write(move |tx| letting::add_owner(tx, portfolio, user).boxed())
        .await
}

/// Ends `user`'s ownership of `portfolio`: he sees nothing of it any more.
///
/// # Errors
/// `not-found` when he is no owner of it.
pub async fn remove_owner(app: &App, portfolio: PortfolioId, user: UserId) -> Result<(), Error> {
    app.db()
        .write(move |tx| letting::remove_owner(tx, portfolio, user).boxed())
        .await
}

/// Makes a property in `portfolio`; `time_zone` is an IANA name such as `Europe/Paris`.
///
/// # Errors
/// An unknown time zone, a name that cannot be one, or the storage's.
pub async fn create_property(
    app: &App,
    portfolio: PortfolioId,
    name: &str,
    time_zone: &str,
) -> Result<PropertyId, Error> {
    let id = PropertyId(Uuid::now_v7());
    let words = letting::PropertyWords {
        name: PropertyName::parse(name)?,
        address: PropertyAddress::default(),
        time_zone: TimeZone::parse(time_zone)?,
    };
    app.db()
        .write(move |tx| letting::create_property(tx, id, portfolio, words).boxed())
        .await?;
    Ok(id)
}

/// Makes a unit in `property`.
///
/// # Errors
/// `not-found` when there is no such property.
pub async fn create_unit(app: &App, property: PropertyId, label: &str) -> Result<UnitId, Error> {
    let (id, label) = (UnitId(Uuid::now_v7()), UnitLabel::parse(label)?);
    app.db()
        .write(move |tx| {
            async move {
                let portfolio = letting::portfolio_of(tx, property).await?;
                letting::create_unit(tx, id, (portfolio, property), label).await
            }
            .boxed()
        })
        .await?;
    Ok(id)
}

/// Makes a lease of `unit` from the day `starts_on` to the day `ends_on`, if it has an end.
///
/// # Errors
/// `not-found` when there is no such unit; `lease-overlap` when it is let on one of these days.
pub async fn create_lease(
    app: &App,
    unit: UnitId,
    starts_on: NaiveDate,
    ends_on: Option<NaiveDate>,
    tenants: &[UserId],
) -> Result<LeaseId, Error> {
    let id = LeaseId(Uuid::now_v7());
    let lease = letting::NewLease {
        id,
        unit,
        term: LeaseTerm::new(starts_on, ends_on)?,
        tenants: tenants.to_vec(),
    };
    app.db()
        .write(move |tx| letting::create_lease(tx, lease).boxed())
        .await?;
    Ok(id)
}

/// Sets the last day of `lease`.
///
/// # Errors
/// `not-found` when there is no such lease.
pub async fn end_lease(app: &App, lease: LeaseId, last_day: NaiveDate) -> Result<(), Error> {
    app.db()
        .write(move |tx| letting::end_lease(tx, lease, last_day).boxed())
        .await
}

/// Makes `user` a tenant of `lease`, with its whole history marked as read.
///
/// # Errors
/// `not-found` when there is no such lease.
pub async fn add_tenant(app: &App, lease: LeaseId, user: UserId) -> Result<(), Error> {
    app.db()
        .write(move |tx| letting::add_tenant(tx, lease, user).boxed())
        .await
}

/// Ends `user`'s tenancy of `lease`: he sees nothing of it any more.
///
/// # Errors
/// `not-found` when he is no tenant of it.
pub async fn remove_tenant(app: &App, lease: LeaseId, user: UserId) -> Result<(), Error> {
    app.db()
        .write(move |tx| letting::remove_tenant(tx, lease, user).boxed())
        .await
}

/// Applies `payloads` for `user` as one push would.
///
/// # Errors
/// The storage's; a refused mutation is a result.
pub async fn submit(
    app: &App,
    user: UserId,
    payloads: Vec<Payload>,
) -> Result<Vec<MutationResult>, Error> {
    let submissions: Result<Vec<_>, Error> = payloads
        .into_iter()
        .map(|payload| {
            let id = MutationId(Uuid::now_v7());
            let body = payload.to_raw()?;
            mutations::Submission::requested(id, &body, payload)
        })
        .collect();
    let submissions = submissions?;
    app.db()
        .write(move |tx| mutations::apply_push(tx, user, submissions).boxed())
        .await
}
