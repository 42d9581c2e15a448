//! Looking for words, with and without a network.

use crate::ends_well;
use palier_bridge::{
    CommandError,
    request::Search,
    view::{SearchHit, SearchWhat},
};
use palier_scenarios::{Device, House, photo};

async fn finds(device: &Device, words: &'static str) -> Result<Vec<SearchHit>, CommandError> {
    let results = device
        .ask(async move |client| {
            client
                .search(Search {
                    query: words.into(),
                    after: None,
                })
                .await
        })
        .await?;
    Ok(results.hits)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_and_what_waits_is_found_without_a_network() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let (claire, awa) = (house.claires_device().await?, house.awas_device().await?);
    let said = awa
        .writes(incident, "Le chauffe-eau goutte sur l’évier")
        .await?;
    claire
        .sees_words(incident, "Le chauffe-eau goutte sur l’évier")
        .await;
    claire.line.cut();
    claire
        .attaches(
            incident,
            &[photo(claire.desk(), "Relevé chauffe-eau.jpg", 74)],
        )
        .await?;
    let waits = claire
        .writes(incident, "Un chauffe-eau neuf est commandé")
        .await?;
    let hits = finds(&claire, "chauffe eau").await?;
    let found: Vec<_> = hits
        .iter()
        .map(|hit| match &hit.what {
            SearchWhat::Ticket { ticket_id, .. } => ("ticket", Some(*ticket_id), hit.unsent),
            SearchWhat::File { ticket_id, .. } => ("file", Some(*ticket_id), hit.unsent),
            _ => ("other", None, hit.unsent),
        })
        .collect();
    assert_eq!(
        found,
        [
            ("ticket", Some(waits.id), true),
            ("file", Some(waits.id), true),
            ("ticket", Some(said.id), false),
        ]
    );
    let marked: Vec<_> = hits[2].excerpt.iter().filter(|piece| piece.hit).collect();
    assert_eq!(marked.len(), 2);
    assert!(matches!(
        finds(&claire, " ?! ").await,
        Err(CommandError::Invalid(_))
    ));
    claire.line.mend();
    claire.sees_sent(incident, waits.id).await;
    let hits = finds(&claire, "chauffe eau").await?;
    assert_eq!(
        hits.len(),
        3,
        "each is found once after it has arrived: {hits:?}"
    );
    assert!(hits.iter().all(|hit| !hit.unsent));
    ends_well(&house).await
}
