//! Whoever starts the programs, kills them, and holds what is left against what was told.

use super::{
    child::{BUG, DIES_AT, MARK, PART},
    client,
    dice::Dice,
    server,
};
use anyhow::{Context, Result, ensure};
use palier_domain::planted::Bug;
use palier_scenarios::{House, Onlooker, PASSWORD};
use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// How often programs die, when, and with which bug in them.
pub struct Loop {
    pub kills: u32,
    pub seed: u64,
    pub bug: Option<Bug>,
    /// Programs die at this moment alone.
    pub only_at: Option<&'static str>,
    /// How long a program may take for what it has to do at all.
    pub patience: Duration,
}

/// What a device does once, when it is new: for a death there it needs another device.
const ONLY_WHEN_NEW: &[&str] = &[
    "taking a new epoch",
    "emptying the cache",
    "beginning with notifications",
    "writing a page of a snapshot",
    "reading where the cache stands",
    "fetching a snapshot",
];

/// What a device does when the server's data begin a new life.
const ONLY_IN_A_NEW_LIFE: &[&str] = &["showing the rebuilt cache"];

/// What a device does when its journal is damaged.
const ONLY_WHEN_DAMAGED: &[&str] = &["saving a damaged journal"];

/// What a device does when its person leaves it.
const ONLY_WHEN_LEAVING: &[&str] = &["signing out"];

/// So often a program dies at every moment that is passed at all.
const DEATHS: u32 = 3;

/// Moments that need not be met so often, each with its reason.
const EXCEPTIONS: &[(&str, &str)] = &[];

/// Rounds in which somebody signs out, the data begin a new life, a journal is damaged, so that the moments
/// that need it become known.
const LEAVES_AT: u32 = 10;
const NEW_LIFE_AT: u32 = 20;
const DAMAGE_AT: u32 = 30;

/// How long one that shall die at a moment is waited for, before it dies at any.
const ROUND: Duration = Duration::from_millis(1_500);

/// A program, and what it says.
struct Program {
    child: Child,
    said: Receiver<String>,
}

impl Program {
    /// Waits for a line that begins so; whatever comes before goes to `hears`.
    fn until(
        &mut self,
        word: &str,
        limit: Duration,
        mut hears: impl FnMut(&str),
    ) -> Option<String> {
        let end = Instant::now() + limit;
        loop {
            match self
                .said
                .recv_timeout(end.saturating_duration_since(Instant::now()))
            {
                Ok(line) => {
                    hears(&line);
                    if line.starts_with(word) {
                        return Some(line);
                    }
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
            }
        }
    }

    /// `kill -9`; what it had said is still heard.
    fn kill(mut self, mut hears: impl FnMut(&str)) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        while let Ok(line) = self.said.recv_timeout(Duration::from_secs(5)) {
            hears(&line);
        }
    }

    fn has_ended(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(Some(_)))
    }
}

/// What happened so far.
#[derive(Default)]
struct Story {
    /// Words that the person was told are kept, and those that she took back since.
    sent: BTreeSet<String>,
    noted: BTreeSet<String>,
    changed: BTreeSet<String>,
    /// Words of which she was told that they never will be there.
    gone: BTreeSet<String>,
    /// How often each moment was passed last by a program that died there.
    died: BTreeMap<String, u32>,
    /// How often a program was told to die there.
    tried: BTreeMap<String, u32>,
    /// Moments that were passed at all, by the program that passes them.
    moments: BTreeSet<String>,
    random: u32,
    failed: Vec<String>,
    /// What the server refused, and why, as last told.
    refused: Vec<String>,
}

