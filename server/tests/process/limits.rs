//! Clients that take their time, ask too much, or see too much.

use crate::program::{PATIENCE, Program};
use futures_util::future::join_all;
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

const IMPATIENT: [(&str, &str); 3] = [
    ("PALIER_HEAD_TIME", "1s"),
    ("PALIER_IDLE_TIME", "1s"),
    ("PALIER_READ_STALL", "1s"),
];

async fn connect(program: &Program) -> TcpStream {
    let address = program.url.strip_prefix("http://").unwrap();
    TcpStream::connect(address).await.unwrap()
}

/// Says `head`, then a byte now and then, until the server has enough of it. Gives what it said.
async fn trickle(program: &Program, head: &str) -> String {
    let (mut read, mut write) = connect(program).await.into_split();
    write.write_all(head.as_bytes()).await.unwrap();
    let trickling = tokio::spawn(async move {
        while write.write_all(b"a").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    });
    let mut said = Vec::new();
    // A connection may also be reset: that is an end like any other.
    let _ = timeout(PATIENCE, read.read_to_end(&mut said))
        .await
        .expect("it is let go");
    trickling.abort();
    String::from_utf8_lossy(&said).into_owned()
}

#[tokio::test]
async fn whoever_says_a_request_byte_by_byte_is_let_go_and_keeps_nobody_out() {
    let (program, _folder) = Program::demo(&IMPATIENT);
    let heads = [
        "",
        "GET /healthz HTTP/1.1\r\nHost: palier\r\nX-Slow: ",
        "PRI * HTTP/2.0\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: palier\r\n\r\nGET /healthz HTTP/1.1\r\nX-Slow: ",
    ];
    let slow = join_all((0..200).map(|n| trickle(&program, heads[n % heads.len()])));
    let tenant = program.tenant().await;
    let quick = async {
        for _ in 0..20 {
            assert_eq!(tenant.get("/api/incidents").await.status(), 200);
        }
    };
    let (_, ()) = tokio::join!(slow, quick);
}

#[tokio::test]
async fn a_body_that_trickles_is_refused() {
    let (program, _folder) = Program::demo(&IMPATIENT);
    let head = "POST /api/session HTTP/1.1\r\nHost: palier\r\nContent-Length: 8000\r\n\r\n{";
    let said = trickle(&program, head).await;
    assert!(said.starts_with("HTTP/1.1 400 "), "{said}");
    assert!(said.contains("urn:palier:problem:unreadable"), "{said}");
}

#[tokio::test]
async fn a_head_or_a_body_that_is_too_large_is_refused() {
    let (program, _folder) = Program::demo(&[]);
    let http = reqwest::Client::new();
    let url = format!("{}/api/session", program.url);
    let large = http.post(&url).header("x-large", "x".repeat(100_000));
    assert_eq!(large.send().await.unwrap().status(), 431);
    let large = http.post(&url).body("x".repeat(10_000));
    assert_eq!(large.send().await.unwrap().status(), 413);
}

#[tokio::test]
async fn replies_are_compressed_as_asked_and_streams_never() {
    let (program, _folder) = Program::demo(&[]);
    let tenant = program.tenant().await;
    for encoding in ["gzip", "zstd"] {
        let ask = async |path: &str| {
            let request = tenant.request(reqwest::Method::GET, path);
            let request = request.header("accept-encoding", encoding);
            request.send().await.unwrap()
        };
        let reply = ask("/api/incidents").await;
        assert_eq!(reply.headers()["content-encoding"], encoding);
    }
    let stream = tenant.stream().await;
    assert!(!stream.headers().contains_key("content-encoding"));
}

#[tokio::test]
async fn every_reply_tells_browsers_to_leave_it_alone() {
    let (program, _folder) = Program::demo(&[]);
    let tenant = program.tenant().await;
    for path in ["/healthz", "/api/incidents", "/api/nowhere"] {
        let reply = tenant.get(path).await;
        let headers = reply.headers();
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            (
                "content-security-policy",
                "default-src 'none'; frame-ancestors 'none'",
            ),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(headers[name], value, "{path}");
        }
        assert!(
            !headers.contains_key("strict-transport-security"),
            "plain HTTP"
        );
    }
}
