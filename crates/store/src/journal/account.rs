//! Whose folder it is, which device, which epoch; small settings.

use crate::db::SqliteConnection;
use crate::{StoreError, sqlite::Doing};
use palier_domain::{DeviceId, UserId};
use palier_wire::Epoch;
use uuid::Uuid;

/// The one row of `account`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Account {
    pub user_id: UserId,
    pub device_id: DeviceId,
    pub epoch: Option<Epoch>,
}

/// The account of this journal; a new journal becomes that of `user`, on a new device.
pub(crate) async fn establish(
    conn: &mut SqliteConnection,
    user: UserId,
) -> Result<Account, StoreError> {
    sqlx::query(
        "insert into main.account (only_row, user_id, device_id) values (1, ?1, ?2)
         on conflict do nothing",
    )
    .bind(user.0)
    .bind(Uuid::now_v7())
    .execute(&mut *conn)
    .await
    .doing("founding the journal")?;
    read(conn).await
}

pub(crate) async fn read(conn: &mut SqliteConnection) -> Result<Account, StoreError> {
    let (user, device, epoch): (Uuid, Uuid, Option<Uuid>) =
        sqlx::query_as("select user_id, device_id, epoch from main.account")
            .fetch_one(conn)
            .await
            .doing("reading whose journal it is")?;
    Ok(Account {
        user_id: user.into(),
        device_id: device.into(),
        epoch: epoch.map(Epoch),
    })
}

pub(crate) async fn was_left(
    conn: &mut SqliteConnection,
    epoch: Epoch,
) -> Result<bool, StoreError> {
    sqlx::query_scalar("select exists (select 1 from main.epochs_left where epoch = ?1)")
        .bind(epoch.0)
        .fetch_one(conn)
        .await
        .doing("looking up an epoch")
}

/// Takes `new` as our epoch. What belongs to the old one goes: decisions about notifications start
/// anew.
pub(crate) async fn change_epoch(
    conn: &mut SqliteConnection,
    old: Option<Epoch>,
    new: Epoch,
) -> Result<(), StoreError> {
    let doing = "taking a new epoch";
    if let Some(old) = old {
        sqlx::query("insert into main.epochs_left (epoch) values (?1) on conflict do nothing")
            .bind(old.0)
            .execute(&mut *conn)
            .await
            .doing(doing)?;
    }
    // An operator may restore an old epoch's data together with its epoch.
    sqlx::query("delete from main.epochs_left where epoch = ?1")
        .bind(new.0)
        .execute(&mut *conn)
        .await
        .doing(doing)?;
    sqlx::query("update main.account set epoch = ?1, notifying = 0")
        .bind(new.0)
        .execute(&mut *conn)
        .await
        .doing(doing)?;
    sqlx::query("delete from main.notify_after")
        .execute(conn)
        .await
        .doing(doing)?;
    Ok(())
}

/// Which of the two caches is shown, and whether the other one is being filled.
pub(crate) async fn caches(conn: &mut SqliteConnection) -> Result<(usize, bool), StoreError> {
    let second = setting(conn, SECOND_CACHE).await?.is_some();
    let filling = setting(conn, FILLING).await?.is_some();
    Ok((usize::from(second), filling))
}

/// Notes which of the two caches is shown, and whether the other one is being filled.
pub(crate) async fn set_caches(
    conn: &mut SqliteConnection,
    shown: usize,
    filling: bool,
) -> Result<(), StoreError> {
    set_setting(conn, SECOND_CACHE, (shown == 1).then_some("shown")).await?;
    set_setting(conn, FILLING, filling.then_some("yes")).await
}

const SECOND_CACHE: &str = "second_cache";
const FILLING: &str = "filling_a_cache";

pub(crate) async fn setting(
    conn: &mut SqliteConnection,
    key: &str,
) -> Result<Option<String>, StoreError> {
    sqlx::query_scalar("select value from main.settings where key = ?1")
        .bind(key)
        .fetch_optional(conn)
        .await
        .doing("reading a setting")
}

pub(crate) async fn set_setting(
    conn: &mut SqliteConnection,
    key: &str,
    value: Option<&str>,
) -> Result<(), StoreError> {
    let query = match value {
        Some(value) => sqlx::query(
            "insert into main.settings (key, value) values (?1, ?2)
             on conflict do update set value = excluded.value",
        )
        .bind(key.to_owned())
        .bind(value.to_owned()),
        None => sqlx::query("delete from main.settings where key = ?1").bind(key.to_owned()),
    };
    query.execute(conn).await.doing("keeping a setting")?;
    Ok(())
}
