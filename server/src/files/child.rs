//! Judging a file in a process of its own.
//!
//! The server starts its own program again with [`COMMAND`], hands it the file as standard input,
//! and reads frames ([`super::frames`]) from its standard output. That process first takes its own
//! rights away (memory, time, files), and only then looks at what somebody sent. Whatever the file
//! does to it, the server is not concerned: a process that dies or stands still refuses that one
//! file.

use super::{
    frames::{self, HEAD, Tag},
    judge::{self, Copies},
};
use crate::error::{Error, Result};
use palier_domain::{MAX_ATTACHMENT_BYTES, MediaType, Sha256};
use palier_wire::ProblemKind;
use sha2::Digest;
use std::{
    fs::File,
    io::{self, Read, Seek, Write},
    path::{Path, PathBuf},
    process::{ExitCode, ExitStatus, Stdio},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, BufReader},
    process::{ChildStdout, Command},
};

/// The first argument that makes this program judge a file and end; the second is the media type
/// that the file's name claims.
pub const COMMAND: &str = "judge-file";

/// Longest time that a file may take, on a machine that has other things to do.
const PATIENCE: Duration = Duration::from_secs(60);
/// Largest copy: a lossless one may be larger than what came.
const MAX_COPY: u64 = 8 * MAX_ATTACHMENT_BYTES;
/// Largest small picture, and largest sentence.
const MAX_SMALL: u64 = 1024 * 1024;

/// A file made by the judging process.
pub struct Copy {
    /// Its bytes, in a file without a name.
    pub file: File,
    /// Their digest.
    pub sha256: Sha256,
    /// Their number.
    pub size: u64,
}

/// What a file is taken with.
#[derive(Default)]
pub struct Judged {
    /// The picture for the others.
    pub shared: Option<Copy>,
    /// The small picture.
    pub thumbnail: Option<Copy>,
}

/// Starts the judging processes.
pub struct Judges {
    program: PathBuf,
    /// Where copies are collected.
    folder: PathBuf,
}

impl Judges {
    /// Judges started from `program`, or from the server's own program; copies go into `folder`.
    pub fn new(program: Option<PathBuf>, folder: PathBuf) -> Self {
        let program = program.unwrap_or_else(own_program);
        Self { program, folder }
    }

    /// Judges the bytes of `file` from its beginning; its name claims to be `claimed`.
    ///
    /// # Errors
    /// `unsupported-file` when it is not taken, or breaks the process; `unavailable` when no
    /// process could be started.
    pub async fn judge(&self, mut file: File, claimed: MediaType) -> Result<Judged> {
        file.rewind().map_err(Error::io("rewind a file"))?;
        let mut child = Command::new(&self.program)
            .args([COMMAND, claimed.as_str()])
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::from(file))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| {
                tracing::error!("could not start a process that judges files: {error}");
                Error::unavailable()
            })?;
        let Some(out) = child.stdout.take() else {
            return Err(Error::unavailable());
        };
        let heard = async {
            let heard = self.listen(BufReader::new(out)).await;
            (heard, child.wait().await)
        };
        match tokio::time::timeout(PATIENCE, heard).await {
            Ok((Ok(Heard::Kept(judged)), _)) => Ok(judged),
            Ok((Ok(Heard::Refused(why)), _)) => Err(unsupported(why)),
            Ok((Ok(Heard::Nothing), Ok(status))) if could_not_begin(status) => {
                tracing::error!("{} cannot judge files: {status}", self.program.display());
                Err(Error::unavailable())
            }
            Ok((Ok(Heard::Nothing), status)) => {
                let status = status.map_or_else(|error| error.to_string(), |it| it.to_string());
                tracing::warn!("a file ended the process that judged it: {status}");
                Err(unsupported("the file cannot be read within limits".into()))
            }
            Ok((Err(error), _)) => Err(Error::io("hear a verdict")(error)),
            // Dropping the process ends it.
            Err(_) => {
                tracing::warn!("a file held up the process that judged it");
                Err(unsupported("the file takes too long to read".into()))
            }
        }
    }

    async fn listen(&self, mut out: BufReader<ChildStdout>) -> io::Result<Heard> {
        let mut judged = Judged::default();
        loop {
            let mut head = [0; HEAD];
            match out.read_exact(&mut head).await {
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    return Ok(Heard::Nothing);
                }
                read => read?,
            };
            match frames::head(head) {
                Some((Tag::Shared, size)) if size <= MAX_COPY => {
                    judged.shared = self.collect(&mut out, size).await?;
                }
                Some((Tag::Thumbnail, size)) if size <= MAX_SMALL => {
                    judged.thumbnail = self.collect(&mut out, size).await?;
                }
                Some((Tag::Kept, 0)) => return Ok(Heard::Kept(judged)),
                Some((Tag::Refused, size)) if size <= MAX_SMALL => {
                    let mut why = Vec::new();
                    (&mut out).take(size).read_to_end(&mut why).await?;
                    return Ok(Heard::Refused(String::from_utf8_lossy(&why).into_owned()));
                }
                _ => return Ok(Heard::Nothing),
            }
        }
    }

    /// Writes `size` bytes to a file without a name; `None` when fewer come.
    async fn collect(
        &self,
        out: &mut BufReader<ChildStdout>,
        size: u64,
    ) -> io::Result<Option<Copy>> {
        let mut file = tempfile::tempfile_in(&self.folder)?;
        let mut hash = sha2::Sha256::new();
        let mut buffer = vec![0; 64 * 1024];
        let mut out = out.take(size);
        while let read @ 1.. = out.read(&mut buffer).await? {
            hash.update(&buffer[..read]);
            file.write_all(&buffer[..read])?;
        }
        let whole = out.limit() == 0;
        Ok(whole.then(|| Copy {
            file,
            sha256: Sha256(hash.finalize().into()),
            size,
        }))
    }
}

