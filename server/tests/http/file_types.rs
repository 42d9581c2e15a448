//! Which files are taken: by their content, which their name has to agree with.

use crate::support::{House, Person, location, refused};
use image::{DynamicImage, ImageFormat};
use palier_server::Config;
use reqwest::{Response, StatusCode};
use std::{
    fs,
    io::{Cursor, Write},
    os::unix::fs::PermissionsExt,
    path::Path,
};
use zip::{ZipWriter, write::SimpleFileOptions};

fn picture(format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::new_rgb8(8, 6)
        .write_to(&mut bytes, format)
        .unwrap();
    bytes.into_inner()
}

fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        let options = SimpleFileOptions::default();
        writer.start_file(*name, options).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn office(main: &str, kind: &str) -> Vec<u8> {
    let list = format!(
        "<Types><Override PartName=\"/{main}\" ContentType=\"application/vnd.{kind}\"/></Types>"
    );
    archive(&[("[Content_Types].xml", &list), (main, "<x/>")])
}

fn docx() -> Vec<u8> {
    office(
        "word/document.xml",
        "openxmlformats-officedocument.wordprocessingml.document.main+xml",
    )
}

fn docm() -> Vec<u8> {
    office(
        "word/document.xml",
        "ms-word.document.macroEnabled.main+xml",
    )
}

