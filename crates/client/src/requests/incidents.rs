//! Incidents: the list, opening one, moving its status, priority and category.

use crate::{
    Client, UnreadIncident, account::Account, error::ClientError, view, words, zone::here,
};
use chrono::{Local, Utc};
use palier_bridge::{
    CommandError,
    request::{
        ListIncidents, ListUnits, OpenIncident, SetCategory, SetMute, SetPriority, SetStatus,
    },
    view::{Behind, IncidentFilter, IncidentRow, UnitChoice},
};
use palier_domain::{Act, IncidentId, IncidentTitle, Period, StatusMove};
use palier_store::{
    ActError,
    act::NewIncident,
    view::{HappenedIn, HeadRow, ListWanted},
};
use std::cmp::Reverse;

impl Client {
    /// The incident list, newest activity first.
    ///
    /// # Errors
    /// Nobody is signed in; the data folder.
    pub async fn list_incidents(
        &self,
        request: ListIncidents,
    ) -> Result<Vec<IncidentRow>, CommandError> {
        self.tell(async {
            let account = self.account().await?;
            let wanted = ListWanted {
                open: account.shared.focus().incident_id,
                limit: request.limit.map(|limit| limit as usize),
                ..wanted(request.filter)?
            };
            let rows = account.store.list(&wanted).await?;
            let reader = view::Reader::new(self.installation(), &account);
            Ok(rows.into_iter().map(|row| reader.list_row(row)).collect())
        })
        .await
    }

    /// Incidents with unread messages of all accounts, newest activity first: what the tray offers.
    ///
    /// # Errors
    /// The data folder.
    pub async fn newest_unread(&self, limit: u32) -> Result<Vec<UnreadIncident>, CommandError> {
        self.tell(async {
            let mut rows = Vec::new();
            for account in self
                .someone()
                .await?
                .into_iter()
                .chain(self.others().await?)
            {
                rows.extend(account.store.newest_unread(limit).await?);
            }
            rows.sort_by_key(|row| (Reverse(row.activity_at), row.id));
            rows.dedup_by_key(|row| row.id);
            rows.truncate(limit as usize);
            let shown = rows.into_iter().map(|row| UnreadIncident {
                incident_id: row.id,
                title: row.title,
                unit: row.unit,
                unread: row.unread,
            });
            Ok(shown.collect())
        })
        .await
    }

    /// Every unit in which an incident can be opened.
    ///
    /// # Errors
    /// Nobody is signed in; the data folder.
    pub async fn list_units(&self, _: ListUnits) -> Result<Vec<UnitChoice>, CommandError> {
        self.tell(async {
            let account = self.account().await?;
            let rows = account.store.units(Local::now().date_naive()).await?;
            Ok(rows
                .into_iter()
                .map(|row| UnitChoice {
                    id: row.id,
                    place: words::place(Some(&row.unit), row.property.as_deref()),
                    tenants: row.tenants,
                })
                .collect())
        })
        .await
    }

    /// Opens a new incident; works offline.
    ///
    /// # Errors
    /// Title or description is refused; the disk.
    pub async fn open_incident(&self, request: OpenIncident) -> Result<IncidentId, CommandError> {
        self.tell(async {
            IncidentTitle::parse(&request.title)?;
            let account = self.account().await?;
            let (incident_id, lane) = account
                .store
                .open_incident(
                    NewIncident {
                        id: request.incident_id,
                        unit_id: request.unit_id,
                        title: request.title,
                        description: request.description,
                        category: request.category,
                        priority: request.priority,
                    },
                    Utc::now(),
                )
                .await?;
            account.acted(incident_id, lane).await;
            Ok(incident_id)
        })
        .await
    }

    /// Moves the status.
    ///
    /// # Errors
    /// The rules refuse; the incident is gone; the disk.
    pub async fn set_status(&self, request: SetStatus) -> Result<(), CommandError> {
        self.tell(async {
            let account = self.account().await?;
            let head = head(&account, request.incident_id).await?;
            let standing = view::standing(&head, Utc::now());
            StatusMove::judge(head.my_role, standing, request.from, request.to)?;
            let lane = account
                .store
                .set_status(request.incident_id, request.from, request.to, Utc::now())
                .await?;
            account.acted(request.incident_id, lane).await;
            Ok(())
        })
        .await
    }

    /// Changes the priority.
    ///
    /// # Errors
    /// The rules refuse; the incident is gone; the disk.
    pub async fn set_priority(&self, request: SetPriority) -> Result<(), CommandError> {
        self.tell(async {
            let account = self.account().await?;
            let head = head(&account, request.incident_id).await?;
            view::may(&head, Act::SetPriority)?;
            let lane = account
                .store
                .set_priority(request.incident_id, request.from, request.to, Utc::now())
                .await?;
            account.acted(request.incident_id, lane).await;
            Ok(())
        })
        .await
    }

    /// Is told of an incident no more, or again.
    ///
    /// # Errors
    /// The incident is gone; the disk.
    pub async fn set_mute(&self, request: SetMute) -> Result<(), CommandError> {
        self.tell(async {
            let account = self.account().await?;
            let lane = account
                .store
                .set_mute(request.incident_id, request.muted, Utc::now())
                .await?;
            account.acted(request.incident_id, lane).await;
            Ok(())
        })
        .await
    }

    /// Changes the category.
    ///
    /// # Errors
    /// The rules refuse; the incident is gone; the disk.
    pub async fn set_category(&self, request: SetCategory) -> Result<(), CommandError> {
        self.tell(async {
            let account = self.account().await?;
            let head = head(&account, request.incident_id).await?;
            view::may(&head, Act::SetCategory)?;
            let lane = account
                .store
                .set_category(request.incident_id, request.from, request.to, Utc::now())
                .await?;
            account.acted(request.incident_id, lane).await;
            Ok(())
        })
        .await
    }
}

/// What the store is asked for.
fn wanted(filter: IncidentFilter) -> Result<ListWanted, ClientError> {
    let mut wanted = ListWanted {
        statuses: filter.statuses,
        in_sight: filter.in_sight,
        unread_only: filter.unread_only,
        muted_only: filter.muted_only,
        property: filter.property_id,
        category: filter.category,
        priority: filter.priority,
        ..ListWanted::default()
    };
    match filter.behind {
        None => {}
        Some(Behind::UnderWay) => wanted.under_way = true,
        Some(Behind::WaitsFor { role }) => wanted.waits_for = Some(role),
        Some(Behind::Counted { what, from, to }) => {
            let period = Period::new(from, to, here())?;
            let time = period.start()..period.end();
            wanted.happened = Some(HappenedIn { what, time });
        }
    }
    Ok(wanted)
}

pub(super) async fn head(account: &Account, id: IncidentId) -> Result<HeadRow, ClientError> {
    let head = account.store.incident(id).await?;
    Ok(head.ok_or(ActError::NoSuchIncident)?)
}
