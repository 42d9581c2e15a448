//! The server: real routes on a real database, in a folder that can be copied aside and put back.

use crate::{
    request::{Ask, Said, Source},
    world,
};
use anyhow::{Context, Result};
use axum::Router;
use chrono::{NaiveDate, TimeDelta, Utc};
use palier_domain::{
    AttachmentId, Category, IncidentId, LeaseId, PortfolioId, Priority, Sha256, UnitId, UserId,
};
use palier_engine::Outcome;
use palier_server::{
    App, Config,
    ops::{check, epoch, seed},
};
use palier_wire::{Payload, SignIn, sync};
use std::{
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use uuid::Uuid;

const PASSWORD: &str = "correct horse battery";
/// So many sessions are opened for each person beforehand: a password costs more than a whole life.
const SESSIONS: usize = 8;

/// So many messages a tenant has written before a life begins.
const TALK: u32 = 25;

/// A person and the secrets of her sessions.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: UserId,
    pub(crate) secrets: Vec<String>,
}

/// Who lives here and what they share.
#[derive(Debug, Clone)]
pub(crate) struct House {
    pub(crate) claire: Person,
    pub(crate) paul: Person,
    pub(crate) awa: Person,
    pub(crate) tom: Person,
    pub(crate) portfolio: PortfolioId,
    /// Awa's and Tom's.
    pub(crate) leases: [LeaseId; 2],
}

/// The server of one life.
pub(crate) struct Host {
    folder: TempDir,
    saved: Option<TempDir>,
    app: App,
    router: Router,
}

/// A furnished house, made once and copied for every life.
struct Furnished {
    folder: TempDir,
    house: House,
    /// The folder of every device, which has heard everything.
    devices: Vec<TempDir>,
}

static FURNISHED: OnceCell<Furnished> = OnceCell::const_new();

impl Host {
    /// The server of a new life, and its house.
    pub(crate) async fn open() -> Result<(Self, House)> {
        let furnished = furnished().await?;
        let host = Self::on(furnished.folder.path()).await?;
        Ok((host, furnished.house.clone()))
    }

    /// A server on a copy of what is in `folder`.
    async fn on(template: &Path) -> Result<Self> {
        let folder = temporary()?;
        copy_folder(template, folder.path())?;
        let app = App::open(config(folder.path())).await?;
        Ok(Self {
            folder,
            saved: None,
            router: app.router(),
            app,
        })
    }

    pub(crate) fn app(&self) -> &App {
        &self.app
    }

    /// The database's file.
    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join("server.sqlite")
    }

    pub(crate) fn router(&self) -> Router {
        self.router.clone()
    }

    pub(crate) async fn restart(&mut self) -> Result<()> {
        self.app.close().await;
        self.reopen().await
    }

    pub(crate) async fn save(&mut self) -> Result<()> {
        self.app.close().await;
        let saved = temporary()?;
        copy_folder(self.folder.path(), saved.path())?;
        self.saved = Some(saved);
        self.reopen().await
    }

    /// Puts the copy back, if there is one, in a new epoch. Sessions stay: that they end after a
    /// restore is told elsewhere, and here it would end every life.
    pub(crate) async fn restore(&mut self) -> Result<bool> {
        let Some(saved) = &self.saved else {
            return Ok(false);
        };
        self.app.close().await;
        fs::remove_dir_all(self.folder.path())?;
        copy_folder(saved.path(), self.folder.path())?;
        let app = App::open(config(self.folder.path())).await?;
        epoch::renew(&app, true).await?;
        app.close().await;
        self.reopen().await?;
        Ok(true)
    }

    /// What the server's own check finds.
    pub(crate) async fn check(&self) -> Result<check::Report> {
        let wanted = check::Wanted {
            repair: false,
            files: true,
        };
        Ok(check::run(&self.app, wanted).await?)
    }

    async fn reopen(&mut self) -> Result<()> {
        self.app = App::open(config(self.folder.path())).await?;
        self.router = self.app.router();
        Ok(())
    }
}

fn config(folder: &Path) -> Config {
    Config::new(folder)
}

/// A folder in memory, where the system has one: no test here cuts the power.
pub(crate) fn temporary() -> Result<TempDir> {
    let memory = PathBuf::from("/dev/shm");
    let made = if memory.is_dir() {
        tempfile::tempdir_in(memory)
    } else {
        tempfile::tempdir()
    };
    made.context("making a folder")
}

fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}

/// A folder of the device at `index`, which has heard everything.
pub(crate) async fn device_folder(index: usize) -> Result<TempDir> {
    let folder = temporary()?;
    copy_folder(furnished().await?.devices[index].path(), folder.path())?;
    Ok(folder)
}

