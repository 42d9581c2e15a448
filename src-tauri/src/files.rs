//! `palier-file:` — by which the page shows the pictures of messages.
//!
//! `palier-file://localhost/<attachment id>` is the whole file, `…/<attachment id>/thumbnail` the
//! small picture of it. What is not on this device is fetched first. Nothing but attachments can
//! be named, and nothing served can run: what is no picture by its content has no type.

use palier_bridge::CommandError;
use palier_client::Client;
use palier_domain::AttachmentId;
use tauri::{
    Manager, UriSchemeContext, UriSchemeResponder, Wry,
    http::{Request, Response, StatusCode, header},
};

/// The scheme; the content security policy in tauri.conf.json names it too.
pub const SCHEME: &str = "palier-file";

/// Answers one request of the page.
pub fn serve(
    context: UriSchemeContext<'_, Wry>,
    request: Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    let app = context.app_handle().clone();
    tauri::async_runtime::spawn(async move {
        let wanted = Wanted::parse(request.uri().path());
        let response = match (wanted, app.try_state::<Client>()) {
            (Some(wanted), Some(client)) => answer(&client, wanted).await,
            _ => nothing(StatusCode::NOT_FOUND),
        };
        responder.respond(response);
    });
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    File(AttachmentId),
    Thumbnail(AttachmentId),
}

impl Wanted {
    fn parse(path: &str) -> Option<Self> {
        let path = path.strip_prefix('/')?;
        match path.split_once('/') {
            None => path.parse().ok().map(Self::File),
            Some((id, "thumbnail")) => id.parse().ok().map(Self::Thumbnail),
            Some(_) => None,
        }
    }
}

async fn answer(client: &Client, wanted: Wanted) -> Response<Vec<u8>> {
    let found = match wanted {
        Wanted::File(id) => client.attachment_file(id).await,
        Wanted::Thumbnail(id) => client.thumbnail_file(id).await,
    };
    let path = match found {
        Ok(path) => path,
        Err(CommandError::FileNotHere) => return nothing(StatusCode::SERVICE_UNAVAILABLE),
        Err(_) => return nothing(StatusCode::NOT_FOUND),
    };
    match tokio::fs::read(&path).await {
        Ok(bytes) => file(bytes),
        Err(error) => {
            tracing::warn!(%error, "a file that should be here cannot be read");
            nothing(StatusCode::NOT_FOUND)
        }
    }
}

fn file(bytes: Vec<u8>) -> Response<Vec<u8>> {
    let media_type = image::guess_format(&bytes)
        .map_or("application/octet-stream", |format| format.to_mime_type());
    let built = Response::builder()
        .header(header::CONTENT_TYPE, media_type)
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox")
        // The files leave with the account; the page's own cache would keep them.
        .header(header::CACHE_CONTROL, "no-store")
        .body(bytes);
    built.unwrap_or_else(|_| nothing(StatusCode::INTERNAL_SERVER_ERROR))
}

fn nothing(status: StatusCode) -> Response<Vec<u8>> {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

    #[test]
    fn only_attachments_can_be_asked_for() {
        let id = ID.parse().unwrap();
        assert_eq!(Wanted::parse(&format!("/{ID}")), Some(Wanted::File(id)));
        let thumbnail = format!("/{ID}/thumbnail");
        assert_eq!(Wanted::parse(&thumbnail), Some(Wanted::Thumbnail(id)));
        for other in ["/", "", "/etc/passwd", "/../journal.sqlite"] {
            assert_eq!(Wanted::parse(other), None, "{other}");
        }
        assert_eq!(Wanted::parse(&format!("/{ID}/original")), None);
    }

    #[test]
    fn a_picture_is_one_by_its_content() {
        let png = file(b"\x89PNG\r\n\x1a\n".to_vec());
        assert_eq!(png.headers()[header::CONTENT_TYPE], "image/png");
        assert_eq!(png.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert!(png.headers().contains_key(header::CONTENT_SECURITY_POLICY));
    }

    #[test]
    fn a_page_among_the_attachments_is_not_shown_as_one() {
        let page = file(b"<!doctype html><script>alert(1)</script>".to_vec());
        assert_eq!(
            page.headers()[header::CONTENT_TYPE],
            "application/octet-stream"
        );
    }
}
