//! Letters on their way to a real mail server, which takes them, refuses them, keeps silent or dies
//! in the middle of it.

use super::{
    Content, Letter, To,
    post_office::{CA, Mood, PostOffice, Step},
    problems, queue, worker,
};
use crate::{
    App, Config,
    db::{query_as, query_scalar},
    ops::seed,
};
use chrono::TimeDelta;
use futures_util::FutureExt;
use palier_domain::{Email, Language, UserId};
use std::time::Duration;
use tempfile::TempDir;
use uuid::Uuid;

/// A server that sends its mail to a post office; its worker is asked, not running.
struct House {
    app: App,
    office: PostOffice,
    folder: TempDir,
}

impl House {
    async fn open() -> Self {
        Self::at(PostOffice::open().await, "smtp", |_| {}).await
    }

    async fn at(office: PostOffice, scheme: &str, change: impl FnOnce(&mut Config)) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = TempDir::new().unwrap();
        let mut config = Config::new(folder.path());
        config.smtp_url = Some(office.url(scheme).parse().unwrap());
        config.mail_from = Some("Palier <palier@palier.test>".parse().unwrap());
        config.public_url = Some("https://palier.test".parse().unwrap());
        config.smtp_timeout = Duration::from_millis(300);
        change(&mut config);
        let app = App::open(config).await.unwrap();
        Self {
            app,
            office,
            folder,
        }
    }

    async fn person(&self, name: &str, email: &str) -> UserId {
        let made = seed::create_user(&self.app, email, name, "a long enough secret");
        made.await.unwrap()
    }

    async fn queues(&self, to: To, content: Content) -> Uuid {
        let letter = Letter {
            to,
            content,
            portfolio: None,
            expires_at: None,
        };
        let queued = self.app.db().write(move |tx| queue(tx, letter).boxed());
        queued.await.unwrap()
    }

    async fn reset_for(&self, user: UserId) -> Uuid {
        let link = "https://palier.test/password-reset/secret-token".to_owned();
        let content = Content::PasswordReset { link, minutes: 60 };
        self.queues(To::User(user), content).await
    }

    /// A round of the worker: how many letters were taken.
    async fn round(&self) -> usize {
        worker::round(&self.app).await.unwrap()
    }

    fn wait(&self, time: TimeDelta) {
        self.app.config().clock.advance(time);
    }

    /// State, attempts and words of a letter.
    async fn row(&self, letter: Uuid) -> (String, i64, String) {
        let mut read = self.app.db().read().await.unwrap();
        query_as("select state, attempts, arguments from mails where id = $1")
            .bind(letter)
            .fetch_one(&mut read)
            .await
            .unwrap()
    }

    async fn state(&self, letter: Uuid) -> String {
        self.row(letter).await.0
    }

    async fn problem(&self, email: &str) -> Option<(String, String)> {
        let mut read = self.app.db().read().await.unwrap();
        query_as("select state, reply from mail_problems where address = $1")
            .bind(email)
            .fetch_optional(&mut read)
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn a_letter_goes_out_once_with_proper_headers_and_both_alternatives() {
    let house = House::open().await;
    let awa = house
        .person("Awa “Éléonore” <Diallo>", "awa@exemple.fr")
        .await;
    let letter = house.reset_for(awa).await;
    assert_eq!(house.round().await, 1);
    assert_eq!(house.round().await, 0);
    let mail = house.office.takes(1).await;
    assert_eq!(mail.from, "<palier@palier.test>");
    assert_eq!(mail.to, ["<awa@exemple.fr>"]);
    let header = |name| mail.header(name).unwrap_or_default();
    assert_eq!(header("From"), "Palier <palier@palier.test>");
    assert_eq!(header("Message-ID"), format!("<{letter}@palier.test>"));
    assert_eq!(header("Auto-Submitted"), "auto-generated");
    assert_eq!(header("Content-Language"), "fr");
    assert!(header("Date").ends_with("+0000"));
    assert!(header("To").contains("<awa@exemple.fr>"));
    assert!(mail.text.is_ascii(), "whatever is not ASCII is encoded");
    let said = mail.readable();
    assert!(said.contains("Bonjour Awa “Éléonore” <Diallo>,"), "{said}");
    assert!(said.contains("Awa “Éléonore” &lt;Diallo&gt;,"), "{said}");
    assert_eq!(
        mail.link("https://"),
        "https://palier.test/password-reset/secret-token"
    );
    let (state, attempts, arguments) = house.row(letter).await;
    assert_eq!((state.as_str(), attempts), ("sent", 1));
    assert_eq!(arguments, "{}", "the secret link is kept no longer");
}

#[tokio::test]
async fn nothing_that_people_wrote_ends_a_header() {
    let house = House::open().await;
    let to = To::Address(Email::parse("bob@bücher.example").unwrap(), Language::En);
    let content = Content::Invitation {
        inviter: "Eve\r\nBcc: all@example.org\r\n\r\n<b>".into(),
        portfolio: "x".into(),
        home: Some("1\u{2028}2 <script>alert(1)</script>".into()),
        link: "https://palier.test/i/\"><script>".into(),
        days: 7,
    };
    house.queues(to, content).await;
    assert_eq!(house.round().await, 1);
    let mail = house.office.takes(1).await;
    assert_eq!(mail.to, ["<bob@xn--bcher-kva.example>"], "IDNA");
    assert_eq!(mail.header("Bcc"), None);
    assert!(mail.text.is_ascii());
    let said = mail.readable();
    let html = &said[said.find("<!DOCTYPE").unwrap()..];
    assert!(!html.contains("<script") && !html.contains("<b>"), "{html}");
}

#[tokio::test]
async fn it_speaks_tls_at_once_or_after_starttls_and_signs_in() {
    for (office, scheme) in [
        (PostOffice::private().await, "smtps"),
        (PostOffice::offering_tls().await, "smtp"),
    ] {
        let authority = TempDir::new().unwrap();
        let ca = authority.path().join("ca.pem");
        std::fs::write(&ca, CA).unwrap();
        let url = format!("{scheme}://me:p%40ss@localhost:{}", office.port);
        let house = House::at(office, scheme, |config| {
            config.smtp_url = Some(url.parse().unwrap());
            config.smtp_ca = Some(ca);
        })
        .await;
        let awa = house.person("Awa", "awa@exemple.fr").await;
        house.queues(To::User(awa), Content::PasswordChanged).await;
        assert_eq!(house.round().await, 1, "{scheme}");
        let mail = house.office.takes(1).await;
        assert!(mail.private, "{scheme}");
        assert_eq!(mail.login.as_deref(), Some("PLAIN AG1lAHBAc3M="));
    }
}

#[tokio::test]
async fn nothing_is_handed_to_whoever_has_no_certificate_that_is_trusted() {
    for (office, scheme) in [
        (PostOffice::private().await, "smtps"),
        (PostOffice::offering_tls().await, "smtp"),
        (PostOffice::open().await, "smtp"),
    ] {
        let authority = TempDir::new().unwrap();
        let ca = authority.path().join("ca.pem");
        // Some other authority than the one that signed the post office's.
        std::fs::write(&ca, include_str!("../../tests/post_office/other-ca.pem")).unwrap();
        let house = House::at(office, scheme, |config| config.smtp_ca = Some(ca)).await;
        let awa = house.person("Awa", "awa@exemple.fr").await;
        let letter = house.reset_for(awa).await;
        assert_eq!(house.round().await, 0);
        assert_eq!(house.office.times(Step::From), 0, "{scheme}");
        assert_eq!(house.state(letter).await, "due");
    }
}

#[tokio::test]
async fn what_the_mail_server_cannot_take_now_goes_later() {
    let house = House::open().await;
    let awa = house.person("Awa", "awa@exemple.fr").await;
    let letter = house.reset_for(awa).await;
    let moods = [
        (Step::Greeting, Mood::Says("421 too busy")),
        (Step::Greeting, Mood::KeepsSilent),
        (Step::From, Mood::Says("550 who are you")),
        (Step::To, Mood::Says("450 greylisted")),
        (Step::To, Mood::HangsUp),
        (Step::Data, Mood::Says("451 later")),
        (Step::Data, Mood::KeepsSilent),
        (Step::End, Mood::Says("452 disk full")),
    ];
    for (attempt, (step, mood)) in moods.into_iter().enumerate() {
        house.office.at(step, mood.clone());
        assert_eq!(house.round().await, 0, "{step:?} {mood:?}");
        let (state, attempts, _) = house.row(letter).await;
        assert_eq!(state, "due", "{step:?} {mood:?}");
        assert_eq!(attempts, 1 + i64::try_from(attempt).unwrap());
        assert_eq!(house.round().await, 0, "it is not due yet");
        assert_eq!(house.row(letter).await.1, attempts);
        house.wait(TimeDelta::hours(5));
    }
    house.office.takes_everything();
    assert_eq!(house.round().await, 1);
    assert_eq!(house.state(letter).await, "sent");
    assert_eq!(house.office.taken().len(), 1);
    assert_eq!(house.problem("awa@exemple.fr").await, None);
}

#[tokio::test]
async fn a_mail_whose_answer_is_lost_is_not_sent_again_by_itself() {
    for (step, mood) in [
        (Step::Middle, Mood::HangsUp),
        (Step::End, Mood::HangsUp),
        (Step::End, Mood::KeepsSilent),
    ] {
        let house = House::open().await;
        let awa = house.person("Awa", "awa@exemple.fr").await;
        let letter = house.reset_for(awa).await;
        house.office.at(step, mood.clone());
        assert_eq!(house.round().await, 0);
        assert_eq!(house.state(letter).await, "uncertain", "{step:?} {mood:?}");
        let (state, _) = house.problem("awa@exemple.fr").await.unwrap();
        assert_eq!(state, "uncertain");
        house.office.takes_everything();
        house.wait(TimeDelta::days(1));
        assert_eq!(house.round().await, 0);
        // The address is not to blame: other letters go there, and then all is well.
        house.queues(To::User(awa), Content::PasswordChanged).await;
        assert_eq!(house.round().await, 1);
        assert_eq!(house.problem("awa@exemple.fr").await, None);
    }
}

#[tokio::test]
async fn an_address_that_is_refused_gets_nothing_until_somebody_says_try_again() {
    for step in [Step::To, Step::Data, Step::End] {
        let house = House::open().await;
        let awa = house.person("Awa", "awa@exemple.fr").await;
        let tom = house.person("Tom", "tom@exemple.fr").await;
        let letter = house.reset_for(awa).await;
        let reply = "550 5.1.1 no such person";
        house.office.at(step, Mood::Says(reply));
        assert_eq!(house.round().await, 0);
        assert_eq!(house.state(letter).await, "refused", "{step:?}");
        let problem = house.problem("awa@exemple.fr").await;
        assert_eq!(problem, Some(("refused".into(), reply.into())), "{step:?}");

        house.office.takes_everything();
        let second = house.queues(To::User(awa), Content::PasswordChanged).await;
        house.queues(To::User(tom), Content::PasswordChanged).await;
        assert_eq!(house.round().await, 1, "the others' mail goes");
        assert_eq!(house.state(second).await, "due", "it waits");

        let mut read = house.app.db().read().await.unwrap();
        let known = problems::seen_by(&mut read, awa).await.unwrap();
        assert!(problems::seen_by(&mut read, tom).await.unwrap().is_empty());
        drop(read);
        let id = known[0].id;
        let foreign = house
            .app
            .db()
            .write(move |tx| problems::retry(tx, tom, id).boxed());
        assert!(foreign.await.is_err(), "it is none of Tom's business");
        let again = house
            .app
            .db()
            .write(move |tx| problems::retry(tx, awa, id).boxed());
        again.await.unwrap();
        assert_eq!(
            house.round().await,
            2,
            "the refused one and the waiting one"
        );
        assert_eq!(house.problem("awa@exemple.fr").await, None);
    }
}

#[tokio::test]
async fn another_address_is_not_refused() {
    let house = House::open().await;
    let awa = house.person("Awa", "awa@exemple.fr").await;
    house.reset_for(awa).await;
    house.office.at(Step::To, Mood::Says("550 no such person"));
    house.round().await;
    house.office.takes_everything();
    let letter = house.queues(To::User(awa), Content::PasswordChanged).await;
    assert_eq!(house.round().await, 0);
    let moved = house.app.db().write(move |tx| {
        async move {
            crate::db::query("update users set email = 'awa@nouveau.fr' where id = $1")
                .bind(awa.0)
                .execute(tx.conn())
                .await?;
            Ok(())
        }
        .boxed()
    });
    moved.await.unwrap();
    assert_eq!(house.round().await, 1);
    assert_eq!(house.state(letter).await, "sent");
    assert_eq!(house.office.takes(1).await.to, ["<awa@nouveau.fr>"]);
}

#[tokio::test]
async fn a_mail_server_that_is_never_there_is_given_up_with_the_letter() {
    let house = House::open().await;
    let awa = house.person("Awa", "awa@exemple.fr").await;
    let letter = house.reset_for(awa).await;
    house.office.at(Step::Greeting, Mood::HangsUp);
    for _ in 0..60 {
        house.round().await;
        house.wait(TimeDelta::hours(2));
    }
    let (state, attempts, arguments) = house.row(letter).await;
    assert_eq!((state.as_str(), arguments.as_str()), ("expired", "{}"));
    assert!((15..60).contains(&attempts), "{attempts}");
    let (state, _) = house.problem("awa@exemple.fr").await.unwrap();
    assert_eq!(state, "gave_up");
}

#[tokio::test]
async fn what_a_server_left_that_died_is_taken_up_or_called_uncertain() {
    let house = House::open().await;
    let awa = house.person("Awa", "awa@exemple.fr").await;
    let tom = house.person("Tom", "tom@exemple.fr").await;
    let (before, during) = (house.reset_for(awa).await, house.reset_for(tom).await);
    let died = house.app.db().write(move |tx| {
        async move {
            for (letter, state) in [(before, "claimed"), (during, "sending")] {
                crate::db::query(
                    "update mails set state = $2, address = (
                         select email from users where id = user_id) where id = $1",
                )
                .bind(letter)
                .bind(state)
                .execute(tx.conn())
                .await?;
            }
            Ok(())
        }
        .boxed()
    });
    died.await.unwrap();
    assert_eq!(house.round().await, 0, "somebody may still be at it");
    house.wait(TimeDelta::hours(1));
    assert_eq!(house.round().await, 1);
    assert_eq!(house.office.takes(1).await.to, ["<awa@exemple.fr>"]);
    assert_eq!(house.state(during).await, "uncertain");
    assert!(house.problem("tom@exemple.fr").await.is_some());
}

