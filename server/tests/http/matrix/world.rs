//! The people and homes of the matrix, and the routes that there are.

use super::Who;
use crate::{
    mail::{tells, through},
    post_office::{Mood, PostOffice, Step},
    support::{House, PASSWORD, Person, day, location, secret},
};
use chrono::{Days, NaiveDate};
use palier_domain::{
    AttachmentId, DeviceId, IncidentId, Language, LeaseId, PortfolioId, PropertyId, SessionId,
    UnitId, UserId,
};
use palier_server::ops::{
    links,
    mail::{self, To},
    seed,
};
use palier_wire::{SessionCreated, mail::MailProblems};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use std::{
    num::NonZeroU32,
    sync::atomic::{AtomicU64, Ordering},
};
use uuid::Uuid;

/// A house with everybody of [`Who`] around it.
pub struct World {
    pub house: House,
    co_owner: Person,
    former: Person,
    removed: Person,
    /// Comes and goes as an owner.
    spare: Person,
    here: Place,
    ended: Place,
    days: AtomicU64,
    /// It takes no mail.
    _office: PostOffice,
}

/// What a request is about: an incident with a picture, and where it is.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub portfolio: PortfolioId,
    pub property: PropertyId,
    pub unit: UnitId,
    pub lease: LeaseId,
    pub incident: IncidentId,
    pub attachment: AttachmentId,
    /// There is no such place: every id is made up.
    pub nowhere: bool,
}

/// A request.
pub struct Ask {
    pub method: Method,
    pub path: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Option<Value>,
    pub bytes: Vec<u8>,
    /// Another session than the caller's usual one.
    pub session: Option<String>,
}

impl Ask {
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            headers: Vec::new(),
            body: None,
            bytes: Vec::new(),
            session: None,
        }
    }

    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    /// What it says beside its path.
    pub fn said(&self) -> String {
        self.body.as_ref().map(Value::to_string).unwrap_or_default()
    }
}

pub fn get(path: impl Into<String>) -> Ask {
    Ask::new(Method::GET, path)
}

pub fn post(path: impl Into<String>, body: Value) -> Ask {
    Ask::new(Method::POST, path).body(body)
}

pub fn put(path: impl Into<String>, body: Value) -> Ask {
    Ask::new(Method::PUT, path).body(body)
}

pub fn delete(path: impl Into<String>) -> Ask {
    Ask::new(Method::DELETE, path)
}

/// A change of whatever state it is in.
pub fn patch(path: impl Into<String>, body: Value) -> Ask {
    Ask::new(Method::PATCH, path)
        .body(body)
        .header("if-match", "*")
}

/// A route of the description.
pub struct Operation {
    pub id: String,
    pub method: Method,
    pub path: String,
}

/// The routes that the server describes: all that it has.
pub async fn operations(world: &World) -> Vec<Operation> {
    let document: Value = world.house.owner.read("/api/openapi.json").await;
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            found.push(Operation {
                id: operation["operationId"].as_str().unwrap().to_owned(),
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
            });
        }
    }
    found
}

/// A picture, so that there is a small one of it.
fn picture() -> Vec<u8> {
    let mut bytes = Vec::new();
    let picture = image::RgbImage::from_pixel(40, 30, image::Rgb([200, 120, 40]));
    picture
        .write_to(
            &mut std::io::Cursor::new(&mut bytes),
            image::ImageFormat::Png,
        )
        .unwrap();
    bytes
}

impl World {
    pub async fn make() -> Self {
        let office = PostOffice::open().await;
        office.at(Step::To, Mood::Says("550 5.1.1 unknown user"));
        let house = House::with(|config| {
            through(&office)(config);
            let many = NonZeroU32::new(100_000).unwrap();
            config.sign_ins_per_account = many;
            config.sign_ins_per_address = many;
            config.exports_per_hour = many;
        })
        .await;
        let app = &house.server.app;
        let co_owner = house.server.person("Partner").await;
        let former = house.server.person("Former").await;
        let removed = house.server.person("Removed").await;
        let spare = house.server.person("Spare").await;
        seed::add_owner(app, house.portfolio, co_owner.id)
            .await
            .unwrap();
        seed::add_tenant(app, house.lease, removed.id)
            .await
            .unwrap();
        seed::remove_tenant(app, house.lease, removed.id)
            .await
            .unwrap();
        let ended = seed::create_lease(app, house.vacant, day(2020, 1, 1), None, &[former.id])
            .await
            .unwrap();
        let here = Place::of(&house, house.unit, house.lease, &house.tenant).await;
        let ended = Place::of(&house, house.vacant, ended, &former).await;
        let last = chrono::Utc::now().date_naive() - chrono::Days::new(30);
        seed::end_lease(app, ended.lease, last).await.unwrap();
        Self {
            house,
            co_owner,
            former,
            removed,
            spare,
            here,
            ended,
            days: AtomicU64::new(0),
            _office: office,
        }
    }

