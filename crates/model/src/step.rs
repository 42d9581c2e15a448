//! What may happen.
//!
//! Numbers in a step choose among what is there (the third incident, the second request under way)
//! and wrap around, so that every list of steps makes sense, and each part of one, too.

use proptest::{collection::vec, prelude::*};

/// Something that happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A person does something on a device.
    Act(u8, Act),
    /// A request under way ends.
    Deliver(u8, u8, Fault),
    /// Requests of a device come through until nothing is under way, at most so many.
    Flush(u8, u8),
    /// Everything comes through, for everybody.
    FlushAll,
    /// A request of a device that is gone, or was given up, arrives all the same.
    Stray(u8),
    /// Time passes, in milliseconds.
    Pass(u32),
    /// The device's program dies at the so-many-th command from now: before it, or after so many
    /// moments of it.
    Doom(u8, u8, Option<u8>),
    /// The device's program starts again.
    Start(u8),
    /// The device's program dies, and its cache is gone when it starts again.
    LoseCache(u8),
    /// The device's disk is full, or has room again.
    Fill(u8, bool),
    /// Something happens at the server.
    Server(Happening),
}

/// What a person does. An act may be cut off by a crash after so many moments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Opens an incident in one of the units.
    Open(u8),
    /// Sends a ticket on an incident, with so many files, held for the undo time or not.
    Send {
        /// Which incident.
        incident: u8,
        /// How many files.
        files: u8,
        /// With an undo time.
        held: bool,
        /// The program dies after so many moments of it.
        cut: Option<u8>,
    },
    /// Writes a note among owners, held for the undo time or not.
    Note(u8, bool),
    /// Wants to hear no more of an incident, or again.
    Mute(u8, bool),
    /// Sends one of what waits before what waits for its files.
    Before(u8),
    /// Applies one of what waits all the same.
    Anyway(u8),
    /// Undoes one of what waits.
    Undo(u8),
    /// Takes one of what waits back to change it, and sends the change or not.
    Edit(u8, bool),
    /// Throws one of what waits away.
    Discard(u8),
    /// Tries one of what waits again.
    Retry(u8),
    /// Ends the undo time of one of what waits.
    SendNow(u8),
    /// Moves an incident's status.
    Status(u8, u8),
    /// Changes an incident's priority.
    Priority(u8, u8),
    /// Changes an incident's category.
    Category(u8, u8),
    /// Reads an incident down to one of its last tickets.
    Read(u8, u8),
    /// Fetches one of the files of an incident.
    Fetch(u8, u8),
    /// Marks an incident unread, or takes that back.
    Flag(u8, bool),
    /// Asks to try again now.
    Nudge,
    /// Signs in again, where the session has ended.
    SignIn,
    /// The device's clock shows another year.
    ClockJump(i8),
    /// Signs out, with the network or without: nothing is left on the device.
    SignOut(bool),
}

/// How a request ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It comes through.
    None,
    /// It never arrives.
    RequestLost,
    /// The server has done it, and the answer is lost.
    ReplyLost,
    /// The server has done it; the answer arrives with a later delivery.
    ReplyLate,
    /// The device gives up; the request arrives later ([`Step::Stray`]).
    RequestLate,
    /// It arrives twice; the second answer counts.
    Twice,
    /// A hotel's portal answers.
    Foreign,
    /// Something between answers with an error.
    ServerError,
    /// The server asks to wait.
    RateLimited,
    /// The server finds the request too large.
    TooLarge,
    /// The server wants a newer version.
    UpdateRequired,
    /// The server refuses the whole request by a rule, which judges nothing in it.
    Forbidden,
    /// The server says that the session has ended.
    Unauthenticated,
}

/// What happens at the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happening {
    /// It is stopped and started again.
    Restart,
    /// Its state is copied aside.
    Save,
    /// The copy is put back, in a new epoch.
    Restore,
    /// A device's session is ended.
    Revoke(u8),
    /// Awa moves out.
    TenantLeaves,
    /// Awa moves in (again).
    TenantComes,
    /// Paul owns the portfolio no more.
    OwnerLeaves,
    /// Paul becomes an owner (again).
    OwnerComes,
    /// Tom's lease ends, so many days ago.
    LeaseEnds(u8),
}

/// A whole life: who has a device, and what happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Life {
    /// How many devices there are, at least two and at most [`DEVICES`].
    pub devices: u8,
    /// What happens.
    pub steps: Vec<Step>,
}

/// Claire's, Awa's and Tom's desks, Claire's and Awa's laptops, Paul's desk.
pub const DEVICES: u8 = 6;