impl Story {
    fn hears(&mut self, line: &str) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let rest = rest.to_owned();
        match word {
            "sent" => drop(self.sent.insert(rest)),
            "noted" => drop(self.noted.insert(rest)),
            "changes" => drop(self.changed.insert(rest)),
            "gone" => drop(self.gone.insert(rest)),
            "passes" => drop(self.moments.insert(rest)),
            "dies" => *self.died.entry(rest).or_default() += 1,
            "ready" => self.refused.clear(),
            "refused" => self.refused.push(rest),
            "failed" => self.failed.push(rest),
            _ => {}
        }
    }

    /// The moments at which programs died less often than they have to.
    fn rare(&self) -> Vec<&str> {
        let died = |moment: &str| self.died.get(moment).copied().unwrap_or(0);
        let excused = |moment: &str| EXCEPTIONS.iter().any(|(name, _)| *name == moment);
        let moments = self.moments.iter().map(String::as_str);
        moments
            .filter(|moment| died(moment) < DEATHS && !excused(moment))
            .collect()
    }

    /// The next moment to die at: one that was not met often enough, or else that was met least often; of
    /// these one that was tried least often, so that one that is hard to meet does not take every round.
    fn next_moment(&mut self, dice: &mut Dice) -> Option<String> {
        let rank = |moment: &String| {
            let died = self.died.get(moment).copied().unwrap_or(0);
            let tried = self.tried.get(moment).copied().unwrap_or(0);
            match died < DEATHS {
                true => (0, tried),
                false => (died, tried),
            }
        };
        let least = self.moments.iter().map(rank).min()?;
        let rare: Vec<_> = self
            .moments
            .iter()
            .filter(|moment| rank(moment) == least)
            .collect();
        let next = rare[dice.below(rare.len() as u64) as usize].clone();
        *self.tried.entry(next.clone()).or_default() += 1;
        Some(next)
    }
}

struct Stage {
    server_folder: TempDir,
    /// The landlord's devices; the last one is the one she uses.
    devices: Vec<TempDir>,
    address: String,
    bug: Option<Bug>,
    patience: Duration,
}

impl Stage {
    fn new_device(&mut self) -> Result<()> {
        self.devices.push(tempfile::tempdir()?);
        Ok(())
    }

    fn client(&self, device: &TempDir, more: &[(&str, String)]) -> Result<Program> {
        let mut more = more.to_vec();
        let folder = device.path().to_str().context("a folder's name")?;
        more.push((client::FOLDER, folder.to_owned()));
        self.start("client", &more)
    }

    fn start(&self, part: &str, more: &[(&str, String)]) -> Result<Program> {
        let mut command = Command::new(std::env::current_exe()?);
        command
            .args(["--exact", "plays_its_part", "--nocapture"])
            .env(PART, part)
            .env(server::FOLDER, self.server_folder.path())
            .env(server::ADDRESS, &self.address)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        if let Some(bug) = self.bug {
            command.env(BUG, format!("{bug:?}"));
        }
        for (name, value) in more {
            command.env(name, value);
        }
        let mut child = command.spawn()?;
        let out = BufReader::new(child.stdout.take().context("its output")?);
        let (tell, said) = channel();
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                // The test runner's own words may stand before it on the line.
                if let Some((_, line)) = line.split_once(MARK)
                    && tell.send(line.to_owned()).is_err()
                {
                    return;
                }
            }
        });
        Ok(Program { child, said })
    }

    fn start_server(&self, story: &mut Story, dies_at: Option<String>) -> Result<Program> {
        let more: Vec<_> = dies_at.into_iter().map(|at| (DIES_AT, at)).collect();
        let mut program = self.start("server", &more)?;
        // It may have been told to die before it is ready.
        program.until("ready", self.patience, |line| story.hears(line));
        Ok(program)
    }
}