    /// Somebody of the world.
    pub fn person(&self, who: Who) -> Option<&Person> {
        match who {
            Who::Owner => Some(&self.house.owner),
            Who::CoOwner => Some(&self.co_owner),
            Who::OtherOwner => Some(&self.house.stranger),
            Who::Tenant => Some(&self.house.tenant),
            Who::FormerTenant => Some(&self.former),
            Who::RemovedTenant => Some(&self.removed),
            Who::OtherTenant => Some(&self.house.neighbour),
            Who::Anonymous => None,
        }
    }

    /// What somebody asks about: where he lived, else the same place.
    pub fn place(&self, who: Who) -> Place {
        match who {
            Who::FormerTenant => self.ended,
            _ => self.here,
        }
    }

    /// A place that is not there.
    pub fn nowhere() -> Place {
        Place {
            portfolio: Uuid::now_v7().into(),
            property: Uuid::now_v7().into(),
            unit: Uuid::now_v7().into(),
            lease: Uuid::now_v7().into(),
            incident: Uuid::now_v7().into(),
            attachment: Uuid::now_v7().into(),
            nowhere: true,
        }
    }

    pub fn request(&self, who: Who, ask: &Ask) -> RequestBuilder {
        let request = self.house.server.request(ask.method.clone(), &ask.path);
        let mut request = match (&ask.session, self.person(who)) {
            (Some(token), Some(_)) => request.bearer_auth(token),
            (None, Some(person)) => request.bearer_auth(&person.token),
            (_, None) => request,
        };
        for (name, value) in &ask.headers {
            request = request.header(*name, value);
        }
        match &ask.body {
            Some(body) => request.json(body),
            None => request.body(ask.bytes.clone()),
        }
    }

    /// What a refusal says, without its request's id, and what it cost in statements and hashes.
    // The least, as soon as it was seen twice: what the server does by itself may come in between.
    pub async fn cost(&self, who: Who, ask: &Ask) -> (String, (u64, u64)) {
        let app = &self.house.server.app;
        let mut costs: Vec<(u64, u64)> = Vec::new();
        loop {
            let before = (app.statements(), app.password_hashes());
            let reply = self.request(who, ask).send().await.unwrap();
            let status = reply.status();
            let text = reply.text().await.unwrap();
            let after = (app.statements(), app.password_hashes());
            costs.push((after.0 - before.0, after.1 - before.1));
            costs.sort_unstable();
            if costs.len() < 12 && costs.first() != costs.get(1) {
                continue;
            }
            let mut problem: Value = serde_json::from_str(&text).unwrap_or_default();
            problem.as_object_mut().map(|it| it.remove("instance"));
            return (format!("{status} {problem}"), costs[0]);
        }
    }

    /// A unit in which nothing was made, in a property of the place.
    pub async fn unused_unit(&self, place: &Place) -> UnitId {
        if place.nowhere {
            return place.unit;
        }
        let app = &self.house.server.app;
        seed::create_unit(app, place.property, "x").await.unwrap()
    }

    /// A property in which nothing was made.
    pub async fn unused_property(&self, place: &Place) -> PropertyId {
        if place.nowhere {
            return place.property;
        }
        let app = &self.house.server.app;
        seed::create_property(app, place.portfolio, "x", "Europe/Paris")
            .await
            .unwrap()
    }

    /// A lease under which nobody wrote, of who asks.
    pub async fn unused_lease(&self, place: &Place, who: &[UserId]) -> LeaseId {
        let unit = self.unused_unit(place).await;
        if place.nowhere {
            return place.lease;
        }
        let app = &self.house.server.app;
        seed::create_lease(app, unit, day(2020, 1, 1), None, who)
            .await
            .unwrap()
    }

