//! What an owner asks for: judged, claimed, done.
//!
//! Each function is one request, inside the writer: the caller's footing comes first, then the rule,
//! then, for a change, the state that he saw. Something new is made at most once: its id is the
//! client's, and the wish is claimed like a mutation (`mutations::claim`). The same thing under the
//! same id is a replay, however late it comes.

use super::{
    NewLease,
    lease::{self, change_term},
    members,
    places::{self, PropertyWords},
    portfolio,
};
use crate::{
    access::{Footing, Let},
    db::{Conn, writer::WriteTx},
    error::{Error, Result},
    etag::Seen,
    feed::entities::{Versioned, letting as rows},
    mutations::{
        claim::{self, Claim, Made},
        id_taken,
    },
};
use palier_domain::{
    Act, LeaseId, LeaseTerm, MutationId, PortfolioId, PortfolioName, PropertyAddress, PropertyId,
    PropertyName, Sha256, TimeZone, UnitId, UnitLabel, UserId, may_live_together,
};
use palier_wire::{
    Lease, Portfolio, Property, Unit, Verdict,
    letting::{LeasePatch, PropertyPatch},
};
use serde::Serialize;
use std::collections::BTreeSet;

/// Somebody's wish to make something, at most once.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    /// Whose.
    pub user: UserId,
    id: MutationId,
    hash: Sha256,
}

impl Wish {
    /// The wish `id` of `user` for something of `kind`; `body` is what he said of it.
    pub fn new(user: UserId, id: MutationId, kind: &str, body: &impl Serialize) -> Result<Self> {
        let body = serde_json::to_string(body)?;
        Ok(Self {
            user,
            id,
            hash: Sha256::of(format!("{kind}\0rest\0{body}").as_bytes()),
        })
    }

    /// Whether it was granted before.
    async fn is_granted(&self, tx: &mut WriteTx) -> Result<bool> {
        let claim = claim::claim(tx, self.user, self.id, self.hash, None).await?;
        Ok(matches!(claim, Claim::Seen(_)))
    }

    async fn grant(&self, tx: &mut WriteTx, verdict: Verdict) -> Result<Verdict> {
        claim::record(tx, self.user, self.id, Made::Letting).await?;
        Ok(verdict)
    }
}

/// What stands under a new thing's id already: the same, or something else.
fn replay(same: bool, what: &str) -> Result<Verdict> {
    if same {
        return Ok(Verdict::Duplicate);
    }
    Err(id_taken(what))
}

/// The footing of an owner at `thing`.
async fn owner(conn: &mut Conn, user: UserId, thing: Let) -> Result<PortfolioId> {
    let footing = Footing::at(conn, user, thing).await?;
    footing.may(Act::ManageLetting)?;
    Ok(footing.portfolio)
}

/// A row that is there: who asks for it has just shown that he sees it.
fn row<T>(rows: Vec<Versioned<T>>, what: &str) -> Result<Versioned<T>> {
    rows.into_iter()
        .next()
        .ok_or_else(|| Error::not_found(what))
}

/// One portfolio.
pub async fn portfolio(conn: &mut Conn, id: PortfolioId) -> Result<Versioned<Portfolio>> {
    row(rows::portfolios(conn, &[id.0]).await?, "portfolio")
}

/// One property.
pub async fn property(conn: &mut Conn, id: PropertyId) -> Result<Versioned<Property>> {
    row(rows::properties(conn, &[id.0]).await?, "property")
}

/// One unit.
pub async fn unit(conn: &mut Conn, id: UnitId) -> Result<Versioned<Unit>> {
    row(rows::units(conn, &[id.0]).await?, "unit")
}

/// One lease.
pub async fn lease(conn: &mut Conn, id: LeaseId) -> Result<Versioned<Lease>> {
    row(rows::leases(conn, &[id.0]).await?, "lease")
}

