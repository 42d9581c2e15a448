//! Files that are made to hurt whoever reads them: the process that reads them has few rights, and
//! the server's own goes on as if nothing had happened.

use crate::program::{Person, Program};
use flate2::{Compression, write::ZlibEncoder};
use palier_wire::ProblemKind;
use std::{
    io::{Cursor, Write},
    process::{Command, Stdio},
};
use zip::{ZipWriter, write::SimpleFileOptions};

/// So many zeros, deflated: a thousandth of them.
fn deflated(zeros: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    let block = vec![0; 1024 * 1024];
    for _ in 0..zeros / block.len() {
        encoder.write_all(&block).unwrap();
    }
    encoder.finish().unwrap()
}

/// A PNG that claims so many pixels, one bit each, with these chunks before them.
fn png(side: u32, more: &[(&[u8; 4], Vec<u8>)], pixels: Vec<u8>) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut chunk = |kind: &[u8; 4], data: &[u8]| {
        let mut crc = flate2::Crc::new();
        crc.update(kind);
        crc.update(data);
        bytes.extend((data.len() as u32).to_be_bytes());
        bytes.extend(kind);
        bytes.extend(data);
        bytes.extend(crc.sum().to_be_bytes());
    };
    let side = side.to_be_bytes();
    chunk(b"IHDR", &[&side[..], &side[..], &[1, 0, 0, 0, 0]].concat());
    for (kind, data) in more {
        chunk(kind, data);
    }
    chunk(b"IDAT", &pixels);
    chunk(b"IEND", &[]);
    bytes
}

/// A JPEG's beginning that claims the largest picture there is.
fn jpeg_header() -> Vec<u8> {
    let mut bytes = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0".to_vec();
    bytes.extend(b"\xff\xc0\0\x11\x08\xff\xff\xff\xff\x03\x01\x22\0\x02\x11\x01\x03\x11\x01");
    bytes.extend(b"\xff\xda\0\x0c\x03\x01\0\x02\x11\x03\x11\0\x3f\0");
    bytes.extend([0; 1000]);
    bytes
}

/// A WebP that claims 16,384 × 16,384 pixels.
fn webp_header() -> Vec<u8> {
    let lossless = b"VP8L\x10\0\0\0\x2f\xff\xff\xff\x0f\0\0\0\0\0\0\0\0\0\0\0";
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((lossless.len() as u32 + 4).to_le_bytes());
    bytes.extend(b"WEBP");
    bytes.extend(lossless);
    bytes
}

fn sheet_of_zeros(size: usize) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    writer.start_file("[Content_Types].xml", options).unwrap();
    writer.start_file("xl/workbook.xml", options).unwrap();
    let block = vec![0; 1024 * 1024];
    for _ in 0..size / block.len() {
        writer.write_all(&block).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

async fn is_refused(person: &Person, name: &str, bytes: Vec<u8>) {
    let reply = person.uploads(name, bytes).await;
    let status = reply.status();
    let text = reply.text().await.unwrap();
    assert!(
        text.contains(ProblemKind::UnsupportedFile.urn()),
        "{name}: {status} {text}"
    );
}

#[tokio::test]
async fn a_bomb_leaves_the_servers_process_untouched() {
    const MUCH: usize = 64 * 1024 * 1024;
    let (program, _folder) = Program::demo(&[]);
    let tenant = program.tenant().await;
    // One harmless file first, so that what every upload needs once is not taken for a bomb's.
    let fine = png(10, &[], {
        let mut pixels = ZlibEncoder::new(Vec::new(), Compression::best());
        pixels.write_all(&[0; 30]).unwrap();
        pixels.finish().unwrap()
    });
    assert_eq!(tenant.uploads("petit.png", fine).await.status(), 204);
    let before = program.memory_peak();

    let much = deflated(MUCH);
    let answering = async {
        // Others are served meanwhile.
        for _ in 0..50 {
            assert_eq!(tenant.get("/api/incidents").await.status(), 200);
        }
    };
    let bombs = async {
        is_refused(&tenant, "grand.png", png(60_000, &[], much.clone())).await;
        is_refused(&tenant, "faux.jpg", jpeg_header()).await;
        is_refused(&tenant, "faux.webp", webp_header()).await;
        is_refused(&tenant, "classeur.xlsx", sheet_of_zeros(MUCH / 2)).await;
        // Small pictures with something large beside their pixels: what of it is read is the
        // decoder's choice, what it costs is not the server's concern.
        let text = [b"Comment\0\0".as_slice(), &much].concat();
        let profile = [b"icc\0\0".as_slice(), &much].concat();
        let more = [(b"zTXt", text), (b"iCCP", profile)];
        let kept = tenant.uploads("texte.png", png(10, &more, much.clone()));
        assert!(matches!(kept.await.status().as_u16(), 204 | 415));
    };
    tokio::join!(answering, bombs);
    let grown = program.memory_peak().saturating_sub(before);
    assert!(grown < 24 * 1024, "the server grew by {grown} KiB");
    assert_eq!(tenant.get("/api/incidents").await.status(), 200);
}

#[test]
fn the_process_that_reads_files_has_taken_its_rights_away() {
    let mut reader = Command::new(env!("CARGO_BIN_EXE_palier-server"))
        .args([palier_server::JUDGE_FILE, "image/png"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // It reads, so it has begun; it waits for more, so it can be looked at.
    let mut input = reader.stdin.take().unwrap();
    let mut limits = String::new();
    let begun = std::time::Instant::now();
    while !limits.contains("Max open files            0") {
        assert!(begun.elapsed() < crate::program::PATIENCE, "{limits}");
        let path = format!("/proc/{}/limits", reader.id());
        limits = std::fs::read_to_string(path).unwrap();
    }
    let limits: Vec<String> = limits
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    for limit in [
        "Max address space 536870912 536870912 bytes",
        "Max cpu time 10 11 seconds",
        "Max core file size 0 0 bytes",
        "Max file size 0 0 bytes",
        "Max processes 0 0 processes",
    ] {
        assert!(
            limits.iter().any(|line| line == limit),
            "{limit}: {limits:?}"
        );
    }
    input.write_all(b"no picture").unwrap();
    drop(input);
    let out = reader.wait_with_output().unwrap();
    assert!(out.status.success());
    assert_eq!(out.stdout[0], b'r', "refused");
}
