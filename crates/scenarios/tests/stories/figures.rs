//! What a device counts, and what the server counts.

use crate::ends_well;
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::{America::St_Johns, Europe::Paris, Pacific::Kiritimati, Tz};
use palier_bridge::{
    request::{GetDashboard, ListIncidents, SaveDashboard, SetStatus},
    view::{Behind, DashboardView, IncidentFilter, Link},
};
use palier_domain::{
    Category, Counted, Dashboard, IncidentId, PeriodChoice, Priority, PropertyId, Role, Status,
    UnitId, UserId,
};
use palier_scenarios::{Device, House};
use palier_server::{App, ops::seed};
use palier_wire::{Payload, sync};
use std::collections::BTreeMap;
use uuid::Uuid;

/// More than a year of a small house, at random and always the same.
struct Life {
    app: App,
    dice: fastrand::Rng,
    claire: UserId,
    awa: UserId,
    units: Vec<UnitId>,
    incidents: BTreeMap<IncidentId, Status>,
}

impl Life {
    async fn runs(mut self, acts: usize) -> anyhow::Result<()> {
        let begun = Utc::now() - TimeDelta::days(500);
        let mut times: Vec<DateTime<Utc>> = (0..acts).map(|_| self.time(begun)).collect();
        times.sort_unstable();
        for at in times {
            self.app.config().clock.stand_still(at);
            let (who, payload) = self.act(at);
            let results = seed::submit(&self.app, who, vec![payload.clone()]).await?;
            let done = results.iter().all(|result| result.problem.is_none());
            match payload {
                Payload::OpenIncident(it) if done => {
                    self.incidents.insert(it.incident_id, Status::Open);
                }
                Payload::SetStatus(it) if done => {
                    self.incidents.insert(it.incident_id, it.to);
                }
                _ => {}
            }
        }
        self.app.config().clock.reset();
        Ok(())
    }

    /// Often around a midnight, somewhere; with what milliseconds cannot hold.
    fn time(&mut self, begun: DateTime<Utc>) -> DateTime<Utc> {
        let at = begun + TimeDelta::seconds(self.dice.i64(0..499 * 86_400));
        let zone = *self
            .dice
            .choice([Paris, St_Johns, Kiritimati].iter())
            .expect("zones");
        let midnight = at
            .with_timezone(&zone)
            .date_naive()
            .and_time(chrono::NaiveTime::MIN);
        let near = midnight.and_local_timezone(zone).earliest();
        let at = match near {
            Some(near) if self.dice.u8(0..3) == 0 => near.with_timezone(&Utc),
            _ => at,
        };
        at + TimeDelta::microseconds(self.dice.i64(-1_500_000..1_500_000))
    }

    fn act(&mut self, at: DateTime<Utc>) -> (UserId, Payload) {
        let who = if self.dice.bool() {
            self.claire
        } else {
            self.awa
        };
        let known: Vec<(IncidentId, Status)> = self
            .incidents
            .iter()
            .map(|(id, status)| (*id, *status))
            .collect();
        let dice = &mut self.dice;
        let sort = if known.len() < 3 { 0 } else { dice.u8(0..12) };
        let (incident_id, from) = match known.is_empty() {
            true => (IncidentId(Uuid::nil()), Status::Open),
            false => known[dice.usize(..known.len())],
        };
        let category = Category::ALL[dice.usize(..Category::ALL.len())];
        let payload = match sort {
            0..3 => {
                // A tenant opens where she lives.
                let home = if who == self.awa {
                    0
                } else {
                    dice.usize(..self.units.len())
                };
                Payload::OpenIncident(sync::OpenIncident {
                    incident_id: IncidentId(Uuid::now_v7()),
                    unit_id: self.units[home],
                    title: "Fuite".into(),
                    description: String::new(),
                    category,
                    priority: Priority::Normal,
                    written_at: at,
                })
            }
            3..6 => Payload::AddTicket(sync::AddTicket {
                ticket_id: Uuid::now_v7().into(),
                incident_id,
                message: format!("{at}"),
                attachments: Vec::new(),
                written_at: at,
            }),
            6..10 => Payload::SetStatus(sync::SetStatus {
                incident_id,
                ticket_id: Uuid::now_v7().into(),
                from,
                to: Status::ALL[dice.usize(..Status::ALL.len())],
                written_at: at,
            }),
            10 => Payload::MarkUnread(sync::MarkUnread { incident_id }),
            _ => Payload::AddNote(sync::AddNote {
                note_id: Uuid::now_v7().into(),
                incident_id,
                message: format!("{at}"),
                written_at: at,
            }),
        };
        (who, payload)
    }
}