fn xlsx() -> Vec<u8> {
    office(
        "xl/workbook.xml",
        "openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    )
}

fn odt() -> Vec<u8> {
    archive(&[
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("content.xml", "<x/>"),
        ("META-INF/manifest.xml", "<x/>"),
    ])
}

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n";
const HEIC: &[u8] = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\x08mdat";
const MP4: &[u8] = b"\0\0\0\x18ftypisom\0\0\x02\0isommp41\0\0\0\x08mdat";
const HTML: &[u8] = b"<!DOCTYPE html><script>alert(1)</script>";

/// What the server says to the file's last byte, or to its first word.
async fn sent(person: &Person, name: &str, bytes: &[u8]) -> Response {
    let (_, reply) = person.begins_upload(name, bytes).await;
    if reply.status() != StatusCode::CREATED {
        return reply;
    }
    let patch = person.patch(&location(&reply), 0, bytes);
    patch.send().await.unwrap()
}

#[tokio::test]
async fn every_accepted_type_arrives_and_is_given_out_under_its_own() {
    let house = House::start().await;
    let incident = house.incident().await;
    let files = [
        ("a.jpg", picture(ImageFormat::Jpeg), "image/jpeg"),
        ("a.png", picture(ImageFormat::Png), "image/png"),
        ("a.webp", picture(ImageFormat::WebP), "image/webp"),
        ("a.heic", HEIC.to_vec(), "image/heic"),
        ("a.pdf", PDF.to_vec(), "application/pdf"),
        ("a.txt", "relevé".into(), "text/plain"),
        (
            "a.docx",
            docx(),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (
            "a.xlsx",
            xlsx(),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        ("a.odt", odt(), "application/vnd.oasis.opendocument.text"),
        ("a.mp4", MP4.to_vec(), "video/mp4"),
    ];
    for (name, bytes, media_type) in files {
        let file = house.tenant.uploads(name, &bytes).await;
        house.tenant.attaches(incident, file).await;
        let path = format!("/api/attachments/{file}");
        let reply = house.owner.get(&path).await;
        let headers = reply.headers();
        assert_eq!(headers["content-type"], media_type);
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(
            headers["content-security-policy"],
            "default-src 'none'; sandbox"
        );
        let disposition = headers["content-disposition"].to_str().unwrap();
        assert!(disposition.starts_with("attachment; "), "{disposition}");
        let small = house.owner.get(&format!("{path}/thumbnail")).await;
        let is_shown = ["a.jpg", "a.png", "a.webp"].contains(&name);
        assert_eq!(small.status().is_success(), is_shown, "{name}");
        if !is_shown {
            assert_eq!(reply.bytes().await.unwrap(), bytes, "{name}");
        }
    }
}

#[tokio::test]
async fn what_is_not_what_its_name_says_is_refused() {
    let house = House::start().await;
    let elf = [b"\x7fELF\x02\x01\x01\0".as_slice(), &[7; 200]].concat();
    let exe = [b"MZ\x90\0\x03\0\0\0".as_slice(), &[7; 200]].concat();
    let jar = archive(&[("META-INF/MANIFEST.MF", "Main-Class: A"), ("A.class", "x")]);
    let gif = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff;".to_vec();
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>".to_vec();
    let jpeg = picture(ImageFormat::Jpeg);
    let polyglots = [
        // A picture or a PDF to some, an archive (and so a Java program) to others.
        ("gifar.jpg", [gif.clone(), jar.clone()].concat()),
        ("gifar.png", [gif.clone(), jar.clone()].concat()),
        ("jar.jpg", [jpeg.clone(), jar.clone()].concat()),
        ("zip.pdf", [PDF, &archive(&[("a", "b")])].concat()),
        ("zip.txt", [b"bonjour".to_vec(), archive(&[])].concat()),
        ("photo.docx", [jpeg.clone(), docx()].concat()),
        ("jar.docx", jar.clone()),
    ];
    let renamed = [
        ("elf.jpg", elf.clone()),
        ("exe.png", exe.clone()),
        ("exe.pdf", exe),
        ("elf.txt", elf),
        ("gif.jpg", gif),
        ("svg.png", svg.clone()),
        ("svg.txt", svg),
        ("page.jpg", HTML.to_vec()),
        ("page.txt", HTML.to_vec()),
        ("page.pdf", HTML.to_vec()),
        ("script.txt", b"#!/bin/sh\nrm -rf ~".to_vec()),
        ("docx.xlsx", docx()),
        ("docm.docx", docm()),
        ("jpeg.png", jpeg),
        ("png.jpg", picture(ImageFormat::Png)),
        ("pdf.txt", PDF.to_vec()),
        ("latin1.txt", b"relev\xe9".to_vec()),
        ("avif.heic", b"\0\0\0\x18ftypavif\0\0\0\0mif1avif".to_vec()),
        ("heic.mp4", HEIC.to_vec()),
    ];
    let unnamed = [
        ("macros.docm", docm()),
        ("dessin.svg", HTML.to_vec()),
        ("page.html", HTML.to_vec()),
        ("photos.zip", archive(&[("a.jpg", "x")])),
        ("photo.gif", b"GIF89a".to_vec()),
        ("photo.jpg.exe", b"MZ".to_vec()),
        ("sans-type", b"texte".to_vec()),
        (".jpg", picture(ImageFormat::Jpeg)),
    ];
    for (name, bytes) in polyglots.into_iter().chain(renamed).chain(unnamed) {
        let reply = sent(&house.tenant, name, &bytes).await;
        assert_eq!(reply.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE, "{name}");
        refused(reply, "unsupported-file").await;
    }
    let nothing = sent(&house.tenant, "vide.jpg", b"").await;
    refused(nothing, "invalid").await;
}

#[tokio::test]
async fn a_page_hidden_in_a_photo_reaches_nobody_else() {
    let house = House::start().await;
    let incident = house.incident().await;
    let jpeg = picture(ImageFormat::Jpeg);
    // In a comment behind the first marker, and behind the picture's end.
    let mut comment = b"\xff\xfe".to_vec();
    comment.extend((HTML.len() as u16 + 2).to_be_bytes());
    let hidden = [&jpeg[..2], &comment, HTML, &jpeg[2..], HTML].concat();
    let file = house.tenant.uploads("photo.jpg", &hidden).await;
    house.tenant.attaches(incident, file).await;
    let path = format!("/api/attachments/{file}");
    let copy = house.owner.get(&path).await.bytes().await.unwrap();
    image::load_from_memory(&copy).unwrap();
    assert!(!copy.windows(7).any(|window| window == b"<script"));
}

#[tokio::test]
async fn names_arrive_without_what_deceives_or_breaks() {
    let house = House::start().await;
    let incident = house.incident().await;
    let long = format!("{}.txt", "é".repeat(125));
    assert!(long.len() <= 255);
    for (sent, kept) in [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Windows\\system32\\a.txt", "a.txt"),
        ("nul\0octet.txt", "nuloctet.txt"),
        ("facture\u{202e}fdp.txt", "facturefdp.txt"),
        ("ligne\r\nX-Injected: 1.txt", "ligneX-Injected_ 1.txt"),
        ("💧 fuite 🚿.txt", "💧 fuite 🚿.txt"),
        ("CON.txt", "_CON.txt"),
        ("lpt1.relevé.txt", "_lpt1.relevé.txt"),
        ("photo.exe:flux.txt", "photo.exe_flux.txt"),
        ("a<b>|c?*\".txt", "a_b__c___.txt"),
        (&long, &long),
    ] {
        let file = house.tenant.uploads(sent, b"texte").await;
        house.tenant.attaches(incident, file).await;
        let reply = house.owner.get(&format!("/api/attachments/{file}")).await;
        assert!(!reply.headers().contains_key("x-injected"));
        let disposition = reply.headers()["content-disposition"].to_str().unwrap();
        let (_, encoded) = disposition.split_once("filename*=UTF-8''").unwrap();
        assert_eq!(unescaped(encoded), kept);
        assert_eq!(reply.text().await.unwrap(), "texte");
    }
    let longer = format!("{}.txt", "x".repeat(252));
    refused(sent(&house.tenant, &longer, b"texte").await, "invalid").await;
}

fn unescaped(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits = [rest.next().unwrap(), rest.next().unwrap()];
                u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).unwrap()
}

/// A program that is started in place of ours to look into files.
fn instead(config: &mut Config, script: &str) {
    let path = config.data_dir.join("instead");
    fs::create_dir_all(&config.data_dir).unwrap();
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    config.judge = Some(path);
}

#[tokio::test]
async fn a_file_that_kills_its_reader_is_refused_alone() {
    let house = House::with(|config| instead(config, "kill -SEGV $$")).await;
    let photo = picture(ImageFormat::Png);
    refused(
        sent(&house.tenant, "a.png", &photo).await,
        "unsupported-file",
    )
    .await;
    house.incident().await;
}

#[tokio::test]
async fn without_a_reader_the_upload_waits_and_goes_on_later() {
    let house = House::with(|config| {
        instead(config, "exit 81");
    })
    .await;
    let photo = picture(ImageFormat::Png);
    let (_, begun) = house.tenant.begins_upload("a.png", &photo).await;
    let place = location(&begun);
    let send = async || house.tenant.patch(&place, 0, &photo).send().await.unwrap();
    refused(send().await, "unavailable").await;
    let program = Path::new(env!("CARGO_BIN_EXE_palier-server"));
    let instead = house.server.folder().join("instead");
    fs::write(
        &instead,
        format!("#!/bin/sh\nexec '{}' \"$@\"\n", program.display()),
    )
    .unwrap();
    assert_eq!(send().await.status(), StatusCode::NO_CONTENT);
}
