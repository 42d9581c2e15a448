//! Writing without a network.

use crate::ends_well;
use palier_bridge::{
    request::{BeginIncident, DiscardDraft, ListUnits, OpenIncident, RemoveAttachment},
    view::{Delivery, Link},
};
use palier_domain::{AttachmentId, Category, Priority};
use palier_scenarios::{House, eventually, photo};

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_written_offline_arrives_once_when_the_network_returns() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let claire = house.claires_device().await?;
    let awa = house.awas_device().await?;

    claire.line.cut();
    claire.is(Link::Offline).await;
    let ticket = claire.writes(incident, "A plumber comes at nine").await?;
    assert!(ticket.is_mine);
    assert!(!matches!(ticket.delivery, Delivery::Sent));
    assert_eq!(claire.words(incident).await?, ["A plumber comes at nine"]);
    claire
        .sees("one message waits", async |claire| {
            Ok(claire.sync().await?.waiting == 1)
        })
        .await;
    assert!(house.onlooker().messages(incident).await?.is_empty());

    claire.line.mend();
    claire.sees_sent(incident, ticket.id).await;
    awa.sees_words(incident, "A plumber comes at nine").await;
    eventually("a notification", async || {
        !awa.shell.notifications().is_empty()
    })
    .await;
    let seen = awa.shell.notifications();
    assert_eq!(seen.len(), 1, "one ticket, one notification: {seen:?}");
    assert_eq!(seen[0].body, "A plumber comes at nine");
    assert_eq!(seen[0].title, "Claire Dubois · 3B");
    claire.is_up_to_date().await;
    assert!(claire.outbox().await?.is_empty());
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_taken_offline_arrives_whole_and_what_was_written_stays_in_order()
-> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("Fuite").await?;
    let claire = house.claires_device().await?;
    let awa = house.awas_device().await?;
    let original = photo(claire.desk(), "fuite.jpg", 40);

    claire.line.cut();
    let draft = claire
        .attaches(incident, std::slice::from_ref(&original))
        .await?;
    assert_eq!(draft.refused, []);
    assert_eq!(draft.attachments.len(), 1);
    let bytes = std::fs::read(&original)?;
    std::fs::remove_file(&original)?;
    let first = claire.writes(incident, "Voici la fuite").await?;
    let second = claire.writes(incident, "Je passe demain").await?;
    assert_eq!(first.attachments.len(), 1);

    claire.line.mend();
    claire.sees_sent(incident, first.id).await;
    claire.sees_sent(incident, second.id).await;
    let tickets = house.onlooker().tickets(incident).await?;
    let said: Vec<&str> = tickets.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(said, ["Voici la fuite", "Je passe demain"]);
    let file = tickets[0].attachments[0];
    assert_eq!(
        house.onlooker().file(file).await?,
        bytes,
        "the author gets the very bytes back"
    );

    awa.sees_words(incident, "Voici la fuite").await;
    let copy = awa
        .ask(async move |client| client.attachment_file(file).await)
        .await?;
    let picture = image::load_from_memory(&std::fs::read(copy)?)?;
    let size = (picture.width(), picture.height());
    assert_eq!(size, (96, 64), "the other gets the picture");
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_opened_offline_arrives_with_its_tickets() -> anyhow::Result<()> {
    let house = House::open().await?;
    let awa = house.awas_device().await?;
    awa.line.cut();
    let incident = awa.opens("Plus de chauffage").await?;
    let ticket = awa.writes(incident, "Le radiateur est froid").await?;
    assert!(awa.thread(incident).await?.incident.unsent);

    awa.line.mend();
    awa.sees_sent(incident, ticket.id).await;
    assert_eq!(
        house.onlooker().messages(incident).await?,
        ["Le radiateur est froid"]
    );
    awa.sees("an incident on the server", async |awa| {
        Ok(!awa.thread(incident).await?.incident.unsent)
    })
    .await;
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_with_photos_opened_offline_arrives_whole() -> anyhow::Result<()> {
    let house = House::open().await?;
    let mut claire = house.claires_device().await?;
    claire.is_up_to_date().await;
    claire.line.cut();
    // Begun and given up, begun and cut short: neither leaves anything.
    for gives_up in [true, false] {
        let id = claire
            .ask(async |client| client.begin_incident(BeginIncident {}).await)
            .await?;
        claire
            .attaches(id, &[photo(claire.desk(), "vague.jpg", 90)])
            .await?;
        if gives_up {
            claire
                .ask(async move |client| {
                    client.discard_draft(DiscardDraft { incident_id: id }).await
                })
                .await?;
        } else {
            claire.restarts().await;
        }
        let nothing = RemoveAttachment {
            incident_id: id,
            attachment_id: AttachmentId(uuid::Uuid::nil()),
        };
        let left = claire
            .ask(async move |client| client.remove_attachment(nothing).await)
            .await?;
        assert_eq!(left.attachments, []);
    }
    let id = claire
        .ask(async |client| client.begin_incident(BeginIncident {}).await)
        .await?;
    let photos = [
        photo(claire.desk(), "mur.jpg", 91),
        photo(claire.desk(), "sol.jpg", 92),
    ];
    claire.attaches(id, &photos).await?;
    let units = claire
        .ask(async |client| client.list_units(ListUnits {}).await)
        .await?;
    let opens = OpenIncident {
        incident_id: Some(id),
        unit_id: units[0].id,
        title: "Dégât des eaux".into(),
        description: "Le mur est mouillé".into(),
        category: Category::Damp,
        priority: Priority::High,
    };
    let opened = claire
        .ask(async move |client| client.open_incident(opens).await)
        .await?;
    assert_eq!(opened, id);
    let entries = claire.thread(id).await?.entries;
    assert_eq!(entries.len(), 1);
    let names: Vec<_> = entries[0]
        .attachments
        .iter()
        .map(|file| file.name.as_str())
        .collect();
    assert_eq!(names, ["mur.jpg", "sol.jpg"]);
    claire.line.mend();
    claire.sees_sent(id, entries[0].id).await;
    let tickets = house.onlooker().tickets(id).await?;
    assert_eq!(tickets.len(), 1);
    assert_eq!(tickets[0].attachments.len(), 2);
    let whole = house.onlooker().file(tickets[0].attachments[0]).await?;
    assert!(!whole.is_empty());
    ends_well(&house).await
}
