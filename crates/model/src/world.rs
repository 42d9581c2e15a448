//! The world: a server, its people's devices, the network between them, and time.

use crate::{
    Act, DEVICES, Fault, Happening, Ledger, Step, Tally,
    device::{Device, Fuse},
    flight::{Flight, Stray},
    host::{Host, House, Person, days_ago, device_folder, temporary},
    request::{self, Answer, Ask, Said},
};
use anyhow::{Context, Result, bail, ensure};
use palier_engine::{Event, Millis, NoVerdict, Outcome};
use palier_server::ops::seed;
use palier_wire::{Problem, ProblemKind};
use std::ops::Range;
use tempfile::TempDir;

/// A life of the house.
pub struct World {
    pub(crate) now: Millis,
    pub(crate) host: Host,
    pub(crate) house: House,
    pub(crate) devices: Vec<Device>,
    strays: Vec<Stray>,
    pub(crate) ledger: Ledger,
    /// Counts the starts of programs: each has its own dice.
    starts: u64,
}

/// How many rounds a healed world may take: far more than any backlog of a life needs.
const ROUNDS: usize = 2_000;

impl World {
    /// A house with its people, who have so many devices, all of them up to date.
    ///
    /// # Errors
    /// When server or folders cannot be made.
    pub async fn begin(devices: u8) -> Result<Self> {
        let (host, house) = Host::open().await?;
        let mut folders = Vec::new();
        for index in 0..devices.into() {
            folders.push(device_folder(index).await?);
        }
        Self::with(host, house, folders).await
    }

    async fn with(host: Host, house: House, folders: Vec<TempDir>) -> Result<Self> {
        // The first session of everybody is the judge's.
        let plan = [
            ("Claire's desk", &house.claire, 1..4),
            ("Awa's desk", &house.awa, 1..4),
            ("Tom's desk", &house.tom, 1..8),
            ("Claire's laptop", &house.claire, 4..8),
            ("Awa's laptop", &house.awa, 4..8),
            ("Paul's desk", &house.paul, 1..8),
        ];
        let device = |((name, person, sessions), folder): ((_, &Person, Range<usize>), _)| {
            Device::new(
                name,
                person.clone(),
                person.secrets[sessions].to_vec(),
                folder,
            )
        };
        let devices = plan.into_iter().zip(folders).map(device).collect();
        let mut world = Self {
            now: 0,
            host,
            house,
            devices,
            strays: Vec::new(),
            ledger: Ledger::default(),
            starts: 0,
        };
        for index in 0..world.devices.len() {
            world.start(index).await?;
            world.flush(index, usize::MAX).await?;
        }
        Ok(world)
    }

    /// Takes a step.
    ///
    /// # Errors
    /// When a promise is broken on the way, or the machine fails.
    pub async fn take(&mut self, step: &Step) -> Result<()> {
        self.ledger.tally.count(match step {
            Step::Act(_, act) => format!("act {}", word(act)),
            Step::Server(it) => format!("server {}", word(it)),
            other => format!("step {}", word(other)),
        });
        let index = |device: u8| usize::from(device) % self.devices.len();
        match *step {
            Step::Act(device, ref act) => self.act(index(device), act).await?,
            Step::Deliver(device, which, fault) => {
                self.deliver(index(device), which, fault).await?
            }
            Step::Flush(device, most) => self.flush(index(device), most.into()).await?,
            Step::FlushAll => {
                for index in 0..self.devices.len() {
                    self.flush(index, 50).await?;
                }
            }
            Step::Stray(which) => self.stray(which).await?,
            Step::Pass(millis) => self.pass(millis.into()).await?,
            Step::Doom(device, after, within) => {
                let index = index(device);
                self.devices[index].doom(Fuse { after, within });
            }
            Step::Start(device) => self.start(index(device)).await?,
            Step::LoseCache(device) => {
                let index = index(device);
                self.devices[index].lose_cache()?;
                self.start(index).await?;
            }
            Step::Fill(device, full) => {
                let index = index(device);
                match full {
                    true => self.devices[index].fill().await,
                    false => self.devices[index].make_room().await,
                }
            }
            Step::Server(happening) => self.happens(happening).await?,
        }
        for device in &mut self.devices {
            self.strays.append(&mut device.strays);
        }
        Ok(())
    }

