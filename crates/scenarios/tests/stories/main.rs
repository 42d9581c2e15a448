//! What must never go wrong, told as stories. One program, so that it is linked once.

mod bad_input;
mod crash;
mod devices;
mod files;
mod joining;
mod lost_replies;
mod matrix;
mod noting;
mod offline;
mod pages;
mod portal;
mod queue;
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