/// A house with a past, and a second property with an empty home.
async fn with_a_past(seed: u64) -> anyhow::Result<House> {
    let house = House::open().await?;
    let (claire, awa, home, portfolio) = (house.claire, house.awa, house.unit, house.portfolio);
    house
        .at_the_server(async move |app| {
            let other =
                seed::create_property(&app, portfolio, "3 quai Nord", "Europe/Paris").await?;
            let empty = seed::create_unit(&app, other, "RDC").await?;
            let life = Life {
                app,
                dice: fastrand::Rng::with_seed(seed),
                claire,
                awa,
                units: vec![home, empty],
                incidents: BTreeMap::new(),
            };
            life.runs(400).await
        })
        .await?;
    Ok(house)
}

async fn counted(
    device: &Device,
    period: PeriodChoice,
    property_id: Option<PropertyId>,
    zone: Tz,
) -> anyhow::Result<DashboardView> {
    let request = GetDashboard {
        period,
        property_id,
    };
    let view = device
        .ask(async move |client| client.dashboard(request, zone, Utc::now()).await)
        .await?;
    Ok(view)
}

/// Whether both count the same, for every period that is offered, in several time zones.
async fn count_the_same(house: &House, device: &Device) -> anyhow::Result<()> {
    let today = Utc::now().date_naive();
    let days = |ago: i64| today - TimeDelta::days(ago);
    let choices = [
        PeriodChoice::FourWeeks,
        PeriodChoice::TwelveWeeks,
        PeriodChoice::ThisYear,
        PeriodChoice::LastYear,
        PeriodChoice::Days {
            from: days(500),
            to: today,
        },
        PeriodChoice::Days {
            from: days(77),
            to: days(77),
        },
    ];
    for zone in [Paris, St_Johns, Kiritimati, Tz::UTC] {
        for choice in choices {
            let here = counted(device, choice, None, zone).await?.figures;
            let query = format!(
                "from={}&to={}&time_zone={}",
                here.from, here.to, here.time_zone
            );
            let there = house.onlooker().dashboard(&query).await?;
            assert_eq!(here, there, "{choice:?} in {zone}");
        }
    }
    Ok(())
}

async fn listed(device: &Device, behind: Behind) -> anyhow::Result<u64> {
    let filter = IncidentFilter {
        behind: Some(behind),
        ..IncidentFilter::default()
    };
    let rows = device
        .ask(async move |client| {
            let all = ListIncidents {
                filter,
                limit: None,
            };
            client.list_incidents(all).await
        })
        .await?;
    Ok(rows.len() as u64)
}

