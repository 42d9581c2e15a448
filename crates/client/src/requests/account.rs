//! The person's own account: devices, password, a copy of everything, room on the disk.

use super::online::said;
use crate::rt::Instant;
use crate::{
    Client,
    api::Download,
    error::{ClientError, at_the_place},
};
use palier_bridge::{
    AppEvent, CommandError,
    request::{ChangePassword, ExportData, FreeDownloads, GetRoom, ListDevices, RevokeDevice},
    view::{DeviceView, RoomView},
};
use palier_disk::{aio, fs::File};
use palier_domain::NewPassword;
use palier_wire::Devices;
use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    time::Duration,
};

/// The page is told of an export's progress no more often.
const TELL_EVERY: Duration = Duration::from_millis(200);

impl Client {
    /// The devices on which the person is signed in, the one used last first.
    ///
    /// # Errors
    /// Nobody is signed in; the server does not answer.
    pub async fn list_devices(&self, _: ListDevices) -> Result<Vec<DeviceView>, CommandError> {
        self.tell(async {
            let account = self.account().await?;
            let epoch = account.shared.epoch();
            let devices: Devices = said(account.api.ask(epoch, "api/sessions").await)?;
            let view = |it: palier_wire::Device| DeviceView {
                id: it.id,
                name: it.device_name,
                signed_in_at: it.created_at,
                used_at: it.used_at,
                this_one: it.current,
            };
            Ok(devices.sessions.into_iter().map(view).collect())
        })
        .await
    }

    /// Signs another device out.
    ///
    /// # Errors
    /// It is signed out already; the server does not answer.
    pub async fn revoke_device(&self, request: RevokeDevice) -> Result<(), CommandError> {
        self.tell(async {
            let account = self.account().await?;
            let path = format!("api/sessions/{}", request.id);
            said(account.api.remove(account.shared.epoch(), &path).await)?;
            Ok(())
        })
        .await
    }

    /// Sets another password. The person stays signed in here and is signed out elsewhere.
    ///
    /// # Errors
    /// The present password; the new one; too many attempts; the server does not answer.
    pub async fn change_password(&self, request: ChangePassword) -> Result<(), CommandError> {
        self.tell(async {
            NewPassword::parse(&request.password)?;
            let account = self.account().await?;
            let change = palier_wire::ChangePassword {
                current_password: request.current_password,
                password: request.password,
            };
            let epoch = account.shared.epoch();
            said(
                account
                    .api
                    .put(epoch, "api/session/password", &change)
                    .await,
            )?;
            Ok(())
        })
        .await
    }

    /// Saves a copy of everything of the person's where she says; answers where, or none when she
    /// thought better of it.
    ///
    /// # Errors
    /// The server does not answer, or gave one a moment ago; the disk. Nothing is left of half a copy.
    pub async fn export_data(&self, _: ExportData) -> Result<Option<String>, CommandError> {
        self.tell(self.export()).await
    }

    async fn export(&self) -> Result<Option<String>, ClientError> {
        let account = self.account().await?;
        let installation = self.installation();
        let title = installation.words().text("export-title");
        let day = chrono::Local::now().format("%Y-%m-%d");
        let suggested = format!("palier-{day}.zip");
        let Some(target) = installation.shell.pick_save_path(title, suggested).await else {
            return Ok(None);
        };
        let download = said(account.api.export(account.shared.epoch()).await)?;
        let saved = self.save_export(download, &target).await;
        installation
            .shell
            .emit(AppEvent::ExportProgress { bytes: None });
        saved?;
        Ok(Some(target.display().to_string()))
    }

    /// Writes it beside its place, and puts it there once it is whole.
    async fn save_export(&self, mut download: Download, target: &Path) -> Result<(), ClientError> {
        let half = half_written(target);
        let written = self.receive(&mut download, &half).await;
        let saved = match written {
            Ok(()) => aio::rename(&half, target).await.map_err(on_the_disk),
            Err(error) => Err(error),
        };
        if saved.is_err() {
            let _ = aio::remove_file(&half).await;
        }
        saved.map_err(|error| at_the_place(error, target))
    }

    async fn receive(&self, download: &mut Download, half: &Path) -> Result<(), ClientError> {
        let shell = &self.installation().shell;
        let mut file = File::create(half).map_err(on_the_disk)?;
        let (mut bytes, mut told) = (0, None::<Instant>);
        while let Some(chunk) = download.next().await.map_err(|_| CommandError::Offline)? {
            // A chunk is small, and goes to memory.
            file.write_all(&chunk).map_err(on_the_disk)?;
            bytes += chunk.len() as u64;
            if told.is_none_or(|told| told.elapsed() >= TELL_EVERY) {
                told = Some(Instant::now());
                shell.emit(AppEvent::ExportProgress { bytes: Some(bytes) });
            }
        }
        let synced = aio::blocking(move || file.sync_all()).await;
        synced.and_then(|it| it).map_err(on_the_disk)
    }

    /// How much of the disk the account takes.
    ///
    /// # Errors
    /// Nobody is signed in; the data folder.
    pub async fn get_room(&self, _: GetRoom) -> Result<RoomView, CommandError> {
        self.tell(self.room()).await
    }

    /// Deletes the files of others that can be fetched again; answers what is left.
    ///
    /// # Errors
    /// Nobody is signed in; the data folder.
    pub async fn free_downloads(&self, _: FreeDownloads) -> Result<RoomView, CommandError> {
        self.tell(async {
            self.account().await?.store.evict_downloads(0).await?;
            self.room().await
        })
        .await
    }

    async fn room(&self) -> Result<RoomView, ClientError> {
        let room = self.account().await?.store.room().await?;
        Ok(RoomView {
            total: room.total,
            downloads: room.downloads,
            downloads_limit: self.installation().config.downloads_bytes,
        })
    }
}

fn on_the_disk(source: io::Error) -> ClientError {
    ClientError::Io {
        doing: "save the copy of your data",
        source,
    }
}

/// Beside the place where it belongs, so that the rename stays on one disk.
fn half_written(target: &Path) -> PathBuf {
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    target.with_file_name(name)
}