/// What a judging process said before it ended.
enum Heard {
    Kept(Judged),
    Refused(String),
    Nothing,
}

/// A file that is not taken.
pub fn unsupported(why: String) -> Error {
    Error::refused(ProblemKind::UnsupportedFile, why)
}

/// The exit code of a process that could not take its own rights away.
const COULD_NOT_BEGIN: u8 = 81;

/// Whether it ended by itself without having judged: then it says nothing about the file.
fn could_not_begin(status: ExitStatus) -> bool {
    status.code().is_some_and(|code| code != PANICKED)
}

/// How Rust's programs end after a panic.
const PANICKED: i32 = 101;

/// This very program. Where another one has the server in it (as tests do), the `palier-server`
/// beside it.
fn own_program() -> PathBuf {
    const NAME: &str = "palier-server";
    let own = std::env::current_exe().unwrap_or_else(|_| NAME.into());
    let is_ours = |path: &Path| path.file_stem().is_some_and(|stem| stem == NAME);
    if is_ours(&own) {
        // Not its path: there, an upgrade may have put another version meanwhile.
        let running = Path::new("/proc/self/exe");
        return if running.exists() {
            running.into()
        } else {
            own
        };
    }
    let beside = own
        .ancestors()
        .skip(1)
        .take(2)
        .map(|folder| folder.join(NAME));
    let mut beside = beside.map(|path| path.with_extension(std::env::consts::EXE_EXTENSION));
    beside.find(|path| path.is_file()).unwrap_or(own)
}

/// The judging process: judges standard input and says so on standard output.
pub fn main(mut arguments: impl Iterator<Item = std::ffi::OsString>) -> ExitCode {
    let claimed = arguments.next();
    let claimed = claimed.and_then(|it| MediaType::from_media_type(it.to_str()?));
    let Some(claimed) = claimed else {
        return ExitCode::from(COULD_NOT_BEGIN);
    };
    if give_up_rights().is_err() {
        return ExitCode::from(COULD_NOT_BEGIN);
    }
    match judge_input(claimed) {
        Ok(()) => ExitCode::SUCCESS,
        // Nobody listens any more.
        Err(_) => ExitCode::FAILURE,
    }
}

fn judge_input(claimed: MediaType) -> io::Result<()> {
    let mut bytes = Vec::new();
    let input = io::stdin().lock();
    input
        .take(MAX_ATTACHMENT_BYTES + 1)
        .read_to_end(&mut bytes)?;
    let verdict = judge::judge(&bytes, claimed);
    drop(bytes);
    let mut out = io::stdout().lock();
    match verdict {
        Ok(copies) => {
            if let Some(Copies { shared, thumbnail }) = copies {
                frames::write(&mut out, Tag::Shared, &shared)?;
                frames::write(&mut out, Tag::Thumbnail, &thumbnail)?;
            }
            frames::write(&mut out, Tag::Kept, &[])?;
        }
        Err(refused) => frames::write(&mut out, Tag::Refused, refused.0.as_bytes())?,
    }
    out.flush()
}

/// Takes away from this process what reading a file does not need: memory beyond 512 MiB, more than
/// 10 s of the processor, new files and sockets, writing to disk, new processes, a core dump.
#[cfg(target_os = "linux")]
fn give_up_rights() -> io::Result<()> {
    use rlimit::Resource;
    const MEMORY: u64 = 512 * 1024 * 1024;
    Resource::AS.set(MEMORY, MEMORY)?;
    // At the first limit it is told to end, at the second it has to.
    Resource::CPU.set(10, 11)?;
    for none in [
        Resource::CORE,
        Resource::FSIZE,
        Resource::NOFILE,
        Resource::NPROC,
        Resource::MEMLOCK,
        Resource::MSGQUEUE,
    ] {
        none.set(0, 0)?;
    }
    Ok(())
}

/// Elsewhere the limits that there are.
#[cfg(not(target_os = "linux"))]
fn give_up_rights() -> io::Result<()> {
    #[cfg(unix)]
    for (resource, limit) in [
        (rlimit::Resource::CPU, 10),
        (rlimit::Resource::CORE, 0),
        (rlimit::Resource::FSIZE, 0),
    ] {
        resource.set(limit, limit)?;
    }
    Ok(())
}
