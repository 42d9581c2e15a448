//! A real PostgreSQL for tests: one cluster for each test program, one database for each test.
//!
//! The cluster lives in a temporary folder, without fsync, and is reached by a socket there: a port
//! that is free now may be taken a moment later. A small shell stands over it and reads from this
//! process: when this process ends, however it ends, the shell stops the server by its process id
//! and deletes the folder.
//!
//! Start at [`database`].

use palier_server::{App, Config, config::Secret};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::{
    fs::Permissions,
    io::Write,
    net::Ipv4Addr,
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
    time::{Duration, Instant},
};
use tokio::sync::OnceCell;
use uuid::Uuid;

/// What stands over the server: `restart` keeps the folder, the end of the input does not.
const GUARD: &str = r#"
trap '' INT TERM HUP
folder=$1; shift
"$@" >>"$folder/log" 2>&1 &
server=$!
if read -r _; then
    kill -INT $server; wait $server
else
    kill -QUIT $server; wait $server; rm -rf "$folder"
fi
"#;

/// How long a server may take to start.
const START: Duration = Duration::from_secs(60);

/// A running server of databases.
pub struct Cluster {
    folder: PathBuf,
    guard: Child,
    arguments: Vec<String>,
}

/// A database of one test. It goes with the value.
pub struct Database {
    name: String,
    socket: PathBuf,
}

/// A database of this program's version in the cluster of this test program.
pub async fn database() -> Database {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    static TEMPLATE: OnceCell<()> = OnceCell::const_new();
    let cluster = CLUSTER.get_or_init(Cluster::start);
    TEMPLATE
        .get_or_init(async || {
            let template = cluster.empty_database("palier_template").await;
            template.migrate().await;
            // It stays for the next tests.
            std::mem::forget(template);
        })
        .await;
    let name = format!("palier_{}", Uuid::new_v4().simple());
    cluster
        .run(format!("create database {name} template palier_template"))
        .await;
    Database {
        name,
        socket: cluster.folder.clone(),
    }
}

impl Cluster {
    /// Makes a cluster of its own and starts it.
    pub fn start() -> Self {
        let folder = std::env::temp_dir().join(format!("palier-postgres-{}", Uuid::new_v4()));
        std::fs::create_dir(&folder).unwrap();
        if is_root() {
            succeeds(Command::new("chown").arg("postgres").arg(&folder));
        }
        let data = folder.join("data");
        let mut initdb = as_postgres("initdb");
        initdb.arg("-D").arg(&data).args([
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
            "--username=palier",
        ]);
        succeeds(&mut initdb);
        let arguments = Vec::new();
        let guard = serve(&folder, &arguments);
        Self {
            folder,
            guard,
            arguments,
        }
    }

    /// From now on it is also reached at `address`, by TLS alone, with this certificate and key.
    pub fn listen(&mut self, address: Ipv4Addr, [certificate, key]: [&str; 2]) {
        self.stop();
        for (name, text) in [("tls.pem", certificate), ("tls.key", key)] {
            let file = self.folder.join(name);
            std::fs::write(&file, text).unwrap();
            // It refuses a key that others may read.
            std::fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
            if is_root() {
                succeeds(Command::new("chown").arg("postgres").arg(&file));
            }
        }
        let hosts = "local all all trust\nhostssl all all 127.0.0.0/8 trust\n";
        std::fs::write(self.folder.join("data/pg_hba.conf"), hosts).unwrap();
        let path = |name| self.folder.join(name).display().to_string();
        let settings = [
            format!("listen_addresses={address}"),
            "ssl=on".to_owned(),
            format!("ssl_cert_file={}", path("tls.pem")),
            format!("ssl_key_file={}", path("tls.key")),
        ];
        self.arguments = settings
            .into_iter()
            .flat_map(|setting| ["-c".to_owned(), setting])
            .collect();
        self.start_again();
    }

    /// Stops it as an administrator would, and starts it again.
    pub fn restart(&mut self) {
        self.stop();
        self.start_again();
    }

    /// Stops it; its data stay.
    pub fn stop(&mut self) {
        let mut words = self.guard.stdin.take().unwrap();
        words.write_all(b"restart\n").unwrap();
        self.guard.wait().unwrap();
    }

    /// Starts it after [`Cluster::stop`].
    pub fn start_again(&mut self) {
        self.guard = serve(&self.folder, &self.arguments);
    }

    /// Copies its data aside while it is stopped.
    pub fn save(&self) {
        let (data, saved) = (self.folder.join("data"), self.folder.join("saved"));
        succeeds(Command::new("cp").arg("-a").arg(data).arg(saved));
    }

    /// Puts back what was saved, while it is stopped.
    pub fn put_back(&self) {
        let (data, saved) = (self.folder.join("data"), self.folder.join("saved"));
        std::fs::remove_dir_all(&data).unwrap();
        std::fs::rename(saved, data).unwrap();
    }

