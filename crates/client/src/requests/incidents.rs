//! Incidents: the list, opening one, moving its status and priority.

use crate::{Client, account::Account, error::ClientError, view, words};
use chrono::{Local, Utc};
use palier_bridge::{
    CommandError,
    request::{ListIncidents, ListUnits, OpenIncident, SetPriority, SetStatus},
    view::{IncidentRow, UnitChoice},
};
use palier_domain::{Act, IncidentId, IncidentTitle, StatusMove};
use palier_store::{ActError, act::NewIncident, view::HeadRow};

impl Client {
    /// The incident list, newest activity first.
    ///
    /// # Errors
    /// Nobody is signed in; the data folder.
    pub async fn list_incidents(
        &self,
        request: ListIncidents,
    ) -> Result<Vec<IncidentRow>, CommandError> {
        let account = self.account().await?;
        let filter = request.filter;
        let rows = account
            .store
            .incidents(&filter.statuses, filter.unread_only)
            .await
            .map_err(ClientError::from)?;
        let reader = view::Reader::new(self.installation(), &account);
        Ok(rows.into_iter().map(|row| reader.list_row(row)).collect())
    }

    /// Every unit in which an incident can be opened.
    ///
    /// # Errors
    /// Nobody is signed in; the data folder.
    pub async fn list_units(&self, _: ListUnits) -> Result<Vec<UnitChoice>, CommandError> {
        let account = self.account().await?;
        let rows = account
            .store
            .units(Local::now().date_naive())
            .await
            .map_err(ClientError::from)?;
        Ok(rows
            .into_iter()
            .map(|row| UnitChoice {
                id: row.id,
                place: words::place(Some(&row.unit), row.property.as_deref()),
                tenants: row.tenants,
            })
            .collect())
    }

    /// Opens a new incident; works offline.
    ///
    /// # Errors
    /// Title or description is refused; the disk.
    pub async fn open_incident(&self, request: OpenIncident) -> Result<IncidentId, CommandError> {
        IncidentTitle::parse(&request.title)?;
        let account = self.account().await?;
        let (incident_id, lane) = account
            .store
            .open_incident(
                NewIncident {
                    unit_id: request.unit_id,
                    title: request.title,
                    description: request.description,
                    category: request.category,
                    priority: request.priority,
                },
                Utc::now(),
            )
            .await
            .map_err(ClientError::from)?;
        account.acted(incident_id, lane).await;
        Ok(incident_id)
    }

    /// Moves the status.
    ///
    /// # Errors
    /// The rules refuse; the incident is gone; the disk.
    pub async fn set_status(&self, request: SetStatus) -> Result<(), CommandError> {
        let account = self.account().await?;
        let head = head(&account, request.incident_id).await?;
        let standing = view::standing(&head, Utc::now());
        StatusMove::judge(head.my_role, standing, request.from, request.to)?;
        let lane = account
            .store
            .set_status(request.incident_id, request.from, request.to, Utc::now())
            .await
            .map_err(ClientError::from)?;
        account.acted(request.incident_id, lane).await;
        Ok(())
    }

    /// Changes the priority.
    ///
    /// # Errors
    /// The rules refuse; the incident is gone; the disk.
    pub async fn set_priority(&self, request: SetPriority) -> Result<(), CommandError> {
        let account = self.account().await?;
        let head = head(&account, request.incident_id).await?;
        view::may(&head, Act::SetPriority)?;
        let lane = account
            .store
            .set_priority(request.incident_id, request.from, request.to, Utc::now())
            .await
            .map_err(ClientError::from)?;
        account.acted(request.incident_id, lane).await;
        Ok(())
    }
}

async fn head(account: &Account, id: IncidentId) -> Result<HeadRow, ClientError> {
    let head = account.store.incident(id).await?;
    Ok(head.ok_or(ActError::NoSuchIncident)?)
}