/// Makes a portfolio, run by who wishes it.
pub async fn new_portfolio(
    tx: &mut WriteTx,
    wish: Wish,
    id: PortfolioId,
    name: PortfolioName,
) -> Result<Verdict> {
    if wish.is_granted(tx).await? {
        return Ok(Verdict::Duplicate);
    }
    let verdict = match rows::portfolios(tx.conn(), &[id.0]).await?.pop() {
        Some(there) => {
            let own = owner(tx.conn(), wish.user, Let::Portfolio(id))
                .await
                .is_ok();
            replay(own && there.row.name == name.as_str(), "portfolio")?
        }
        None => {
            portfolio::create(tx, id, wish.user, name).await?;
            Verdict::Applied
        }
    };
    wish.grant(tx, verdict).await
}

/// Calls a portfolio by another name.
pub async fn rename_portfolio(
    tx: &mut WriteTx,
    user: UserId,
    id: PortfolioId,
    seen: Seen,
    name: Option<PortfolioName>,
) -> Result<()> {
    owner(tx.conn(), user, Let::Portfolio(id)).await?;
    let there = portfolio(tx.conn(), id).await?;
    seen.must_be(there.rev)?;
    match name {
        Some(name) if name.as_str() != there.row.name => portfolio::rename(tx, id, name).await,
        _ => Ok(()),
    }
}

/// Makes somebody an owner whom the portfolio knows.
pub async fn add_member(
    tx: &mut WriteTx,
    user: UserId,
    id: PortfolioId,
    newcomer: UserId,
) -> Result<()> {
    owner(tx.conn(), user, Let::Portfolio(id)).await?;
    members::knows(tx, id, newcomer).await?;
    portfolio::add_owner(tx, id, newcomer).await
}

/// Ends an owner's ownership: one's own or another's.
pub async fn remove_member(
    tx: &mut WriteTx,
    user: UserId,
    id: PortfolioId,
    leaver: UserId,
) -> Result<()> {
    owner(tx.conn(), user, Let::Portfolio(id)).await?;
    portfolio::remove_owner(tx, id, leaver).await
}

/// Makes a property in a portfolio.
pub async fn new_property(
    tx: &mut WriteTx,
    wish: Wish,
    id: PropertyId,
    portfolio: PortfolioId,
    words: PropertyWords,
) -> Result<Verdict> {
    if wish.is_granted(tx).await? {
        return Ok(Verdict::Duplicate);
    }
    owner(tx.conn(), wish.user, Let::Portfolio(portfolio)).await?;
    let verdict = match rows::properties(tx.conn(), &[id.0]).await?.pop() {
        Some(there) => {
            let same = there.row.portfolio_id == portfolio && words.are_of(&there.row);
            replay(same, "property")?
        }
        None => {
            places::create_property(tx, id, portfolio, words).await?;
            Verdict::Applied
        }
    };
    wish.grant(tx, verdict).await
}

/// Says something else of a property.
pub async fn patch_property(
    tx: &mut WriteTx,
    user: UserId,
    id: PropertyId,
    seen: Seen,
    patch: PropertyPatch,
) -> Result<()> {
    let portfolio = owner(tx.conn(), user, Let::Property(id)).await?;
    let there = property(tx.conn(), id).await?;
    seen.must_be(there.rev)?;
    let words = PropertyWords {
        name: PropertyName::parse(&patch.name.unwrap_or_else(|| there.row.name.clone()))?,
        address: PropertyAddress::parse(
            &patch.address.unwrap_or_else(|| there.row.address.clone()),
        )?,
        time_zone: TimeZone::parse(
            &patch
                .time_zone
                .unwrap_or_else(|| there.row.time_zone.clone()),
        )?,
    };
    if words.are_of(&there.row) {
        return Ok(());
    }
    places::change_property(tx, id, portfolio, words).await
}

/// Deletes a property that has no units.
pub async fn delete_property(tx: &mut WriteTx, user: UserId, id: PropertyId) -> Result<()> {
    let portfolio = owner(tx.conn(), user, Let::Property(id)).await?;
    places::delete_property(tx, id, portfolio).await
}

/// Makes a unit in a property.
pub async fn new_unit(
    tx: &mut WriteTx,
    wish: Wish,
    id: UnitId,
    property: PropertyId,
    label: UnitLabel,
) -> Result<Verdict> {
    if wish.is_granted(tx).await? {
        return Ok(Verdict::Duplicate);
    }
    let portfolio = owner(tx.conn(), wish.user, Let::Property(property)).await?;
    let verdict = match rows::units(tx.conn(), &[id.0]).await?.pop() {
        Some(there) => {
            let same = there.row.property_id == property && there.row.label == label.as_str();
            replay(same, "unit")?
        }
        None => {
            places::create_unit(tx, id, (portfolio, property), label).await?;
            Verdict::Applied
        }
    };
    wish.grant(tx, verdict).await
}