    /// A new database with nothing in it.
    pub async fn empty_database(&self, name: &str) -> Database {
        self.run(format!("create database {name}")).await;
        Database {
            name: name.to_owned(),
            socket: self.folder.clone(),
        }
    }

    async fn run(&self, sql: String) {
        let mut connection = PgConnection::connect(&url("postgres", &self.folder))
            .await
            .unwrap();
        connection.execute(AssertSqlSafe(sql)).await.unwrap();
        connection.close().await.unwrap();
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}

impl Database {
    /// Where it is.
    pub fn url(&self) -> String {
        url(&self.name, &self.socket)
    }

    /// Settings of a server on this database.
    pub fn config(&self, folder: &Path) -> Config {
        let mut config = Config::new(folder);
        config.database_url = Some(Secret::from(self.url()));
        config.database_connections = 8;
        config
    }

    /// Another database with the same in it. Nobody may be connected to this one.
    pub async fn copy(&self) -> Self {
        let name = format!("palier_{}", Uuid::new_v4().simple());
        let sql = format!("create database {name} template {}", self.name);
        let server = url("postgres", &self.socket);
        let mut connection = PgConnection::connect(&server).await.unwrap();
        connection.execute(AssertSqlSafe(sql)).await.unwrap();
        connection.close().await.unwrap();
        Self {
            name,
            socket: self.socket.clone(),
        }
    }

    /// A connection of the test's own.
    pub async fn connect(&self) -> PgConnection {
        PgConnection::connect(&self.url()).await.unwrap()
    }

    /// Brings it to this program's version. Its life begins with the server that opens it next.
    async fn migrate(&self) {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(self.config(folder.path())).await.unwrap();
        app.close().await;
        let mut connection = self.connect().await;
        connection.execute("delete from server_meta").await.unwrap();
        connection.close().await.unwrap();
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // Otherwise the databases of all tests lie on the disk together.
        let _ = Command::new(binary("dropdb"))
            .args(["--force", "--if-exists", "-U", "palier", "-h"])
            .arg(&self.socket)
            .arg(&self.name)
            .status();
    }
}

fn url(database: &str, socket: &Path) -> String {
    format!(
        "postgres://palier@localhost/{database}?host={}",
        socket.display()
    )
}

/// Starts the server of a cluster and waits until it answers.
fn serve(folder: &Path, arguments: &[String]) -> Child {
    let data = folder.join("data");
    // What it said at its end before is no reason why it does not start now.
    let said = std::fs::metadata(folder.join("log")).map_or(0, |log| log.len());
    let server = as_postgres("postgres");
    let mut guard = Command::new("sh")
        .args(["-c", GUARD, "guard"])
        .arg(folder)
        .arg(server.get_program())
        .args(server.get_args())
        .arg("-D")
        .arg(&data)
        .arg("-k")
        .arg(folder)
        .args(["-c", "listen_addresses=", "-c", "max_connections=300"])
        .args(["-c", "fsync=off", "-c", "full_page_writes=off"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        // Ctrl-C is for this process; the guard hears of it by the end of its input.
        .process_group(0)
        .spawn()
        .unwrap();
    let (state, start) = (data.join("postmaster.pid"), Instant::now());
    loop {
        let state = std::fs::read_to_string(&state).unwrap_or_default();
        if state.lines().any(|line| line.trim() == "ready") {
            return guard;
        }
        let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
        let log = log.get(said as usize..).unwrap_or_default();
        // Whoever knocks too early is told so by a line of the same kind.
        let fatal = |line: &str| line.contains("FATAL") && !line.contains("the database system is");
        let ended = log.lines().any(fatal) || guard.try_wait().unwrap().is_some();
        assert!(
            !ended && start.elapsed() < START,
            "PostgreSQL does not start: {log}"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// One of PostgreSQL's programs: the newest that Debian installed, else the one on the path.
fn binary(name: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let newest = versions
        .flatten()
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse::<u32>().ok()?,
                entry.path(),
            ))
        })
        .max();
    let debian = newest.map(|(_, folder)| folder.join("bin").join(name));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).map(|folder| folder.join(name));
    debian
        .into_iter()
        .chain(on_path)
        .find(|program| program.is_file())
        .unwrap_or_else(|| {
            panic!(
                "PostgreSQL is not installed, and this test needs it: `{name}` is neither in \
                 /usr/lib/postgresql nor on the path. `cargo xtask test` installs it on Debian and \
                 Ubuntu; else: sudo apt-get install postgresql"
            )
        })
}

/// The program as the user that PostgreSQL wants: it refuses to be root.
fn as_postgres(name: &str) -> Command {
    let program = binary(name);
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command
        .args([
            "--reuid=postgres",
            "--regid=postgres",
            "--init-groups",
            "--",
        ])
        .arg(program);
    command
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

fn succeeds(command: &mut Command) {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}
