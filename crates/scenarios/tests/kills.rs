//! The kill loop: a real server and a real client, each a program of its own, which die again and again at
//! named moments (`palier_domain::failpoint`) and at random ones. Afterwards nothing that the person was told is
//! sent is lost, nothing is there twice, nothing is stuck, and every database is whole.
//!
//! `PALIER_KILLS=2000 cargo test -p palier-scenarios --test kills` kills more often; `PALIER_KILL_SEED` chooses other
//! moments.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod kill {
    pub mod child;
    pub mod client;
    pub mod dice;
    pub mod parent;
    pub mod server;
}

use kill::parent::Loop;
use palier_domain::planted::Bug;
use std::time::Duration;

/// How often in an ordinary run.
const KILLS: u32 = 300;

#[test]
fn nothing_is_lost_doubled_or_stuck_however_often_programs_die() {
    let number = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let kills = number("PALIER_KILLS")
        .and_then(|it| it.try_into().ok())
        .unwrap_or(KILLS);
    let seed = number("PALIER_KILL_SEED").unwrap_or(1);
    let told = kill::parent::run(&Loop {
        kills,
        seed,
        bug: None,
        only_at: None,
        patience: Duration::from_secs(60),
    });
    println!("{}", told.unwrap());
}

/// The loop is able to fail: a program that forgets what it was sending when it died is found out.
#[test]
fn a_planted_bug_is_found() {
    let told = kill::parent::run(&Loop {
        kills: 6,
        seed: 7,
        bug: Some(Bug::SendingLostAtStart),
        only_at: Some("client: before a request/pushing"),
        patience: Duration::from_secs(8),
    });
    let found = told.unwrap_err();
    assert!(format!("{found:#}").contains("stuck"), "{found:#}");
}

/// And one that throws away what may have left without asking the server: it appears.
#[test]
fn what_is_thrown_away_in_vain_is_found() {
    let told = kill::parent::run(&Loop {
        kills: 60,
        seed: 5,
        bug: Some(Bug::DiscardWithoutCancel),
        only_at: Some("client: after a reply/pushing"),
        patience: Duration::from_secs(30),
    });
    let found = told.unwrap_err();
    assert!(
        format!("{found:#}").contains("taken back, and there"),
        "{found:#}"
    );
}

/// The programs that are killed: this one again, with a part to play.
#[test]
fn plays_its_part() {
    kill::child::play();
}