/// Every figure that counts incidents leads to a list of so many.
async fn figures_lead_to_their_lists(device: &Device) -> anyhow::Result<()> {
    let request = GetDashboard {
        period: PeriodChoice::LastYear,
        property_id: None,
    };
    let view = device
        .ask(async |client| client.get_dashboard(request).await)
        .await?;
    let Dashboard {
        from,
        to,
        total,
        present,
        ..
    } = view.figures;
    assert!(total.opened > 20, "{total:?}");
    let behind = async |what| listed(device, Behind::Counted { what, from, to }).await;
    assert_eq!(behind(Counted::Opened).await?, total.opened);
    assert_eq!(behind(Counted::Answered).await?, total.first_response.count);
    assert_eq!(behind(Counted::Unanswered).await?, total.unanswered);
    assert_eq!(behind(Counted::Mended).await?, total.resolution.count);
    // An incident that was mended twice is one row.
    for (what, moves) in [
        (Counted::Resolved, total.resolved),
        (Counted::Reopened, total.reopened),
    ] {
        let rows = behind(what).await?;
        assert!(
            (moves.min(1)..=moves).contains(&rows),
            "{what:?}: {rows} of {moves}"
        );
    }
    assert_eq!(listed(device, Behind::UnderWay).await?, present.open);
    for (role, waiting) in [
        (Role::Owner, present.waiting_for_owner),
        (Role::Tenant, present.waiting_for_tenant),
    ] {
        assert_eq!(
            listed(device, Behind::WaitsFor { role }).await?,
            waiting,
            "{role}"
        );
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_counts_what_the_server_counts() -> anyhow::Result<()> {
    for seed in [1, 2, 3] {
        let house = with_a_past(seed).await?;
        let claire = house.claires_device().await?;
        count_the_same(&house, &claire).await?;
        figures_lead_to_their_lists(&claire).await?;
        let year = counted(&claire, PeriodChoice::LastYear, None, Paris).await?;
        assert_eq!(year.properties.len(), 2);
        for row in &year.figures.properties {
            let only = Some(row.property_id);
            let one = counted(&claire, PeriodChoice::LastYear, only, Paris).await?;
            assert_eq!(one.figures.total, row.figures, "{}", row.name);
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_offline_is_counted_at_once_and_as_the_server_will() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let claire = house.claires_device().await?;
    claire.sees_incident(incident).await;
    claire.line.cut();
    claire.is(Link::Offline).await;
    claire.writes(incident, "A plumber comes at nine").await?;
    let mends = SetStatus {
        incident_id: incident,
        from: Status::Open,
        to: Status::Resolved,
    };
    claire
        .ask(async |client| client.set_status(mends).await)
        .await?;
    claire.opens("Stairs").await?;
    let here = counted(&claire, PeriodChoice::FourWeeks, None, Paris)
        .await?
        .figures;
    let total = here.total;
    assert_eq!((total.opened, total.resolved, total.unanswered), (2, 1, 0));
    assert_eq!((total.first_response.count, total.resolution.count), (1, 1));
    assert_eq!((here.present.open, here.present.waiting_for_tenant), (1, 1));

    claire.line.mend();
    claire.is_up_to_date().await;
    count_the_same(&house, &claire).await?;
    let after = counted(&claire, PeriodChoice::FourWeeks, None, Paris)
        .await?
        .figures;
    assert_eq!((after.total.opened, after.total.resolved), (2, 1));
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_figures_are_saved_where_she_says_and_a_tenant_has_none() -> anyhow::Result<()> {
    let house = House::open().await?;
    house.incident("No hot water").await?;
    let claire = house.claires_device().await?;
    let save = SaveDashboard {
        period: PeriodChoice::FourWeeks,
        property_id: None,
    };
    let again = save.clone();
    let target = claire.desk().join("chiffres.csv");
    claire.shell.will_save_to(target.clone());
    let saved = claire
        .ask(async |client| client.save_dashboard(save).await)
        .await?;
    assert_eq!(saved.as_deref(), Some("chiffres.csv"));
    let table = std::fs::read_to_string(&target)?;
    assert!(
        table.starts_with('\u{feff}') && table.contains("12 rue des Lilas"),
        "{table}"
    );
    let cancelled = claire
        .ask(async |client| client.save_dashboard(again).await)
        .await?;
    assert_eq!(cancelled, None);

    let awa = house.awas_device().await?;
    let hers = counted(&awa, PeriodChoice::FourWeeks, None, Paris).await?;
    assert!(!hers.runs_a_portfolio);
    assert_eq!(
        (hers.figures.total.opened, hers.figures.present.open),
        (0, 0)
    );
    Ok(())
}