    pub(crate) async fn start(&mut self, index: usize) -> Result<()> {
        self.starts += 1;
        let (now, seed) = (self.now, self.starts);
        self.devices[index].start(now, seed).await
    }

    async fn pass(&mut self, millis: Millis) -> Result<()> {
        self.now += millis;
        for device in &mut self.devices {
            device.tick(self.now).await?;
        }
        Ok(())
    }

    /// Ends one of what is under way.
    async fn deliver(&mut self, index: usize, which: u8, fault: Fault) -> Result<()> {
        let device = &mut self.devices[index];
        let Some(running) = device.running() else {
            return Ok(());
        };
        let count = running.flights.len() + usize::from(running.stream.is_some());
        if count == 0 {
            return Ok(());
        }
        let which = usize::from(which) % count;
        if which == running.flights.len() {
            return self.deliver_stream(index, fault).await;
        }
        let Flight { ask, late } = running.flights.remove(which);
        if let Some(answer) = late {
            return device.landed(self.now, answer).await;
        }
        // The person has taken it off its ticket since: nothing is left to send.
        if ask.lacks_its_file() {
            let answer = ask.without(NoVerdict::Local);
            return device.landed(self.now, answer).await;
        }
        let epoch = self.host.app().epoch();
        let is_push = matches!(ask, Ask::Push(..));
        let refused = |kind, wait| ask.refused(epoch, Problem::new(kind, "told by a fault"), wait);
        let answer = match fault {
            Fault::None => self.carry(index, &ask).await?,
            Fault::RequestLost => ask.without(NoVerdict::Connection),
            Fault::ReplyLost => {
                self.carry(index, &ask).await?;
                ask.without(NoVerdict::Timeout)
            }
            Fault::ReplyLate => {
                let late = Some(self.carry(index, &ask).await?);
                if let Some(running) = self.devices[index].running() {
                    running.flights.push(Flight { ask, late });
                }
                return Ok(());
            }
            Fault::RequestLate => {
                let answer = ask.without(NoVerdict::Timeout);
                if let Some(token) = self.devices[index].token.clone() {
                    self.strays.push(Stray { ask, token });
                }
                answer
            }
            Fault::Twice => {
                self.carry(index, &ask).await?;
                self.carry(index, &ask).await?
            }
            Fault::Foreign => ask.without(NoVerdict::Foreign),
            Fault::ServerError => ask.without(NoVerdict::ServerError { retry_after: None }),
            Fault::RateLimited => refused(ProblemKind::RateLimited, Some(2_000)),
            Fault::TooLarge if is_push => {
                self.ledger.refused_for_its_size(&ask);
                refused(ProblemKind::TooLarge, None)
            }
            Fault::UpdateRequired if is_push => refused(ProblemKind::UpdateRequired, None),
            Fault::Forbidden => refused(ProblemKind::Forbidden, None),
            Fault::Unauthenticated => {
                self.devices[index].keeps_its_session();
                refused(ProblemKind::Unauthenticated, None)
            }
            Fault::TooLarge | Fault::UpdateRequired => self.carry(index, &ask).await?,
        };
        let fresh = match &answer.said {
            Said::Pull(Outcome::Reply(page)) => Some(page.scopes.clone()),
            _ => None,
        };
        self.devices[index].landed(self.now, answer).await?;
        match fresh {
            Some(scopes) => self.devices[index].holds_only(&scopes).await,
            None => Ok(()),
        }
    }

