//! The dashboard: counted here, from what is on this device, by the rules by which the server counts.
//!
//! A device of an owner holds every incident and ticket of his portfolios, so it need not ask: the figures
//! are there without a network, and hold what waits to be sent.

use crate::{
    Client, dashboard_table,
    error::{ClientError, at_the_place},
    files,
    zone::here,
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use palier_bridge::{
    CommandError,
    request::{GetDashboard, SaveDashboard},
    view::{DashboardView, PropertyName},
};
use palier_domain::{Dashboard, statistics::figures};
use std::path::Path;

impl Client {
    /// The figures of the portfolios that the person runs.
    ///
    /// # Errors
    /// The period is refused; nobody is signed in; the data folder.
    pub async fn get_dashboard(
        &self,
        request: GetDashboard,
    ) -> Result<DashboardView, CommandError> {
        self.dashboard(request, here(), Utc::now()).await
    }

    /// The same for somebody in `zone`, where it is `now`.
    ///
    /// # Errors
    /// As [`Client::get_dashboard`].
    pub async fn dashboard(
        &self,
        request: GetDashboard,
        zone: Tz,
        now: DateTime<Utc>,
    ) -> Result<DashboardView, CommandError> {
        self.tell(self.count(request, zone, now)).await
    }

    async fn count(
        &self,
        request: GetDashboard,
        zone: Tz,
        now: DateTime<Utc>,
    ) -> Result<DashboardView, ClientError> {
        let account = self.account().await?;
        let today = now.with_timezone(&zone).date_naive();
        let period = request.period.period(today, zone)?;
        let time = period.start()..period.end();
        let rows = account.store.dashboard(time, request.property_id).await?;
        let counted = figures(&period, &rows.cases, &rows.steps);
        let names = rows.properties.iter().cloned().collect();
        let named = |(id, name)| PropertyName { id, name };
        Ok(DashboardView {
            figures: Dashboard::new(&period, rows.present, counted, names),
            runs_a_portfolio: rows.runs_a_portfolio,
            properties: rows.properties.into_iter().map(named).collect(),
            counted_at: now,
        })
    }

    /// Saves the figures as a table where the person says; answers the file's name.
    ///
    /// # Errors
    /// As [`Client::get_dashboard`]; the disk.
    pub async fn save_dashboard(
        &self,
        request: SaveDashboard,
    ) -> Result<Option<String>, CommandError> {
        self.tell(self.save_table(request)).await
    }

    async fn save_table(&self, request: SaveDashboard) -> Result<Option<String>, ClientError> {
        let wanted = GetDashboard {
            period: request.period,
            property_id: request.property_id,
        };
        let view = self.count(wanted, here(), Utc::now()).await?;
        let of_one = request.property_id;
        let property = view.properties.iter().find(|it| Some(it.id) == of_one);
        let property = property.map(|it| it.name.as_str());
        let installation = self.installation();
        let words = installation.words();
        let failed = |source| ClientError::Io {
            doing: "save the figures",
            source,
        };
        let table = dashboard_table::write(&words, &view.figures, property).map_err(failed)?;
        let title = words.text("save-table-title");
        let name = dashboard_table::file_name(&words, &view.figures);
        let Some(target) = installation.shell.pick_save_path(title, name).await else {
            return Ok(None);
        };
        let written = files::write_file(&target, &table).await;
        written.map_err(|source| at_the_place(failed(source), &target))?;
        let saved = target.file_name().map(Path::new).unwrap_or(&target);
        Ok(Some(saved.display().to_string()))
    }
}