    /// Somebody who is an owner too, and may go.
    pub async fn an_owner_more(&self, place: &Place) -> UserId {
        let app = &self.house.server.app;
        if !place.nowhere {
            seed::add_owner(app, place.portfolio, self.spare.id)
                .await
                .unwrap();
        }
        self.spare.id
    }

    /// Somebody who was an owner, and may come back.
    pub async fn formerly_an_owner(&self, place: &Place) -> UserId {
        let app = &self.house.server.app;
        let user = self.an_owner_more(place).await;
        if !place.nowhere {
            seed::remove_owner(app, place.portfolio, user)
                .await
                .unwrap();
        }
        user
    }

    /// A day long ago that nobody was given before.
    pub fn a_day(&self) -> NaiveDate {
        day(1950, 1, 1) + Days::new(self.days.fetch_add(1, Ordering::Relaxed))
    }

    /// The id of somebody; nobody's for who is not signed in.
    pub fn id(&self, who: Who) -> UserId {
        self.person(who).map_or(Uuid::nil().into(), |it| it.id)
    }

    /// An upload that the owner has begun.
    pub async fn upload(&self, place: &Place) -> String {
        if place.nowhere {
            return format!("/api/uploads/{}", Uuid::now_v7());
        }
        let (_, reply) = self.house.owner.begins_upload("note.txt", b"note").await;
        let location = location(&reply);
        // A path, however it was said.
        location[location.find("/api/").unwrap()..].to_owned()
    }

    /// An invitation into the place's portfolio.
    pub async fn invitation(&self, place: &Place) -> Uuid {
        let id = Uuid::now_v7();
        if !place.nowhere {
            let body = json!({"id": id, "portfolio_id": place.portfolio,
                "email": "another@example.test"});
            let reply = self.house.owner.post("/api/invitations", &body).await;
            assert_eq!(reply.status(), 201);
            // Else it would be sent while others are measured.
            mail::deliver(&self.house.server.app).await.unwrap();
        }
        id
    }

    /// The secret of an invitation into a portfolio where nothing is.
    pub async fn invitation_token(&self) -> String {
        let app = &self.house.server.app;
        let elsewhere = seed::create_portfolio(app, self.spare.id, "Ailleurs");
        let elsewhere = links::Into::Portfolio(elsewhere.await.unwrap());
        let email = format!("{}@example.test", Uuid::new_v4().simple());
        let link = links::invite(app, elsewhere, &email, Language::Fr).await;
        secret(&link.unwrap().link)
    }

    /// The secret of a link to a new password for somebody who needs none.
    pub async fn reset_token(&self) -> String {
        let app = &self.house.server.app;
        let link = links::reset_password(app, &self.spare.email).await;
        secret(&link.unwrap().link)
    }

    /// What owners are told when mail does not reach one of them.
    pub async fn mail_problem(&self, place: &Place) -> Uuid {
        if place.nowhere {
            return Uuid::now_v7();
        }
        tells(&self.house, To::User(self.co_owner.id), false).await;
        let page: MailProblems = self.co_owner.read("/api/mail-problems").await;
        page.problems[0].id
    }

    /// One more device of the owner.
    pub async fn device(&self, place: &Place) -> SessionId {
        if place.nowhere {
            return Uuid::now_v7().into();
        }
        let server = &self.house.server;
        let reply = server.sign_in(&self.house.owner.email, PASSWORD).await;
        reply.json::<SessionCreated>().await.unwrap().session_id
    }

    /// A session of somebody who has no other, so that it may end.
    pub async fn session(&self) -> Option<String> {
        let Person { id, email, .. } = &self.spare;
        Some(self.house.server.person_again(*id, email).await.token)
    }

    pub fn signing_in(&self) -> Value {
        json!({"email": self.house.owner.email, "password": PASSWORD,
            "device_id": DeviceId(Uuid::now_v7())})
    }
}

impl Place {
    async fn of(house: &House, unit: UnitId, lease: LeaseId, tenant: &Person) -> Self {
        let incident = tenant.opens(unit, "Pas d’eau chaude").await;
        let attachment = tenant.uploads("photo.png", &picture()).await;
        tenant.attaches(incident, attachment).await;
        Self {
            portfolio: house.portfolio,
            property: house.property,
            unit,
            lease,
            incident,
            attachment,
            nowhere: false,
        }
    }
}