    /// The stream opens, brings what is new, or breaks.
    async fn deliver_stream(&mut self, index: usize, fault: Fault) -> Result<()> {
        let now = self.now;
        let device = &mut self.devices[index];
        let Some(stream) = device.running().and_then(|running| running.stream.clone()) else {
            return Ok(());
        };
        let broken = !matches!(fault, Fault::None | Fault::Twice | Fault::ReplyLate);
        if broken {
            if let Some(running) = device.running() {
                running.stream = None;
            }
            let why = Outcome::NoVerdict(NoVerdict::Connection);
            return device.happened(now, Event::StreamClosed(why)).await;
        }
        // What a stream carries is a page after its own cursor, cut small.
        let ask = Ask::Pull(Some(stream.cursor.epoch), Some(stream.cursor.clone()), 3);
        let answer = self.carry(index, &ask).await?;
        let device = &mut self.devices[index];
        match answer.said {
            Said::Pull(Outcome::Reply(page)) => {
                if !stream.opened {
                    if let Some(stream) = device.running().and_then(|it| it.stream.as_mut()) {
                        stream.opened = true;
                    }
                    return device
                        .streamed(now, answer.epoch, |_| Event::StreamOpened)
                        .await;
                }
                if page.to == page.from {
                    return Ok(());
                }
                if let Some(stream) = device.running().and_then(|it| it.stream.as_mut()) {
                    stream.cursor = page.to.clone();
                }
                device
                    .streamed(now, answer.epoch, |_| Event::StreamPage(page))
                    .await
            }
            Said::Pull(other) => {
                if let Some(running) = device.running() {
                    running.stream = None;
                }
                let ended = other.map(|_| ());
                device
                    .streamed(now, answer.epoch, |_| Event::StreamClosed(ended))
                    .await
            }
            _ => bail!("a stream is answered by pages"),
        }
    }

    /// Carries a request to the server and notes what it said.
    pub(crate) async fn carry(&mut self, index: usize, ask: &Ask) -> Result<Answer> {
        let token = self.devices[index].token.clone().unwrap_or_default();
        self.carry_as(&token, ask).await
    }

    async fn carry_as(&mut self, token: &str, ask: &Ask) -> Result<Answer> {
        let answer = ask.carry(self.host.router(), token).await?;
        match (ask, &answer.said) {
            (Ask::Push(epoch, push), Said::Push(Outcome::Reply(reply))) => {
                let now = self.host.app().epoch();
                ensure!(*epoch == now, "a push of another epoch was carried out");
                self.ledger.pushed(*epoch, push, reply);
            }
            (Ask::Pull(..), Said::Pull(Outcome::Reply(page))) => {
                if let Some(back) = self.ledger.showed(page) {
                    bail!(back);
                }
            }
            _ => {}
        }
        Ok(answer)
    }

