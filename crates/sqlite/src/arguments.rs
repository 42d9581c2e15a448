//! Values on their way into a statement.

use crate::Sqlite;
use rusqlite::types::Value;
use sqlx_core::{
    arguments::Arguments,
    encode::{Encode, IsNull},
    error::BoxDynError,
    impl_encode_for_option, impl_into_arguments_for_arguments,
    types::Type,
};

/// The bound values, in their order.
#[derive(Debug, Default, Clone)]
pub struct SqliteArguments {
    pub(crate) values: Vec<Value>,
}

impl Arguments for SqliteArguments {
    type Database = Sqlite;

    fn reserve(&mut self, additional: usize, _: usize) {
        self.values.reserve(additional);
    }

    fn add<'t, T>(&mut self, value: T) -> Result<(), BoxDynError>
    where
        T: Encode<'t, Sqlite> + Type<Sqlite>,
    {
        let before = self.values.len();
        match value.encode(&mut self.values) {
            Ok(IsNull::Yes) => self.values.push(Value::Null),
            Ok(IsNull::No) => {}
            Err(error) => {
                self.values.truncate(before);
                return Err(error);
            }
        }
        Ok(())
    }

    fn len(&self) -> usize {
        self.values.len()
    }
}

impl_into_arguments_for_arguments!(SqliteArguments);
impl_encode_for_option!(Sqlite);