/// Runs the loop; answers what happened, for a person to read.
pub fn run(told: &Loop) -> Result<String> {
    let runtime = tokio::runtime::Runtime::new()?;
    let mut stage = runtime.block_on(furnish(told))?;
    let mut story = Story::default();
    let mut dice = Dice(told.seed);
    let mut server: Option<Program> = None;
    // A few more where some moment was not met often enough: most moments come by chance.
    for round in 0..2 * told.kills {
        if round >= told.kills && (told.bug.is_some() || story.rare().is_empty()) {
            break;
        }
        let at_a_moment = dice.below(20) < 17;
        let looks = told.only_at.is_none() && [LEAVES_AT, NEW_LIFE_AT, DAMAGE_AT].contains(&round);
        let moment = match (told.only_at, at_a_moment && !looks) {
            (Some(moment), _) => Some(moment.to_owned()),
            (None, true) => story.next_moment(&mut dice),
            (None, false) => None,
        };
        let hits_server = match &moment {
            Some(moment) => moment.starts_with("server"),
            None => !looks && dice.below(2) == 0,
        };
        let when_new = moment
            .as_ref()
            .is_some_and(|moment| ONLY_WHEN_NEW.iter().any(|doing| moment.ends_with(doing)));
        if when_new {
            stage.new_device()?;
        }
        let needs = |what: &[&str]| {
            moment
                .as_ref()
                .is_some_and(|moment| what.iter().any(|doing| moment.ends_with(doing)))
        };
        let new_life = round == NEW_LIFE_AT || needs(ONLY_IN_A_NEW_LIFE);
        let damage = round == DAMAGE_AT || needs(ONLY_WHEN_DAMAGED);
        let leaves = round == LEAVES_AT || needs(ONLY_WHEN_LEAVING);
        let once = when_new || new_life || damage || leaves;
        let n = if once { 1 } else { 1 + dice.below(2) };
        if new_life {
            if let Some(old) = server.take() {
                old.kill(|line| story.hears(line));
            }
            runtime.block_on(begin_new_life(stage.server_folder.path()))?;
        }
        if damage {
            let device = stage.devices.last().context("a device")?;
            runtime.block_on(damage_journal(device.path()))?;
        }
        let dies_at = moment.map(|moment| format!("{moment}/{n}"));
        let (at_server, at_client) = match hits_server {
            true => (dies_at, None),
            false => (None, dies_at),
        };
        if at_server.is_some()
            && let Some(old) = server.take()
        {
            old.kill(|line| story.hears(line));
        }
        let mut running = match server.take() {
            Some(running) => running,
            None => stage.start_server(&mut story, at_server.clone())?,
        };
        let words = u64::from(round) + 1_000_000 * told.seed;
        let mut more = vec![(client::SEED, words.to_string())];
        more.extend(leaves.then(|| (client::SIGNS_OUT, "1".to_owned())));
        more.extend(at_client.clone().map(|at| (DIES_AT, at)));
        let device = stage.devices.last().context("a device")?;
        let mut person = stage.client(device, &more)?;
        let told_to_die = at_server.is_some() || at_client.is_some();
        let limit = match told_to_die || once {
            // Everything has to leave before.
            true if leaves || looks => ROUND * 3,
            true => ROUND,
            false => Duration::from_millis(dice.below(700)),
        };
        person.until("quiet", limit, |line| story.hears(line));
        if hits_server {
            story.random += u32::from(!running.has_ended());
            running.kill(|line| story.hears(line));
            // What the client still has to say about this round.
            person.kill(|line| story.hears(line));
        } else {
            story.random += u32::from(!person.has_ended());
            person.kill(|line| story.hears(line));
            server = Some(running);
        }
        ensure!(story.failed.is_empty(), "round {round}: {:?}", story.failed);
    }
    if let Some(old) = server.take() {
        old.kill(|line| story.hears(line));
    }
    heal(&stage, &mut story, &runtime)
}

async fn furnish(told: &Loop) -> Result<Stage> {
    let house = House::open().await?;
    house.incident("No hot water").await?;
    house.incident("Fuite").await?;
    let server_folder = house.moves_out().await?;
    let free = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    Ok(Stage {
        server_folder,
        devices: vec![tempfile::tempdir()?],
        address: free.to_string(),
        bug: told.bug,
        patience: told.patience,
    })
}

/// Both run undisturbed; then all is held against what was told.
fn heal(stage: &Stage, story: &mut Story, runtime: &tokio::runtime::Runtime) -> Result<String> {
    let running = stage.start_server(story, None)?;
    let more = [
        (client::SEED, "0".to_owned()),
        (client::HEALS, "1".to_owned()),
    ];
    for device in &stage.devices {
        let mut person = stage.client(device, &more)?;
        let quiet = person.until("quiet", stage.patience, |line| story.hears(line));
        let quiet = quiet.with_context(|| format!("something is stuck; {:?}", story.failed))?;
        let refused = &story.refused;
        ensure!(quiet == "quiet 0", "refused without a reason: {refused:?}");
        let _ = person.child.wait();
    }
    let held = runtime.block_on(held(stage))?;
    running.kill(|line| story.hears(line));
    let mut check = stage.start("check", &[])?;
    let well = check.until("well", stage.patience, |line| story.hears(line));
    ensure!(well.is_some(), "{:?}", story.failed);
    let _ = check.child.wait();
    runtime.block_on(every_database_is_whole(stage))?;

    let mut lost = Vec::new();
    for word in story.sent.iter().chain(&story.noted) {
        let there = held.get(word).copied().unwrap_or(0);
        if there == 0 && !story.changed.contains(word) {
            lost.push(word.clone());
        }
    }
    let doubled: Vec<_> = held.iter().filter(|(_, count)| **count > 1).collect();
    let appeared: Vec<_> = story
        .gone
        .iter()
        .filter(|word| held.contains_key(*word))
        .collect();
    let mut told = format!(
        "{} told as sent, {} noted, {} taken back or changed, {} of them for good; {} deaths at {} moments, {} at random ones, \
         on {} devices:\n",
        story.sent.len(),
        story.noted.len(),
        story.changed.len(),
        story.gone.len(),
        story.died.values().sum::<u32>(),
        story.died.len(),
        story.random,
        stage.devices.len(),
    );
    for moment in &story.moments {
        let died = story.died.get(moment).copied().unwrap_or(0);
        told.push_str(&format!("{died:>5} {moment}\n"));
    }
    ensure!(lost.is_empty(), "lost: {lost:?}\n{told}");
    ensure!(doubled.is_empty(), "doubled: {doubled:?}\n{told}");
    ensure!(
        appeared.is_empty(),
        "taken back, and there: {appeared:?}\n{told}"
    );
    let rare = story.rare();
    ensure!(
        stage.bug.is_some() || rare.is_empty(),
        "programs died less than {DEATHS} times at {rare:?}\n{told}"
    );
    ensure!(story.sent.len() > 20, "hardly anything was written\n{told}");
    ensure!(
        stage.bug.is_some() || story.gone.len() > 5,
        "hardly anything was taken back for good\n{told}"
    );
    Ok(told)
}

