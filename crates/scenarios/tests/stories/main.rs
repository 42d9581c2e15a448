//! What must never go wrong, told as stories. One program, so that it is linked once.
#![allow(clippy::expect_used)]

mod account;
mod bad_input;
mod crash;
mod devices;
mod figures;
mod files;
mod joining;
mod leaving;
mod letting;
mod lost_replies;
mod matrix;
mod noting;
mod offline;
mod pages;
mod pause;
mod portal;
mod queue;
mod quiet;
mod rejected;
mod restored;
mod searching;
mod service;
mod session;
mod taking_back;

use palier_scenarios::House;

/// At the end of every story: nothing is on the server twice, and nothing is missing in between.
async fn ends_well(house: &House) -> anyhow::Result<()> {
    house.onlooker().ensure_nothing_is_doubled().await
}

/// docs/sync.md lists the stories of what waits to be sent: at least forty, and each is told here.
#[test]
fn the_list_of_stories_is_true() {
    const PAGE: &str = include_str!("../../../../docs/sync.md");
    const TOLD: &str = concat!(
        include_str!("queue.rs"),
        include_str!("offline.rs"),
        include_str!("crash.rs"),
        include_str!("lost_replies.rs"),
        include_str!("rejected.rs"),
        include_str!("taking_back.rs"),
        include_str!("files.rs"),
        include_str!("restored.rs"),
        include_str!("portal.rs"),
        include_str!("noting.rs"),
        include_str!("session.rs"),
        include_str!("joining.rs"),
    );
    let (_, list) = PAGE
        .split_once("### The stories of what waits to be sent")
        .expect("the list");
    let names: Vec<&str> = list
        .split('`')
        .filter(|name| name.len() > 20 && name.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
        .collect();
    assert!(names.len() >= 40, "{} are listed", names.len());
    for name in &names {
        assert!(TOLD.contains(&format!("async fn {name}()")), "{name}");
    }
    let told = TOLD.matches("#[tokio::test").count();
    assert_eq!(names.len(), told, "every story is listed");
}
