//! TLS: the certificate that connections are answered with, and its renewal without a restart.

use crate::{
    config::Config,
    error::{Error, Result},
};
use axum_server::tls_rustls::RustlsConfig;
use std::{
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};
use tokio::sync::Notify;

/// How often the files are looked at. A renewal is weeks early, so a minute is soon.
const LOOK: Duration = Duration::from_secs(60);

/// A certificate and its key, read from PEM files.
pub struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    active: RustlsConfig,
}

impl Tls {
    /// Reads the files that `config` names; nothing when it names none.
    ///
    /// # Errors
    /// When a file cannot be read, holds no certificate or key, or the two do not fit.
    pub async fn read(config: &Config) -> Result<Option<Self>> {
        let (Some(certificate), Some(key)) = (&config.tls_cert, &config.tls_key) else {
            return Ok(None);
        };
        let active = RustlsConfig::from_pem_file(certificate, key)
            .await
            .map_err(Error::io("read the certificate and its key"))?;
        Ok(Some(Self {
            certificate: certificate.clone(),
            key: key.clone(),
            active,
        }))
    }

    /// What connections are accepted with: always the latest certificate.
    pub fn active(&self) -> RustlsConfig {
        self.active.clone()
    }

    /// Reads the files again when they have changed, and whenever `asked`. Never ends.
    ///
    /// Files that do not fit (a renewal that has written one of the two) leave the certificate as
    /// it is, and are tried again.
    pub async fn follow(self, asked: &Notify) {
        let mut seen = self.written().await;
        loop {
            let asked = tokio::select! {
                () = asked.notified() => true,
                () = tokio::time::sleep(LOOK) => false,
            };
            let written = self.written().await;
            if !asked && written == seen {
                continue;
            }
            match self
                .active
                .reload_from_pem_file(&self.certificate, &self.key)
                .await
            {
                Ok(()) => {
                    tracing::info!("read the certificate again");
                    seen = written;
                }
                Err(error) => tracing::error!("could not read the certificate again: {error}"),
            }
        }
    }

    async fn written(&self) -> [Option<SystemTime>; 2] {
        [written(&self.certificate).await, written(&self.key).await]
    }
}

async fn written(path: &Path) -> Option<SystemTime> {
    tokio::fs::metadata(path).await.ok()?.modified().ok()
}
