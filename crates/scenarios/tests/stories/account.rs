//! Devices, password, a copy of everything.

use crate::ends_well;
use palier_bridge::{
    CommandError,
    request::{ChangePassword, ExportData, FreeDownloads, GetRoom, ListDevices, RevokeDevice},
    view::{DeviceView, Link},
};
use palier_domain::InvalidReason;
use palier_scenarios::{Device, Fault, House, PASSWORD};
use std::io::Read;

async fn devices(device: &Device) -> Result<Vec<DeviceView>, CommandError> {
    device
        .ask(async move |client| client.list_devices(ListDevices {}).await)
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_laptop_is_signed_out_from_the_desk_and_keeps_what_was_not_sent()
-> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let (desk, laptop) = (house.claires_device().await?, house.claires_device().await?);
    laptop.is_up_to_date().await;
    let all = devices(&desk).await?;
    assert_eq!(all.iter().filter(|it| it.this_one).count(), 1);
    let other = all.iter().find(|it| !it.this_one);
    let id = other.ok_or_else(|| anyhow::anyhow!("{all:?}"))?.id;
    let revoke = async move || {
        desk.ask(async move |client| client.revoke_device(RevokeDevice { id }).await)
            .await
    };
    revoke().await?;
    laptop.is(Link::NeedsSignIn).await;
    let kept = laptop.writes(incident, "written on the laptop").await?;
    assert_eq!(
        revoke().await,
        Err(CommandError::Gone),
        "it is gone already"
    );

    laptop.line.cut();
    let offline = devices(&laptop).await;
    assert_eq!(offline, Err(CommandError::Offline));
    laptop.line.mend();
    laptop.signs_in("claire@maison.test", PASSWORD).await?;
    laptop.sees_sent(incident, kept.id).await;
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn another_password_signs_out_the_other_devices_and_not_this_one() -> anyhow::Result<()> {
    let house = House::open().await?;
    let (desk, laptop) = (house.awas_device().await?, house.awas_device().await?);
    laptop.is_up_to_date().await;
    let change = async |present: &str, new: &str| {
        let change = ChangePassword {
            current_password: present.to_owned(),
            password: new.to_owned(),
        };
        desk.ask(async move |client| client.change_password(change).await)
            .await
    };
    let wrong = change("not this one", "a sentence nobody knows").await;
    assert_eq!(wrong, Err(CommandError::WrongCredentials));
    for (new, why) in [
        ("short", InvalidReason::TooShort { limit: 8 }),
        ("password123", InvalidReason::TooCommon),
    ] {
        match change(PASSWORD, new).await {
            Err(CommandError::Invalid(invalid)) => assert_eq!(invalid.reason, why),
            other => panic!("{new}: {other:?}"),
        }
    }
    change(PASSWORD, "a sentence nobody knows").await?;
    laptop.is(Link::NeedsSignIn).await;
    assert_eq!(devices(&desk).await?.len(), 1);
    let old = laptop.signs_in("awa@maison.test", PASSWORD).await;
    assert_eq!(old, Err(CommandError::WrongCredentials));
    laptop
        .signs_in("awa@maison.test", "a sentence nobody knows")
        .await?;
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_everything_is_saved_whole_or_not_at_all() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let claire = house.claires_device().await?;
    let sent = claire.writes(incident, "the boiler says E4").await?;
    claire.sees_sent(incident, sent.id).await;
    let folder = claire.desk().join("copies");
    std::fs::create_dir_all(&folder)?;
    let target = folder.join("mine.zip");
    let export = async || {
        claire
            .ask(async move |client| client.export_data(ExportData {}).await)
            .await
    };
    assert_eq!(export().await?, None, "nothing was picked");

    claire.shell.will_save_to(target.clone());
    claire.line.cut();
    assert_eq!(export().await, Err(CommandError::Offline));
    claire.line.mend();
    claire.is_up_to_date().await;
    claire.shell.will_save_to(target.clone());
    claire
        .line
        .lay_fault("GET /api/export", Fault::CutReply, Some(1));
    assert_eq!(export().await, Err(CommandError::Offline));
    let left: Vec<_> = std::fs::read_dir(&folder)?.collect();
    assert!(left.is_empty(), "half a copy is none: {left:?}");

    claire.is_up_to_date().await;
    claire.shell.will_save_to(target.clone());
    assert_eq!(export().await?, Some(target.display().to_string()));
    let mut archive = zip::ZipArchive::new(std::fs::File::open(&target)?)?;
    let mut said = String::new();
    archive
        .by_name("tickets.jsonl")?
        .read_to_string(&mut said)?;
    assert!(said.contains("the boiler says E4"), "{said}");
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_room_on_the_disk_is_said_and_can_be_freed() -> anyhow::Result<()> {
    let house = House::open().await?;
    let claire = house.claires_device().await?;
    let room = claire
        .ask(async move |client| client.get_room(GetRoom {}).await)
        .await?;
    assert!(room.total > 0 && room.downloads == 0, "{room:?}");
    let stranger = claire.account_folder()?.join("blobs").join("a".repeat(64));
    std::fs::write(&stranger, [0; 5_000])?;
    let asked = async || {
        claire
            .ask(async move |client| client.get_room(GetRoom {}).await)
            .await
    };
    assert_eq!(asked().await?.downloads, 5_000);
    let freed = claire
        .ask(async move |client| client.free_downloads(FreeDownloads {}).await)
        .await?;
    assert_eq!(freed.downloads, 0);
    assert!(!stranger.exists());
    ends_well(&house).await
}