/// Lives of at most `most` steps.
pub fn lives(most: usize) -> impl Strategy<Value = Life> {
    (2..=DEVICES, vec(step(), most / 2..=most)).prop_map(|(devices, steps)| Life { devices, steps })
}

fn step() -> impl Strategy<Value = Step> {
    let device = any::<u8>;
    prop_oneof![
        40 => (device(), act()).prop_map(|(device, act)| Step::Act(device, act)),
        40 => (device(), any::<u8>(), fault())
            .prop_map(|(device, which, fault)| Step::Deliver(device, which, fault)),
        15 => (device(), 1u8..20).prop_map(|(device, most)| Step::Flush(device, most)),
        3 => Just(Step::FlushAll),
        4 => any::<u8>().prop_map(Step::Stray),
        8 => prop_oneof![4 => 0u32..6_000, 2 => 6_000u32..70_000, 1 => Just(25_000_000)]
            .prop_map(Step::Pass),
        3 => (device(), 0u8..6, proptest::option::of(0u8..12))
            .prop_map(|(device, after, within)| Step::Doom(device, after, within)),
        6 => device().prop_map(Step::Start),
        2 => device().prop_map(Step::LoseCache),
        2 => (device(), proptest::bool::weighted(0.7)).prop_map(|(device, full)| Step::Fill(device, full)),
        5 => happening().prop_map(Step::Server),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        3 => any::<u8>().prop_map(Act::Open),
        25 => (any::<u8>(), prop_oneof![10 => Just(0u8), 1 => 1u8..4], any::<bool>(),
            prop_oneof![15 => Just(None), 1 => (0u8..10).prop_map(Some)])
            .prop_map(|(incident, files, held, cut)| Act::Send { incident, files, held, cut }),
        4 => (any::<u8>(), any::<bool>()).prop_map(|(incident, held)| Act::Note(incident, held)),
        2 => (any::<u8>(), any::<bool>()).prop_map(|(incident, muted)| Act::Mute(incident, muted)),
        2 => any::<u8>().prop_map(Act::Before),
        2 => any::<u8>().prop_map(Act::Anyway),
        3 => any::<u8>().prop_map(Act::Undo),
        5 => (any::<u8>(), any::<bool>()).prop_map(|(which, again)| Act::Edit(which, again)),
        5 => any::<u8>().prop_map(Act::Discard),
        2 => any::<u8>().prop_map(Act::Retry),
        1 => any::<u8>().prop_map(Act::SendNow),
        3 => (any::<u8>(), any::<u8>()).prop_map(|(incident, to)| Act::Status(incident, to)),
        2 => (any::<u8>(), any::<u8>()).prop_map(|(incident, to)| Act::Priority(incident, to)),
        2 => (any::<u8>(), any::<u8>()).prop_map(|(incident, to)| Act::Category(incident, to)),
        8 => (any::<u8>(), 0u8..4).prop_map(|(incident, back)| Act::Read(incident, back)),
        3 => (any::<u8>(), any::<u8>()).prop_map(|(incident, which)| Act::Fetch(incident, which)),
        4 => (any::<u8>(), any::<bool>()).prop_map(|(incident, flag)| Act::Flag(incident, flag)),
        1 => Just(Act::Nudge),
        3 => Just(Act::SignIn),
        1 => (-10i8..=10).prop_map(Act::ClockJump),
        1 => any::<bool>().prop_map(Act::SignOut),
    ]
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        12 => Just(Fault::None),
        1 => Just(Fault::RequestLost),
        3 => Just(Fault::ReplyLost),
        2 => Just(Fault::ReplyLate),
        2 => Just(Fault::RequestLate),
        2 => Just(Fault::Twice),
        1 => Just(Fault::Foreign),
        1 => Just(Fault::ServerError),
        1 => Just(Fault::RateLimited),
        1 => Just(Fault::TooLarge),
        1 => Just(Fault::UpdateRequired),
        1 => Just(Fault::Forbidden),
        1 => Just(Fault::Unauthenticated),
    ]
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        1 => Just(Happening::Restart),
        2 => Just(Happening::Save),
        2 => Just(Happening::Restore),
        2 => any::<u8>().prop_map(Happening::Revoke),
        1 => Just(Happening::TenantLeaves),
        1 => Just(Happening::TenantComes),
        1 => Just(Happening::OwnerLeaves),
        1 => Just(Happening::OwnerComes),
        1 => (0u8..30).prop_map(Happening::LeaseEnds),
    ]
}