/// How often each word is on the server.
async fn held(stage: &Stage) -> Result<BTreeMap<String, u32>> {
    let server = format!("http://{}", stage.address);
    let onlooker = Onlooker::enter(&server, "claire@maison.test", PASSWORD).await?;
    onlooker.ensure_nothing_is_doubled().await?;
    let mut held = BTreeMap::new();
    let mut said = Vec::new();
    for incident in onlooker.incidents().await? {
        said.extend(onlooker.messages(incident.incident.id).await?);
        said.extend(onlooker.notes(incident.incident.id).await?);
    }
    for word in said.iter().flat_map(|text| text.split_whitespace()) {
        *held.entry(word.to_owned()).or_default() += 1;
    }
    Ok(held)
}

/// The server's data begin a new life, as after a restore that lost nothing. The server is not running.
async fn begin_new_life(folder: &Path) -> Result<()> {
    let fresh = uuid::Uuid::new_v4().to_string();
    let mut met = 0;
    for file in databases(folder) {
        let mut conn = SqliteConnectOptions::new().filename(file).connect().await?;
        let changed = sqlx::query("update server_meta set value = ?1 where key = 'epoch'")
            .bind(&fresh)
            .execute(&mut conn)
            .await?;
        met += changed.rows_affected();
        conn.close().await?;
    }
    ensure!(met == 1, "{met} servers have an epoch");
    Ok(())
}

/// Breaks an index of the device's journals, so that they are found damaged and every row can be saved. The
/// device is not running.
async fn damage_journal(device: &Path) -> Result<()> {
    for file in databases(device) {
        if file.file_name().is_none_or(|name| name != "journal.sqlite") {
            continue;
        }
        let mut conn = SqliteConnectOptions::new().filename(file).connect().await?;
        sqlx::raw_sql(
            "pragma writable_schema = on;
             update sqlite_schema set rootpage =
                 (select rootpage from sqlite_schema where name = 'files_by_digest')
             where name = 'outbox_by_lane'",
        )
        .execute(&mut conn)
        .await?;
        conn.close().await?;
    }
    Ok(())
}

async fn every_database_is_whole(stage: &Stage) -> Result<()> {
    let mut files = databases(stage.server_folder.path());
    for device in &stage.devices {
        files.extend(databases(device.path()));
    }
    ensure!(files.len() >= 3, "{files:?}");
    // What is kept of damaged journals is as it was.
    let kept = |file: &PathBuf| file.to_string_lossy().contains("journal.damaged-");
    for file in files.into_iter().filter(|file| !kept(file)) {
        let mut conn = SqliteConnectOptions::new()
            .filename(&file)
            .connect()
            .await?;
        let verdict: String = sqlx::query_scalar("pragma integrity_check(1)")
            .fetch_one(&mut conn)
            .await?;
        conn.close().await?;
        ensure!(verdict == "ok", "{}: {verdict}", file.display());
    }
    Ok(())
}

fn databases(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in folder.read_dir().into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(databases(&path));
        } else if path
            .extension()
            .is_some_and(|it| it == "sqlite" || it == "db")
        {
            files.push(path);
        }
    }
    files
}
