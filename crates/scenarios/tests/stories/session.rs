//! Sessions that end, and signing out.

use crate::ends_well;
use palier_bridge::{
    AppEvent, CommandError,
    request::{SignOut, SwitchAccount, TakeLink},
    view::{Delivery, Link, LinkTarget},
};
use palier_domain::incident_link;
use palier_scenarios::{Device, Fault, House, PASSWORD, eventually};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_when_the_session_ends_leaves_after_signing_in_again() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let claire = house.claires_device().await?;
    let sent = claire.writes(incident, "one").await?;
    claire.sees_sent(incident, sent.id).await;
    claire.line.cut();
    let two = claire.writes(incident, "two").await?;
    let three = claire.writes(incident, "three").await?;
    house.end_session(&claire.vault.secrets()[0]).await?;

    claire.line.mend();
    claire.is(Link::NeedsSignIn).await;
    let account = claire.state().await?.account;
    assert!(account.is_some_and(|account| account.needs_sign_in));
    assert_eq!(claire.words(incident).await?, ["one", "two", "three"]);
    let four = claire.writes(incident, "four").await?;
    assert!(matches!(
        claire.delivery(incident, two.id).await?,
        Some(Delivery::Waiting { .. })
    ));

    let wrong = claire.signs_in("claire@maison.test", "not this one").await;
    assert_eq!(wrong, Err(CommandError::WrongCredentials));
    claire.signs_in("claire@maison.test", PASSWORD).await?;
    for ticket in [two.id, three.id, four.id] {
        claire.sees_sent(incident, ticket).await;
    }
    assert_eq!(
        house.onlooker().messages(incident).await?,
        ["one", "two", "three", "four"]
    );
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ended_while_the_program_was_closed_is_noticed_and_renewed()
-> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let mut claire = house.claires_device().await?;
    claire.line.cut();
    let ticket = claire.writes(incident, "written before").await?;
    house.end_session(&claire.vault.secrets()[0]).await?;
    claire.is_killed().await;
    claire.line.mend();
    claire.starts().await;
    claire.is(Link::NeedsSignIn).await;

    // Also over one more start, which has no secret at all.
    claire.restarts().await;
    claire.is(Link::NeedsSignIn).await;
    claire.signs_in("claire@maison.test", PASSWORD).await?;
    claire.sees_sent(incident, ticket.id).await;
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keyring_that_waits_for_its_password_is_asked_until_it_answers() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let mut claire = house.claires_device().await?;
    claire.is_killed().await;
    claire.vault.is_busy(true);
    claire.starts().await;
    let ticket = claire.writes(incident, "written meanwhile").await?;
    eventually("it is asked again", async || {
        claire.vault.asked_in_vain() > 2
    })
    .await;
    let state = claire.state().await?;
    assert!(state.account.is_some_and(|account| !account.needs_sign_in));
    assert_eq!(state.sync.link, Link::Connecting);

    claire.vault.is_busy(false);
    claire.sees_sent(incident, ticket.id).await;
    claire.is_up_to_date().await;
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_asks_about_unsent_work_and_leaves_nothing_behind() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let claire = house.claires_device().await?;
    claire.line.cut();
    claire.writes(incident, "never sent").await?;
    let secret = claire.vault.secrets()[0].clone();
    let sign_out = |discard_unsent| {
        claire.ask(async move |client| client.sign_out(SignOut { discard_unsent }).await)
    };
    assert_eq!(
        sign_out(false).await.map(drop),
        Err(CommandError::UnsentWork { count: 1 })
    );
    assert_eq!(claire.words(incident).await?, ["never sent"]);

    claire.line.mend();
    claire
        .line
        .lay_fault("POST /api/sync/push", Fault::Hang, None);
    let folder = claire.account_folder()?;
    let state = sign_out(true).await?;
    assert_eq!(state.account, None);
    assert!(!folder.exists());
    assert!(claire.vault.secrets().is_empty());
    assert!(
        house.end_session(&secret).await.is_err(),
        "the server knows the session no more"
    );
    assert_eq!(claire.list().await, Err(CommandError::SignedOut));
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_of_unknown_fate_is_taken_back_when_its_author_signs_out() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let claire = house.claires_device().await?;
    // Only the ticket itself is lost on the way; what takes it back is not.
    claire
        .line
        .lay_fault_on("POST /api/sync/push", "add_ticket", Fault::Refuse, None);
    claire.writes(incident, "on its way").await?;
    eventually("an attempt", async || {
        claire.line.count("POST /api/sync/push") >= 1
    })
    .await;
    let before = claire.line.delivered("POST /api/sync/push", "\"cancel\"");
    assert_eq!(before, 0);
    let left = claire
        .ask(async |client| {
            client
                .sign_out(SignOut {
                    discard_unsent: true,
                })
                .await
        })
        .await?;
    assert_eq!(left.account, None);
    assert_eq!(
        claire.line.delivered("POST /api/sync/push", "\"cancel\""),
        1,
        "the server was told to ignore it, should it still come"
    );
    assert_eq!(house.onlooker().messages(incident).await?, [""; 0]);
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_out_that_was_cut_short_is_finished_at_the_next_start() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let mut claire = house.claires_device().await?;
    claire.types(incident, "a draft that goes too").await?;
    claire
        .line
        .lay_fault("DELETE /api/session", Fault::Hang, None);
    let folder = claire.account_folder()?;
    claire
        .begins(async |client| {
            let discard_unsent = true;
            client.sign_out(SignOut { discard_unsent }).await
        })
        .await;
    eventually("the server is being told", async || {
        claire.line.count("DELETE /api/session") == 1
    })
    .await;
    claire.is_killed().await;
    assert!(folder.exists(), "killed before the deletion");
    claire.starts().await;
    assert_eq!(claire.state().await?.account, None);
    assert!(!folder.exists());
    assert!(claire.vault.secrets().is_empty());
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_out_while_the_server_hangs_holds_up_nobody_else() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let device = house.claires_device().await?;
    let folder = device.account_folder()?;
    device.signs_in("awa@maison.test", PASSWORD).await?;
    device.is_up_to_date().await;
    let claire = device.state().await?.others[0].key.clone();
    device
        .ask(async move |client| client.switch_account(SwitchAccount { key: claire }).await)
        .await?;
    device
        .line
        .lay_fault("DELETE /api/session", Fault::Hang, None);
    device
        .begins(async |client| {
            let discard_unsent = true;
            client.sign_out(SignOut { discard_unsent }).await
        })
        .await;
    let told = async || device.line.count("DELETE /api/session") == 1;
    eventually("the server is being told", told).await;

    let meanwhile = async {
        let state = device.state().await?;
        assert_eq!(state.account.unwrap().email, "awa@maison.test");
        assert!(state.others.is_empty(), "who leaves is offered to nobody");
        assert_eq!(device.list().await?.len(), 1);
        device.writes(incident, "From Awa").await
    };
    let held_up = Duration::from_secs(1);
    tokio::time::timeout(held_up, meanwhile).await??;
    assert!(folder.exists(), "she is still leaving");
    // Signing in again waits until nothing of before is left.
    device.signs_in("claire@maison.test", PASSWORD).await?;
    device.sees_words(incident, "From Awa").await;
    let state = device.state().await?;
    assert_eq!(state.account.unwrap().email, "claire@maison.test");
    assert_eq!(state.others[0].email, "awa@maison.test");
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn another_person_on_the_same_computer_has_a_folder_of_her_own() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let device = house.claires_device().await?;
    device.line.cut();
    let ticket = device.writes(incident, "Claire's, unsent").await?;
    house.end_session(&device.vault.secrets()[0]).await?;
    device.line.mend();
    device.is(Link::NeedsSignIn).await;

    device.signs_in("awa@maison.test", PASSWORD).await?;
    device.is_up_to_date().await;
    assert_eq!(device.words(incident).await?, [""; 0]);
    assert!(device.outbox().await?.is_empty());
    let own = device.writes(incident, "Awa's own").await?;
    device.sees_sent(incident, own.id).await;

    device.signs_in("claire@maison.test", PASSWORD).await?;
    device.sees_sent(incident, ticket.id).await;
    assert_eq!(
        house.onlooker().messages(incident).await?,
        ["Awa's own", "Claire's, unsent"]
    );
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_accounts_on_one_device_work_side_by_side() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let mut device = house.claires_device().await?;
    device.signs_in("awa@maison.test", PASSWORD).await?;
    device.is_up_to_date().await;
    let shows = async |device: &Device, email: &str| {
        let account = device.state().await.unwrap().account.unwrap();
        assert_eq!(account.email, email);
    };
    shows(&device, "awa@maison.test").await;
    let switch = async |device: &Device| {
        let key = device.state().await.unwrap().others[0].key.clone();
        let switch = SwitchAccount { key };
        device
            .ask(async move |client| client.switch_account(switch).await)
            .await
            .unwrap();
    };

    // What Claire wrote without a network leaves while Awa's account is shown.
    switch(&device).await;
    shows(&device, "claire@maison.test").await;
    device.line.cut();
    device.writes(incident, "From Claire").await?;
    switch(&device).await;
    shows(&device, "awa@maison.test").await;
    assert!(device.outbox().await?.is_empty(), "it is not Awa's");
    device
        .sees("what waits behind", async |device| {
            Ok(device.state().await?.others[0].unsent == 1)
        })
        .await;
    device.line.mend();
    device.sees_words(incident, "From Claire").await;

    // An answer to Claire is announced, and the badge counts for both.
    let before = device.shell.notifications().len();
    let awa = house.onlooker_as("awa@maison.test").await?;
    awa.writes(incident, "From Awa").await?;
    eventually("a notification for Claire", async || {
        let told = device.shell.notifications();
        told[before..].iter().any(|it| it.body.contains("From Awa"))
    })
    .await;
    eventually("both are counted", async || device.shell.badge() == 2).await;

    device.restarts().await;
    shows(&device, "awa@maison.test").await;
    eventually("both are counted again", async || device.shell.badge() == 2).await;
    let others = device.state().await?.others;
    assert_eq!(
        (others[0].name.as_str(), others[0].unread),
        ("Claire Dubois", 1)
    );

    // Signing out is one account's alone.
    let folder = device.account_folder()?.parent().unwrap().to_owned();
    assert_eq!(folder.read_dir()?.count(), 2);
    let leave = SignOut {
        discard_unsent: false,
    };
    let state = device
        .ask(async move |client| client.sign_out(leave).await)
        .await?;
    assert_eq!(state.account.unwrap().email, "claire@maison.test");
    assert!(state.others.is_empty());
    assert_eq!(folder.read_dir()?.count(), 1);
    eventually("the badge is Claire's", async || device.shell.badge() == 1).await;
    device.sees_words(incident, "From Awa").await;
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_shows_the_account_that_it_belongs_to() -> anyhow::Result<()> {
    let house = House::open().await?;
    let claires = house.incident("No hot water").await?;
    let device = house.claires_device().await?;
    device.signs_in("awa@maison.test", PASSWORD).await?;
    device.signs_in("paul@maison.test", PASSWORD).await?;
    device.is_up_to_date().await;
    let clicks = async |incident| {
        device
            .ask(async move |client| client.show_incident_of_any_account(incident).await)
            .await
    };
    let shown = async || device.state().await.unwrap().account.unwrap().email;

    // Paul sees nothing of it: it is shown to whoever does, the longest known first.
    clicks(claires).await?;
    assert_eq!(shown().await, "claire@maison.test");
    device.sees_incident(claires).await;
    // Whose account is in front already stays, and what is nobody's moves nothing.
    clicks(claires).await?;
    assert_eq!(shown().await, "claire@maison.test");
    clicks(uuid::Uuid::now_v7().into()).await?;
    assert_eq!(shown().await, "claire@maison.test");
    assert_eq!(device.state().await?.others.len(), 2);
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_cannot_be_opened_is_shown_and_opened_later() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let mut device = house.claires_device().await?;
    device.line.cut();
    device.writes(incident, "From Claire").await?;
    let folder = device.account_folder()?;
    device.line.mend();
    device.is_up_to_date().await;
    device.signs_in("awa@maison.test", PASSWORD).await?;
    device.quits().await;
    // Another program has Claire's folder.
    let lock = std::fs::File::open(folder.join("lock"))?;
    lock.lock()?;
    device.starts().await;
    let others = device.state().await?.others;
    assert_eq!((others.len(), others[0].shut), (1, true));
    let switch = async || {
        let key = others[0].key.clone();
        let switch = SwitchAccount { key };
        device
            .ask(async move |client| client.switch_account(switch).await)
            .await
    };
    assert_eq!(switch().await, Err(CommandError::FolderInUse));
    drop(lock);
    let state = switch().await?;
    assert_eq!(state.account.unwrap().email, "claire@maison.test");
    assert!(state.others.iter().all(|other| !other.shut));
    device.sees_words(incident, "From Claire").await;
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_shown_account_cannot_be_opened_another_one_is_shown() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let mut device = house.claires_device().await?;
    let folder = device.account_folder()?;
    device.signs_in("awa@maison.test", PASSWORD).await?;
    device.is_up_to_date().await;
    let claire = device.state().await?.others[0].key.clone();
    let switch = async |device: &Device| {
        let key = claire.clone();
        device
            .ask(async move |client| client.switch_account(SwitchAccount { key }).await)
            .await
    };
    switch(&device).await?;
    device.quits().await;
    // Another program has Claire's folder.
    let lock = std::fs::File::open(folder.join("lock"))?;
    lock.lock()?;
    device.starts().await;
    let state = device.state().await?;
    assert_eq!(state.account.unwrap().email, "awa@maison.test");
    assert_eq!((state.others.len(), state.others[0].shut), (1, true));
    assert_eq!(state.others[0].email, "claire@maison.test");
    device.writes(incident, "From Awa").await?;
    device.is_up_to_date().await;
    assert_eq!(switch(&device).await, Err(CommandError::FolderInUse));

    // Nobody else chose her: she is shown again as soon as she can be.
    device.quits().await;
    drop(lock);
    device.starts().await;
    assert_eq!(
        device.state().await?.account.unwrap().email,
        "claire@maison.test"
    );
    device.sees_words(incident, "From Awa").await;
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_finds_the_account_that_has_its_incident() -> anyhow::Result<()> {
    let house = House::open().await?;
    let claires = house.incident("No hot water").await?;
    let device = house.claires_device().await?;
    device.signs_in("paul@maison.test", PASSWORD).await?;
    device.is_up_to_date().await;
    let follow = async |link: String| {
        device
            .ask(async move |client| {
                client.follow_link(&link);
                client.take_link(TakeLink {}).await
            })
            .await
    };
    let leads = follow(incident_link(claires)).await?;
    let incident_id = claires;
    assert_eq!(leads, Some(LinkTarget::Incident { incident_id }));
    let shown = device.state().await?.account.unwrap().email;
    assert_eq!(shown, "claire@maison.test");
    assert!(device.shell.events().contains(&AppEvent::LinkFollowed));
    let nobodys = incident_link(uuid::Uuid::now_v7().into());
    assert_eq!(follow(nobodys).await?, Some(LinkTarget::NotHere));
    let other = "palier://incident/7".to_owned();
    assert_eq!(follow(other).await?, Some(LinkTarget::Nowhere));
    let again = device.ask(async move |client| client.take_link(TakeLink {}).await);
    assert_eq!(again.await?, None, "a link is followed once");
    ends_well(&house).await
}
