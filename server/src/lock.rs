//! The order in which a write locks what others may change at the same time.
//!
//! Claims → portfolio rows → lease rows → incidents → feed heads (`feed::number`, last), each group in
//! the order of its ids. Mutations share portfolios and leases and have their incidents for
//! themselves; who changes an owner has the portfolio for himself, who changes a lease or its tenants
//! has the lease. So a mutation is judged by memberships that stand until its commit, nobody joins
//! between two rows of his history, and no two transactions wait for each other.
//!
//! On SQLite there is one writer and nothing to lock: these functions ask nothing.
//! Owners are changed under `letting::portfolio::lock`.

use crate::{
    db::{query, writer::WriteTx},
    error::Result,
    mutations::Submission,
};
use palier_domain::{
    LeaseId, UnitId,
    planted::{Bug, is_planted},
};
use palier_wire::Payload;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Before `lease` or its tenants are changed.
pub async fn lease_for_change(tx: &mut WriteTx, lease: LeaseId) -> Result<()> {
    if !tx.conn().is_postgres() {
        return Ok(());
    }
    query(
        "select 1 from portfolios where id = (
             select p.portfolio_id from leases l join units u on u.id = l.unit_id
             join properties p on p.id = u.property_id where l.id = $1)
         for share",
    )
    .bind(lease.0)
    .execute(tx.conn())
    .await?;
    query("select 1 from leases where id = $1 for no key update")
        .bind(lease.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Before a lease of `unit` is made.
pub async fn unit_for_new_lease(tx: &mut WriteTx, unit: UnitId) -> Result<()> {
    if tx.conn().is_postgres() {
        // For himself: an incident that is opened meanwhile belongs to the lease before or after.
        query(
            "select 1 from portfolios where id = (
                 select p.portfolio_id from units u
                 join properties p on p.id = u.property_id where u.id = $1)
             for no key update",
        )
        .bind(unit.0)
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

/// Before a push is judged.
pub async fn for_mutations(tx: &mut WriteTx, submissions: &[Submission]) -> Result<()> {
    if !tx.conn().is_postgres() {
        return Ok(());
    }
    let needs = Needs::of(submissions);
    if is_planted(Bug::MembershipWithoutLeaseLock) {
        let sql = "select 1 from incidents where id = any($1) order by id for no key update";
        query(sql)
            .bind_ids(needs.incidents)
            .execute(tx.conn())
            .await?;
        return Ok(());
    }
    query("select lock_for_mutations($1, $2, $3)")
        .bind_ids(needs.claims)
        .bind_ids(needs.incidents)
        .bind_ids(needs.units)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Which lock of PostgreSQL's keeps sweeps and uploads apart.
const BLOBS: &str = "select pg_advisory_xact_lock(5060420)";
const BLOBS_SHARED: &str = "select pg_advisory_xact_lock_shared(5060420)";

/// Before digests are claimed: until the commit no sweep decides.
pub async fn blobs_to_claim(tx: &mut WriteTx) -> Result<()> {
    if tx.conn().is_postgres() {
        query(BLOBS_SHARED).execute(tx.conn()).await?;
    }
    Ok(())
}

/// Before it is decided which files go: until the commit nobody claims.
pub async fn blobs_to_delete(tx: &mut WriteTx) -> Result<()> {
    if tx.conn().is_postgres() {
        query(BLOBS).execute(tx.conn()).await?;
    }
    Ok(())
}

/// What a push will ask for, in order.
#[derive(Default)]
struct Needs {
    claims: BTreeSet<Uuid>,
    incidents: BTreeSet<Uuid>,
    units: BTreeSet<Uuid>,
}

impl Needs {
    fn of(submissions: &[Submission]) -> Self {
        let mut needs = Self::default();
        for submission in submissions {
            needs.claims.insert(submission.mutation_id.0);
            needs.claims.extend(submission.depends_on.map(|id| id.0));
            let Ok(payload) = &submission.payload else {
                continue;
            };
            match payload {
                Payload::Cancel(it) => {
                    needs.claims.insert(it.mutation_id.0);
                }
                Payload::OpenIncident(it) => {
                    needs.units.insert(it.unit_id.0);
                }
                _ => {}
            }
            needs.incidents.extend(payload.incident_id().map(|id| id.0));
        }
        needs
    }
}
