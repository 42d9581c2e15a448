//! Every figure: its name, what it counts, and how.

use ::metrics::{
    Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};

/// Requests that were answered.
pub const REQUESTS: &str = "palier_http_requests_total";
/// How long their answers took.
pub const REQUEST_DURATION: &str = "palier_http_request_duration_seconds";
/// Answers that were refusals.
pub const PROBLEMS: &str = "palier_http_problems_total";
/// Sign-ins that were refused.
pub const SIGN_INS_REFUSED: &str = "palier_sign_ins_refused_total";
/// Verdicts on mutations.
pub const MUTATIONS: &str = "palier_mutations_total";
/// Pieces of work in one commit.
pub const GROUP_PIECES: &str = "palier_writer_group_pieces";
/// What a commit takes.
pub const COMMIT_DURATION: &str = "palier_writer_commit_duration_seconds";
/// What a piece of work waits for its commit.
pub const WRITE_DURATION: &str = "palier_writer_write_duration_seconds";
/// Groups that were lost.
pub const GROUPS_LOST: &str = "palier_writer_groups_lost_total";
/// From the commit to the stream.
pub const FEED_LAG: &str = "palier_feed_lag_seconds";
/// Live streams.
pub const STREAMS: &str = "palier_streams_open";
/// Bytes received.
pub const UPLOADED_BYTES: &str = "palier_uploaded_bytes_total";
/// Requests of uploads that were refused.
pub const UPLOADS_REFUSED: &str = "palier_uploads_refused_total";
/// The doorbell between nodes was cut.
pub const DOORBELL_CUT: &str = "palier_doorbell_cut_total";
/// Changes of other nodes that only a look at the database showed.
pub const DOORBELL_MISSED: &str = "palier_doorbell_missed_total";
/// What became of mails.
pub const MAILS: &str = "palier_mails_total";
/// Files that are missing.
pub const FILES_MISSING: &str = "palier_files_missing";
/// What stood still.
pub const STALLS: &str = "palier_stalls_total";
/// Failures of the database.
pub const DATABASE_ERRORS: &str = "palier_database_errors_total";
/// Statements that the database was asked.
pub const DATABASE_STATEMENTS: &str = "palier_database_statements_total";
/// Reading connections.
pub const DATABASE_CONNECTIONS: &str = "palier_database_connections";
/// Most reading connections.
pub const DATABASE_CONNECTIONS_MAX: &str = "palier_database_connections_max";
/// What the database takes on the disk.
pub const DATABASE_SIZE: &str = "palier_database_size_bytes";
/// Which program this is.
pub const BUILD: &str = "palier_build_info";
/// Which life of the data this is.
pub const EPOCH: &str = "palier_epoch_info";
/// When the process began.
pub const STARTED: &str = "process_start_time_seconds";

/// One figure.
pub struct Figure {
    /// Its name.
    pub name: &'static str,
    /// How it is counted.
    pub kind: Kind,
    /// What it means.
    pub help: &'static str,
}