#[tokio::test]
async fn many_rounds_at_once_send_each_letter_once() {
    let house = House::open().await;
    let other = App::open(house.app.config().clone()).await.unwrap();
    let awa = house.person("Awa", "awa@exemple.fr").await;
    for _ in 0..12 {
        house.queues(To::User(awa), Content::PasswordChanged).await;
    }
    let (one, two) = tokio::join!(worker::round(&house.app), worker::round(&other));
    assert_eq!(one.unwrap() + two.unwrap(), 12);
    let mut ids: Vec<_> = house
        .office
        .taken()
        .iter()
        .map(|mail| mail.header("Message-ID").unwrap())
        .collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 12);
    assert_eq!(house.office.taken().len(), 12);
}

#[tokio::test]
async fn a_secret_link_is_in_no_file_once_it_was_sent() {
    let house = House::open().await;
    let awa = house.person("Awa", "awa@exemple.fr").await;
    house.reset_for(awa).await;
    assert_eq!(house.round().await, 1);
    let mut read = house.app.db().read().await.unwrap();
    let rows: i64 = query_scalar("select count(*) from mails where arguments like '%secret%'")
        .fetch_one(&mut read)
        .await
        .unwrap();
    assert_eq!(rows, 0);
    assert!(house.folder.path().exists());
}
