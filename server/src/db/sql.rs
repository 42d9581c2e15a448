//! One statement in the words of both databases.
//!
//! Most statements are the same text on SQLite and PostgreSQL, with parameters written `$1`, `$2`
//! … which both understand. Where the dialects differ, [`sql!`] puts the difference inside the
//! statement, so that it is read where it matters and the rest is written once:
//!
//! ```ignore
//! sql!("select id from incidents where id " {ids "$1"} " order by id " {postgres "for share"})
//! ```

/// A statement for each database.
#[derive(Debug, Clone, Copy)]
pub struct Sql {
    /// What SQLite is asked.
    pub sqlite: &'static str,
    /// What PostgreSQL is asked.
    pub postgres: &'static str,
}

impl From<&'static str> for Sql {
    fn from(text: &'static str) -> Self {
        Self {
            sqlite: text,
            postgres: text,
        }
    }
}

/// Puts a statement together from text for both databases and from these parts:
/// `{ids "$1"}` is in a bound list of ids, `{words "$1"}` in a bound list of texts, `{new_id}` a
/// random id, `{sqlite "…"}` and `{postgres "…"}` stand for one database alone.
// Found by its place in the text (`macro_use` in lib.rs), not by a path: `concat!` expands only
// such macros inside itself.
macro_rules! sql {
    (@sqlite {ids $list:literal}) => {
        concat!("in (select unhex(value) from json_each(", $list, "))")
    };
    (@sqlite {words $list:literal}) => {
        concat!("in (select value from json_each(", $list, "))")
    };
    (@sqlite {new_id}) => {
        "randomblob(16)"
    };
    (@sqlite {sqlite $text:literal}) => {
        $text
    };
    (@sqlite {postgres $text:literal}) => {
        ""
    };
    (@sqlite $text:literal) => {
        $text
    };
    (@postgres {ids $list:literal}) => {
        concat!("= any(", $list, ")")
    };
    (@postgres {words $list:literal}) => {
        concat!("= any(", $list, ")")
    };
    (@postgres {new_id}) => {
        "gen_random_uuid()"
    };
    (@postgres {sqlite $text:literal}) => {
        ""
    };
    (@postgres {postgres $text:literal}) => {
        $text
    };
    (@postgres $text:literal) => {
        $text
    };
    ($($part:tt)+) => {
        $crate::db::Sql {
            sqlite: concat!($(sql!(@sqlite $part)),+),
            postgres: concat!($(sql!(@postgres $part)),+),
        }
    };
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_statement_is_written_once_with_its_differences_in_place() {
        let both = sql!("select 1 from t where id " {ids "$1"} " and word " {words "$2"}
            {sqlite " limit 1"} {postgres " for update"});
        assert_eq!(
            both.sqlite,
            "select 1 from t where id in (select unhex(value) from json_each($1)) \
             and word in (select value from json_each($2)) limit 1"
        );
        assert_eq!(
            both.postgres,
            "select 1 from t where id = any($1) and word = any($2) for update"
        );
    }
}