    /// Requests come through until nothing is under way.
    pub(crate) async fn flush(&mut self, index: usize, most: usize) -> Result<()> {
        for _ in 0..most {
            let Some(running) = self.devices[index].running() else {
                return Ok(());
            };
            if !running.flights.is_empty() {
                self.deliver(index, 0, Fault::None).await?;
            } else if running.stream.as_ref().is_some_and(|it| !it.opened) {
                self.deliver_stream(index, Fault::None).await?;
            } else {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn stray(&mut self, which: u8) -> Result<()> {
        if self.strays.is_empty() {
            return Ok(());
        }
        let which = usize::from(which) % self.strays.len();
        let Stray { ask, token } = self.strays.remove(which);
        // A file that its device has given up is not on that disk any more.
        if ask.lacks_its_file() {
            return Ok(());
        }
        self.carry_as(&token, &ask).await.map(drop)
    }

    async fn happens(&mut self, happening: Happening) -> Result<()> {
        let house = &self.house;
        let (awa, paul, portfolio) = (house.awa.id, house.paul.id, house.portfolio);
        let [home, other] = house.leases;
        match happening {
            Happening::Restart => self.host.restart().await?,
            Happening::Save => self.host.save().await?,
            Happening::Restore => self.ledger.restored |= self.host.restore().await?,
            Happening::Revoke(device) => {
                let index = usize::from(device) % self.devices.len();
                if let Some(token) = &self.devices[index].token {
                    request::sign_out(self.host.router(), token).await?;
                }
            }
            // Refused where it is so already.
            Happening::TenantLeaves => {
                let _ = seed::remove_tenant(self.host.app(), home, awa).await;
            }
            Happening::TenantComes => {
                let _ = seed::add_tenant(self.host.app(), home, awa).await;
                self.ledger.rejoined.insert(awa.0);
            }
            Happening::OwnerLeaves => {
                let _ = seed::remove_owner(self.host.app(), portfolio, paul).await;
            }
            Happening::OwnerComes => {
                let _ = seed::add_owner(self.host.app(), portfolio, paul).await;
                self.ledger.rejoined.insert(paul.0);
            }
            Happening::LeaseEnds(days) => {
                let _ = seed::end_lease(self.host.app(), other, days_ago(days)).await;
            }
        }
        Ok(())
    }

    /// The network works, everybody signs in, time passes, until nothing is left to do.
    ///
    /// # Errors
    /// When it does not come to an end: something stalls.
    pub async fn heal(&mut self) -> Result<()> {
        for index in 0..self.devices.len() {
            // As after an update of the program.
            self.devices[index].crash();
            self.devices[index].take_a_session();
            self.start(index).await?;
            let mut strays = std::mem::take(&mut self.devices[index].strays);
            self.strays.append(&mut strays);
        }
        self.come_to_rest().await?;
        // What was given up long ago arrives at last.
        while !self.strays.is_empty() {
            self.stray(0).await?;
        }
        self.come_to_rest().await
    }

    async fn come_to_rest(&mut self) -> Result<()> {
        for _ in 0..ROUNDS {
            let mut busy = false;
            for index in 0..self.devices.len() {
                self.flush(index, 50).await?;
                let device = &mut self.devices[index];
                if device.token.is_none() && device.take_a_session() {
                    device.happened(self.now, Event::SignedIn).await?;
                    busy = true;
                }
                busy |= device.running().is_some_and(|it| !it.flights.is_empty());
            }
            if busy {
                continue;
            }
            let quiet = |device: &Device| device.token.is_none() || device.is_quiet();
            if self.devices.iter().all(quiet) {
                match self.everybody_has_heard().await? {
                    true => return Ok(()),
                    false => continue,
                }
            }
            let next = self.devices.iter().filter_map(Device::alarm).min();
            let Some(next) = next else {
                bail!("nothing is left to wait for: {}", self.standing());
            };
            self.pass(next.saturating_sub(self.now)).await?;
        }
        bail!("something stalls: {}", self.standing())
    }

    /// Whether what the devices know is what there is to know; asks for it where not.
    async fn everybody_has_heard(&mut self) -> Result<bool> {
        let mut heard = true;
        for index in 0..self.devices.len() {
            let Some(running) = self.devices[index].running() else {
                continue;
            };
            let Some(cursor) = running.engine.cursor().cloned() else {
                continue;
            };
            if self.devices[index].token.is_none() {
                continue;
            }
            let ask = Ask::Pull(Some(cursor.epoch), Some(cursor.clone()), 1);
            let answer = self.carry(index, &ask).await?;
            let Said::Pull(Outcome::Reply(page)) = answer.said else {
                bail!("a healed server answers pulls");
            };
            if page.to != cursor || page.scopes.iter().any(|it| !cursor.at.contains_key(it)) {
                heard = false;
                let device = &mut self.devices[index];
                device.happened(self.now, Event::Nudge).await?;
            }
        }
        Ok(heard)
    }

    fn standing(&self) -> String {
        let lines: Vec<String> = self.devices.iter().map(Device::standing).collect();
        lines.join("\n")
    }

    /// How often what happened.
    pub fn tally(&self) -> Tally {
        let mut tally = self.ledger.tally.clone();
        for device in &self.devices {
            tally.add(device.tally.clone());
        }
        tally
    }

    /// A device's store, while its program runs.
    pub(crate) fn store(&self, index: usize) -> Result<palier_store::Store> {
        self.devices[index].store().context("the program runs")
    }
}

/// The folders of all devices after their first sync.
pub(crate) async fn first_sync(host: Host, house: House) -> Result<Vec<TempDir>> {
    let folders: Result<Vec<TempDir>> = (0..DEVICES).map(|_| temporary()).collect();
    let mut world = World::with(host, house, folders?).await?;
    let mut folders = Vec::new();
    // Everybody has looked at the file.
    for (index, which) in (0..DEVICES).flat_map(|device| [(device, 0), (device, 1)]) {
        world.act(index.into(), &Act::Fetch(which, 0)).await?;
    }
    for device in world.devices {
        folders.push(device.leave().await);
    }
    Ok(folders)
}

/// The first word of what something is.
pub(crate) fn word(thing: &impl std::fmt::Debug) -> String {
    let text = format!("{thing:?}");
    let end = text.find(|it: char| !it.is_alphanumeric());
    text[..end.unwrap_or(text.len())].to_owned()
}
