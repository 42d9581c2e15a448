//! Files as rows of a database.

use crate::About;
use rusqlite::{Connection, OptionalExtension, params};
use std::{
    io,
    path::{Path, PathBuf},
};

/// The database.
pub(crate) struct Rows(Connection);

impl Rows {
    /// Takes a database, empty or with what was written before.
    pub(crate) fn new(conn: Connection) -> rusqlite::Result<Self> {
        conn.execute_batch(
            "pragma journal_mode = truncate; pragma synchronous = full;
             pragma secure_delete = on;
             create table if not exists file (
                path text primary key, used_ms integer not null, bytes blob not null
             )",
        )?;
        Ok(Self(conn))
    }

    pub(crate) fn about(&self, path: &Path) -> io::Result<About> {
        let query = "select path, length(bytes), used_ms from file where path = ?1";
        let found = self.0.query_row(query, [key(path)?], about_row).optional();
        found.map_err(failed)?.ok_or_else(missing)
    }

    pub(crate) fn list(&self, folder: &Path) -> io::Result<Vec<About>> {
        let query = "select path, length(bytes), used_ms from file
            where substr(path, 1, length(?1)) = ?1 and instr(substr(path, length(?1) + 1), '/') = 0
            order by path";
        let mut statement = self.0.prepare_cached(query).map_err(failed)?;
        let found = statement.query_map([within(folder)?], about_row);
        found.and_then(Iterator::collect).map_err(failed)
    }

    pub(crate) fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let query = "select bytes from file where path = ?1";
        let found = self.0.query_row(query, [key(path)?], |row| row.get(0));
        found.optional().map_err(failed)?.ok_or_else(missing)
    }

    pub(crate) fn write(&self, path: &Path, bytes: &[u8], now_ms: i64) -> io::Result<()> {
        let written = self.0.execute(
            "insert into file (path, bytes, used_ms) values (?1, ?2, ?3)
             on conflict do update set bytes = excluded.bytes, used_ms = excluded.used_ms",
            params![key(path)?, bytes, now_ms],
        );
        written.map(drop).map_err(failed)
    }

    pub(crate) fn touch(&self, path: &Path, now_ms: i64) -> io::Result<()> {
        self.one(
            "update file set used_ms = ?2 where path = ?1",
            params![key(path)?, now_ms],
        )
    }

    pub(crate) fn remove(&self, path: &Path) -> io::Result<()> {
        self.one("delete from file where path = ?1", [key(path)?])
    }

    pub(crate) fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.one(
            "update or replace file set path = ?2 where path = ?1",
            [key(from)?, key(to)?],
        )
    }

    pub(crate) fn room(&self, folder: &Path) -> io::Result<u64> {
        let query = "select coalesce(sum(length(bytes)), 0) from file
            where substr(path, 1, length(?1)) = ?1";
        let sum: i64 = self
            .0
            .query_row(query, [within(folder)?], |row| row.get(0))
            .map_err(failed)?;
        Ok(sum.unsigned_abs())
    }

    /// Removes all that is below `folder`; says whether there was something.
    pub(crate) fn remove_below(&self, folder: &Path) -> io::Result<bool> {
        let gone = self.0.execute(
            "delete from file where substr(path, 1, length(?1)) = ?1",
            [within(folder)?],
        );
        gone.map(|rows| rows > 0).map_err(failed)
    }

    fn one(&self, statement: &str, values: impl rusqlite::Params) -> io::Result<()> {
        match self.0.execute(statement, values).map_err(failed)? {
            0 => Err(missing()),
            _ => Ok(()),
        }
    }
}

fn about_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<About> {
    Ok(About {
        path: PathBuf::from(row.get::<_, String>(0)?),
        len: row.get::<_, i64>(1)?.unsigned_abs(),
        is_file: true,
        used_ms: row.get(2)?,
    })
}

fn key(path: &Path) -> io::Result<&str> {
    path.to_str()
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidFilename, "not UTF-8"))
}

/// What the paths of everything in a folder begin with.
fn within(folder: &Path) -> io::Result<String> {
    Ok(format!("{}/", key(folder)?.trim_end_matches('/')))
}

pub(crate) fn missing() -> io::Error {
    io::ErrorKind::NotFound.into()
}

/// What the database refused, as the system would say it.
pub(crate) fn failed(error: rusqlite::Error) -> io::Error {
    use rusqlite::ErrorCode;
    let kind = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => io::ErrorKind::StorageFull,
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            io::ErrorKind::PermissionDenied
        }
        _ => io::ErrorKind::Other,
    };
    io::Error::new(kind, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Rows {
        let rows = Rows::new(Connection::open_in_memory().unwrap()).unwrap();
        for (path, bytes) in [("/a/b", "un"), ("/a/c/d", "deux"), ("/ab", "trois")] {
            rows.write(Path::new(path), bytes.as_bytes(), 1).unwrap();
        }
        rows
    }

    fn names(rows: &Rows, folder: &str) -> Vec<String> {
        let found = rows.list(Path::new(folder)).unwrap();
        let names = found.iter().map(|about| about.path.display().to_string());
        names.collect()
    }

    #[test]
    fn a_folder_holds_what_is_directly_in_it() {
        let rows = rows();
        assert_eq!(names(&rows, "/a"), ["/a/b"]);
        assert_eq!(names(&rows, "/a/"), ["/a/b"]);
        assert_eq!(names(&rows, "/"), ["/ab"]);
        assert_eq!(names(&rows, "/%"), [""; 0]);
    }

    #[test]
    fn what_is_written_is_read_and_a_later_write_wins() {
        let rows = rows();
        let b = Path::new("/a/b");
        rows.write(b, b"autre", 7).unwrap();
        assert_eq!(rows.read(b).unwrap(), b"autre");
        rows.touch(b, 9).unwrap();
        let about = rows.about(b).unwrap();
        assert_eq!((about.len, about.used_ms), (5, 9));
    }

    #[test]
    fn a_rename_takes_the_place_of_what_was_there() {
        let rows = rows();
        rows.rename(Path::new("/a/b"), Path::new("/ab")).unwrap();
        assert_eq!(rows.read(Path::new("/ab")).unwrap(), b"un");
        let gone = rows.read(Path::new("/a/b")).unwrap_err();
        assert_eq!(gone.kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn what_is_not_there_is_missed_by_all() {
        let rows = rows();
        let none = Path::new("/none");
        let kinds = [
            rows.read(none).map(drop),
            rows.about(none).map(drop),
            rows.touch(none, 1),
            rows.remove(none),
            rows.rename(none, Path::new("/x")),
        ]
        .map(|done| done.unwrap_err().kind());
        assert_eq!(kinds, [io::ErrorKind::NotFound; 5]);
    }

    #[test]
    fn a_folder_goes_with_all_that_is_below_it_and_nothing_else() {
        let rows = rows();
        assert_eq!(rows.room(Path::new("/a")).unwrap(), 6);
        assert!(rows.remove_below(Path::new("/a")).unwrap());
        assert!(!rows.remove_below(Path::new("/a")).unwrap());
        assert_eq!(names(&rows, "/"), ["/ab"]);
    }
}
