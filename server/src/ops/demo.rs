//! The demonstration: a small portfolio with some history, for a first look and for screenshots.
//!
//! Everything in it was written through the same mutations as anybody's words, with the clock set
//! back, so feeds, counters and receipts are those of a real server.

mod picture;
mod story;

use crate::{App, Error, db::query_scalar, ops::seed};
use chrono::{Days, NaiveDate, Utc};
use palier_domain::{LeaseId, PortfolioId, UnitId, UserId};

/// The owner, « Claire Dubois »: mail address and password.
pub const OWNER: (&str, &str) = ("owner@demo.palier.test", "palier-demo-owner");
/// The tenant of 3B, « Awa Diallo ».
pub const TENANT: (&str, &str) = ("tenant@demo.palier.test", "palier-demo-tenant");
/// The tenant of 2A, « Tom Martin ».
pub const OTHER_TENANT: (&str, &str) = ("tom@demo.palier.test", "palier-demo-tom");
/// Runs it too, « Marc Dubois ».
const CO_OWNER: (&str, &str) = ("marc@demo.palier.test", "palier-demo-marc");
/// Lived on the first floor of the quay, « Jules Petit ».
const FORMER_TENANT: (&str, &str) = ("jules@demo.palier.test", "palier-demo-jules");
/// The tenant of the house on the quay, « Inès Moreau ».
const THIRD_TENANT: (&str, &str) = ("ines@demo.palier.test", "palier-demo-ines");

/// Who and what the demonstration consists of.
#[derive(Debug, Clone, Copy)]
pub struct Demo {
    /// « Claire Dubois ».
    pub claire: UserId,
    /// « Marc Dubois ».
    pub marc: UserId,
    /// « Awa Diallo ».
    pub awa: UserId,
    /// « Tom Martin ».
    pub tom: UserId,
    /// « Inès Moreau ».
    pub ines: UserId,
    /// « Jules Petit », who moved out.
    pub jules: UserId,
    /// « Résidences Dubois ».
    pub portfolio: PortfolioId,
    /// 12 rue des Lilas, 3B: Awa's.
    pub unit_3b: UnitId,
    /// 12 rue des Lilas, 2A: Tom's.
    pub unit_2a: UnitId,
    /// 5 quai de la Fosse, ground floor: Inès'.
    pub quay: UnitId,
    /// 5 quai de la Fosse, first floor: vacant.
    pub vacant: UnitId,
    /// Awa's lease.
    pub lease_3b: LeaseId,
}

/// Creates the demonstration, unless somebody is on the server already. Returns what it made.
///
/// # Errors
/// The storage's.
pub async fn create(app: &App) -> Result<Option<Demo>, Error> {
    let mut read = app.db().read().await?;
    let anybody: bool = query_scalar("select exists (select 1 from users)")
        .fetch_one(&mut read)
        .await?;
    drop(read);
    if anybody {
        return Ok(None);
    }
    let demo = people_and_homes(app).await?;
    let told = story::tell(app, &demo).await;
    app.config().clock.reset();
    told.map(|()| Some(demo))
}

async fn people_and_homes(app: &App) -> Result<Demo, Error> {
    let claire = seed::create_user(app, OWNER.0, "Claire Dubois", OWNER.1).await?;
    let awa = seed::create_user(app, TENANT.0, "Awa Diallo", TENANT.1).await?;
    let tom = seed::create_user(app, OTHER_TENANT.0, "Tom Martin", OTHER_TENANT.1).await?;
    let ines = seed::create_user(app, THIRD_TENANT.0, "Inès Moreau", THIRD_TENANT.1).await?;
    let marc = seed::create_user(app, CO_OWNER.0, "Marc Dubois", CO_OWNER.1).await?;
    let jules = seed::create_user(app, FORMER_TENANT.0, "Jules Petit", FORMER_TENANT.1).await?;
    let portfolio = seed::create_portfolio(app, claire, "Résidences Dubois").await?;
    let lilas = seed::create_property(app, portfolio, "12 rue des Lilas", "Europe/Paris").await?;
    let fosse = seed::create_property(app, portfolio, "5 quai de la Fosse", "Europe/Paris").await?;
    let unit_3b = seed::create_unit(app, lilas, "3B").await?;
    let unit_2a = seed::create_unit(app, lilas, "2A").await?;
    let quay = seed::create_unit(app, fosse, "Rez-de-chaussée").await?;
    let vacant = seed::create_unit(app, fosse, "1er étage").await?;
    let lease_3b = seed::create_lease(app, unit_3b, day(2023, 9, 1), None, &[awa]).await?;
    seed::create_lease(app, unit_2a, day(2024, 2, 15), None, &[tom]).await?;
    seed::create_lease(app, quay, day(2022, 6, 1), None, &[ines]).await?;
    let left = Some(Utc::now().date_naive() - Days::new(60));
    seed::create_lease(app, vacant, day(2021, 4, 1), left, &[jules]).await?;
    seed::add_owner(app, portfolio, marc).await?;
    Ok(Demo {
        claire,
        marc,
        awa,
        tom,
        ines,
        jules,
        portfolio,
        unit_3b,
        unit_2a,
        quay,
        vacant,
        lease_3b,
    })
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}
