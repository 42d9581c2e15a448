//! Requests by their names, for a page that speaks JSON.

use crate::Client;
use palier_bridge::{CommandError, Request, request};
use serde::Serialize;

impl Client {
    /// Carries out the command of this name: request and reply are JSON.
    ///
    /// # Errors
    /// Those of the command; `internal` where there is no such command, or its request does not read as it should:
    /// page and application are of different versions.
    pub async fn call(&self, command: &str, request: &str) -> Result<String, CommandError> {
        macro_rules! carry_out {
            ($($name:ident($request:ident))*) => {
                match command {
                    $(stringify!($name) => {
                        write(command, &self.$name(read::<request::$request>(request)?).await?)
                    })*
                    _ => Err(broken(command)),
                }
            };
        }
        palier_bridge::every_command!(carry_out)
    }
}

fn read<R: Request>(request: &str) -> Result<R, CommandError> {
    serde_json::from_str(request).map_err(|_| broken(R::COMMAND))
}

fn write(command: &str, reply: &impl Serialize) -> Result<String, CommandError> {
    serde_json::to_string(reply).map_err(|_| broken(command))
}

fn broken(command: &str) -> CommandError {
    CommandError::Internal {
        reference: format!("wire/{command}"),
    }
}