/// Calls a unit by another label.
pub async fn relabel_unit(
    tx: &mut WriteTx,
    user: UserId,
    id: UnitId,
    seen: Seen,
    label: Option<UnitLabel>,
) -> Result<()> {
    let portfolio = owner(tx.conn(), user, Let::Unit(id)).await?;
    let there = unit(tx.conn(), id).await?;
    seen.must_be(there.rev)?;
    match label {
        Some(label) if label.as_str() != there.row.label => {
            places::change_unit(tx, id, portfolio, label).await
        }
        _ => Ok(()),
    }
}

/// Deletes a unit that has neither leases nor incidents.
pub async fn delete_unit(tx: &mut WriteTx, user: UserId, id: UnitId) -> Result<()> {
    let portfolio = owner(tx.conn(), user, Let::Unit(id)).await?;
    places::delete_unit(tx, id, portfolio).await
}

/// Lets a unit to people whom the portfolio knows, or to nobody yet.
pub async fn new_lease(tx: &mut WriteTx, wish: Wish, new: NewLease) -> Result<Verdict> {
    if wish.is_granted(tx).await? {
        return Ok(Verdict::Duplicate);
    }
    let tenants: BTreeSet<UserId> = new.tenants.iter().copied().collect();
    may_live_together(tenants.len() as u64)?;
    let portfolio = owner(tx.conn(), wish.user, Let::Unit(new.unit)).await?;
    let verdict = match rows::leases(tx.conn(), &[new.id.0]).await?.pop() {
        // Tenants and last day may have changed since.
        Some(there) => {
            let same = there.row.unit_id == new.unit;
            replay(same && there.row.starts_on == new.term.starts_on(), "lease")?
        }
        None => {
            for tenant in &tenants {
                members::knows(tx, portfolio, *tenant).await?;
            }
            let tenants = tenants.into_iter().collect();
            lease::create(tx, NewLease { tenants, ..new }).await?;
            Verdict::Applied
        }
    };
    wish.grant(tx, verdict).await
}

/// Changes from when to when a lease runs.
pub async fn patch_lease(
    tx: &mut WriteTx,
    user: UserId,
    id: LeaseId,
    seen: Seen,
    patch: LeasePatch,
) -> Result<()> {
    owner(tx.conn(), user, Let::Lease(id)).await?;
    let there = lease(tx.conn(), id).await?;
    seen.must_be(there.rev)?;
    let term = LeaseTerm::new(
        patch.starts_on.unwrap_or(there.row.starts_on),
        patch.ends_on.unwrap_or(there.row.ends_on),
    )?;
    if (term.starts_on(), term.ends_on()) == (there.row.starts_on, there.row.ends_on) {
        return Ok(());
    }
    change_term(tx, id, term).await
}

/// Deletes a lease under which nobody wrote.
pub async fn delete_lease(tx: &mut WriteTx, user: UserId, id: LeaseId) -> Result<()> {
    owner(tx.conn(), user, Let::Lease(id)).await?;
    lease::delete(tx, id).await
}

/// Makes somebody a tenant whom the portfolio knows.
pub async fn add_tenant(
    tx: &mut WriteTx,
    user: UserId,
    id: LeaseId,
    newcomer: UserId,
) -> Result<()> {
    let portfolio = owner(tx.conn(), user, Let::Lease(id)).await?;
    members::knows(tx, portfolio, newcomer).await?;
    lease::add_tenant(tx, id, newcomer).await
}

/// Ends somebody's tenancy before the lease ends.
pub async fn remove_tenant(
    tx: &mut WriteTx,
    user: UserId,
    id: LeaseId,
    leaver: UserId,
) -> Result<()> {
    owner(tx.conn(), user, Let::Lease(id)).await?;
    lease::remove_tenant(tx, id, leaver).await
}