/// How a figure is counted.
pub enum Kind {
    /// It only grows.
    Counter,
    /// It is what it is now.
    Gauge,
    /// It is spread over buckets with these upper bounds.
    Histogram(&'static [f64]),
}
use Kind::{Counter, Gauge, Histogram};

/// From an answer out of memory to one that a person gives up on.
const SECONDS: Kind = Histogram(&[
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
]);

const fn figure(name: &'static str, kind: Kind, help: &'static str) -> Figure {
    Figure { name, kind, help }
}

/// All of them.
#[rustfmt::skip]
pub const ALL: &[Figure] = &[
    figure(REQUESTS, Counter, "Requests answered, by route, method and status."),
    figure(REQUEST_DURATION, SECONDS,
        "Seconds from a request's head to the head of its reply, by route and method."),
    figure(PROBLEMS, Counter, "Refusals, by the last word of the problem's type."),
    figure(SIGN_INS_REFUSED, Counter, "Sign-ins refused, by problem."),
    figure(MUTATIONS, Counter,
        "Mutations judged, by kind and verdict, counted once the verdict is durable."),
    // The writer takes at most 64 at once.
    figure(GROUP_PIECES, Histogram(&[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0]),
        "Pieces of work that one commit of the writer held."),
    figure(COMMIT_DURATION, SECONDS, "Seconds that a commit of the writer took."),
    figure(WRITE_DURATION, SECONDS,
        "Seconds from handing a piece of work to the writer to its durable commit."),
    figure(GROUPS_LOST, Counter, "Groups of the writer that were lost; their callers try again."),
    figure(FEED_LAG, SECONDS,
        "Seconds from a commit to the moment when a live stream handed it to its connection."),
    figure(STREAMS, Gauge, "Live streams that are open."),
    figure(UPLOADED_BYTES, Counter, "Bytes of uploads received, durably."),
    figure(UPLOADS_REFUSED, Counter, "Requests of uploads refused, by problem."),
    figure(DOORBELL_CUT, Counter, "Times that the connection on which other nodes are heard was lost."),
    figure(DOORBELL_MISSED, Counter, "Scopes that had moved on another node without a word that arrived; seen by comparing heads."),
    figure(MAILS, Counter, "Mails by what became of them: sent, later (tried again), refused, uncertain (it may \
        have arrived), gave-up, expired, cancelled (there was nothing left to say)."),
    figure(FILES_MISSING, Gauge, "Rows whose file the store did not have when all files were looked through last, counted up to 100."),
    figure(STALLS, Counter, "What stood still for longer than it may: a write of the server's \
        (writer), the body of a request (body), a peer that takes nothing (peer)."),
    figure(DATABASE_ERRORS, Counter, "Failures of the database."),
    figure(DATABASE_STATEMENTS, Counter, "Statements that the database was asked."),
    figure(DATABASE_CONNECTIONS, Gauge, "Reading connections, by state: used or idle."),
    figure(DATABASE_CONNECTIONS_MAX, Gauge, "Most reading connections at once."),
    figure(DATABASE_SIZE, Gauge, "Bytes that the database takes on the disk."),
    figure(BUILD, Gauge, "Always 1; the label says the version."),
    figure(EPOCH, Gauge, "Always 1; the label is the epoch. Another one: the data began a new life."),
    figure(STARTED, Gauge, "When the process began, in seconds since 1970."),
];

/// Counters that are there before they have anything to count, so that an alert sees the first
/// time too: name, label and its words.
#[rustfmt::skip]
const ZEROES: &[(&str, &str, &[&str])] = &[
    (SIGN_INS_REFUSED, "problem", &["wrong-credentials", "rate-limited"]),
    (UPLOADS_REFUSED, "problem", &["unsupported-file", "too-large"]),
    (STALLS, "what", &["writer", "body", "peer"]),
    (PROBLEMS, "problem", &["internal", "unavailable"]),
    (MAILS, "outcome", &["sent", "later", "refused", "uncertain", "gave-up"]),
];

/// Tells the present recorder what each figure means.
pub fn introduce() {
    for Figure { name, kind, help } in ALL {
        // Units stand in the names, where Prometheus wants them.
        match kind {
            Counter => describe_counter!(*name, Unit::Count, *help),
            Gauge => describe_gauge!(*name, Unit::Count, *help),
            Histogram(_) => describe_histogram!(*name, Unit::Count, *help),
        }
    }
    for name in [
        GROUPS_LOST,
        UPLOADED_BYTES,
        DATABASE_ERRORS,
        DOORBELL_CUT,
        DOORBELL_MISSED,
    ] {
        counter!(name).increment(0);
    }
    gauge!(STREAMS).set(0);
    gauge!(FILES_MISSING).set(0);
    for name in [GROUP_PIECES, COMMIT_DURATION, WRITE_DURATION, FEED_LAG] {
        let _ = histogram!(name);
    }
    for (name, label, words) in ZEROES {
        for word in *words {
            counter!(*name, *label => *word).increment(0);
        }
    }
}