async fn furnished() -> Result<&'static Furnished> {
    FURNISHED.get_or_try_init(furnish).await
}

async fn furnish() -> Result<Furnished> {
    let folder = temporary()?;
    let app = App::open(config(folder.path())).await?;
    let person = async |name: &str| -> Result<Person> {
        let email = format!("{name}@maison.test");
        let id = seed::create_user(&app, &email, name, PASSWORD).await?;
        let mut secrets = Vec::new();
        for _ in 0..SESSIONS {
            secrets.push(sign_in(&app, &email).await?);
        }
        Ok(Person { id, secrets })
    };
    let (claire, paul) = (person("claire").await?, person("paul").await?);
    let (awa, tom) = (person("awa").await?, person("tom").await?);
    let portfolio = seed::create_portfolio(&app, claire.id, "Les Lilas").await?;
    seed::add_owner(&app, portfolio, paul.id).await?;
    let property = seed::create_property(&app, portfolio, "12 rue", "Europe/Paris").await?;
    let mut homes = Vec::new();
    for (label, tenant) in [("3B", &awa), ("1A", &tom)] {
        let unit = seed::create_unit(&app, property, label).await?;
        let since = NaiveDate::from_ymd_opt(2020, 1, 1).context("a day")?;
        let lease = seed::create_lease(&app, unit, since, None, &[tenant.id]).await?;
        homes.push(lease);
        talk(&app, unit, tenant, &claire).await?;
    }
    app.close().await;
    let house = House {
        claire,
        paul,
        awa,
        tom,
        portfolio,
        leases: [homes[0], homes[1]],
    };
    let host = Host::on(folder.path()).await?;
    let devices = world::first_sync(host, house.clone()).await?;
    Ok(Furnished {
        folder,
        house,
        devices,
    })
}

/// An incident in `unit` about which tenant and owner have written a lot already, and shown a file.
async fn talk(app: &App, unit: UnitId, tenant: &Person, owner: &Person) -> Result<()> {
    let incident_id = IncidentId(Uuid::now_v7());
    let opened = Payload::OpenIncident(sync::OpenIncident {
        incident_id,
        unit_id: unit,
        title: "Pas d’eau chaude".to_owned(),
        description: String::new(),
        category: Category::Heating,
        priority: Priority::Normal,
        written_at: Utc::now(),
    });
    let wrote = |message: String, attachments: Vec<AttachmentId>| {
        Payload::AddTicket(sync::AddTicket {
            ticket_id: Uuid::now_v7().into(),
            incident_id,
            message,
            attachments,
            written_at: Utc::now(),
        })
    };
    let file = upload(app, owner, &format!("Relevé de {incident_id}\n")).await?;
    submit(app, tenant, vec![opened]).await?;
    // More than the newest that a first sync brings first.
    let said = |n| wrote(format!("Rappel {n}"), Vec::new());
    submit(app, tenant, (1..=TALK).map(said).collect()).await?;
    submit(
        app,
        owner,
        vec![wrote("Voir le relevé".to_owned(), vec![file])],
    )
    .await
}

async fn submit(app: &App, by: &Person, payloads: Vec<Payload>) -> Result<()> {
    let told = seed::submit(app, by.id, payloads).await?;
    anyhow::ensure!(told.iter().all(|it| it.problem.is_none()), "{told:?}");
    Ok(())
}

async fn upload(app: &App, by: &Person, text: &str) -> Result<AttachmentId> {
    let folder = temporary()?;
    let path = folder.path().join("relevé.txt");
    fs::write(&path, text)?;
    let file = Source {
        id: Uuid::now_v7().into(),
        name: "relevé.txt".to_owned(),
        sha256: Sha256::of(text.as_bytes()),
        path,
    };
    let id = file.id;
    let ask = Ask::Upload(app.epoch(), file);
    let answer = ask.carry(app.router(), &by.secrets[0]).await?;
    let taken = matches!(answer.said, Said::Upload(_, Outcome::Reply(())));
    anyhow::ensure!(taken, "the file was not taken: {answer:?}");
    Ok(id)
}

async fn sign_in(app: &App, email: &str) -> Result<String> {
    let body = SignIn {
        email: email.to_owned(),
        password: PASSWORD.into(),
        device_id: Uuid::now_v7().into(),
        device_name: String::new(),
        cookie: false,
    };
    let created = crate::request::sign_in(app.router(), &body).await?;
    Ok(created.token)
}

/// The day so many days ago.
pub(crate) fn days_ago(days: u8) -> NaiveDate {
    Utc::now().date_naive() - TimeDelta::days(i64::from(days))
}
