//! The ticketing service under the names that other programs know.

use crate::ends_well;
use palier_bridge::CommandError;
use palier_client::ticketing::{CreateIncidentTicket, IncidentTicketingService};
use palier_domain::{PeriodChoice, Role};
use palier_scenarios::{House, photo};

#[tokio::test(flavor = "multi_thread")]
async fn the_service_reads_writes_marks_and_counts() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident_id = house.incident("No hot water").await?;
    let claire = house.claires_device().await?;
    let awa = house.onlooker_as("awa@maison.test").await?;
    awa.writes(incident_id, "It is cold").await?;
    claire.sees_words(incident_id, "It is cold").await;
    let ticket = CreateIncidentTicket {
        incident_id,
        user_id: house.claire,
        user_type: Role::Owner,
        message: "I call the plumber".into(),
        attachments: vec![photo(claire.desk(), "devis.jpg", 3)],
    };
    let of_somebody_else = CreateIncidentTicket {
        user_id: house.awa,
        ..ticket.clone()
    };
    let (written, refused, tickets, statistics) = claire
        .ask(async move |client| {
            let service = IncidentTicketingService::new(client);
            let refused = service.create_incident_ticket(of_somebody_else).await;
            let written = service.create_incident_ticket(ticket).await?;
            service.mark_read(incident_id, 1).await?;
            let tickets = service.get_incident_tickets(incident_id).await?;
            Ok::<_, CommandError>((
                written,
                refused,
                tickets,
                service.statistics(PeriodChoice::default()).await?,
            ))
        })
        .await?;
    assert_eq!(refused.unwrap_err(), CommandError::SignedOut);
    let said: Vec<_> = tickets.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(said, ["It is cold", "I call the plumber"]);
    let present = statistics.present;
    assert_eq!((present.open, present.unread), (1, 0));
    assert_eq!(
        statistics.total.first_response.count, 1,
        "not sent yet, and counted"
    );
    claire.sees_sent(incident_id, written.id).await;
    ends_well(&house).await
}
