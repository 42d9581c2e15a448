//! What is answered to which command.

use palier_bridge::{CommandError, Request};
use palier_ui::backend::RawReply;
use std::{
    collections::HashMap,
    future::{pending, ready},
    rc::Rc,
};

/// An answer as JSON; none when it never comes.
type Answer = Option<Result<String, CommandError>>;

/// What makes an answer of a request.
type Answering = Rc<dyn Fn(&str) -> Answer>;

/// Answers by command. A later one takes the place of an earlier one.
#[derive(Clone, Default)]
pub struct Replies(HashMap<&'static str, Answering>);

impl Replies {
    /// Answers with what `answer` makes of the request.
    #[must_use]
    pub fn answer<R: Request>(
        mut self,
        answer: impl Fn(R) -> Result<R::Reply, CommandError> + 'static,
    ) -> Self {
        let answer = move |request: &str| {
            let broken = |what: &str| CommandError::Internal {
                reference: format!("gallery/{what}/{}", R::COMMAND),
            };
            let request = serde_json::from_str(request).map_err(|_| broken("request"));
            let reply = request
                .and_then(&answer)
                .and_then(|reply| serde_json::to_string(&reply).map_err(|_| broken("reply")));
            Some(reply)
        };
        self.0.insert(R::COMMAND, Rc::new(answer));
        self
    }

    /// Answers the same each time.
    #[must_use]
    pub fn say<R: Request>(self, reply: R::Reply) -> Self
    where
        R::Reply: Clone,
    {
        self.answer::<R>(move |_| Ok(reply.clone()))
    }

    /// Refuses each time.
    #[must_use]
    pub fn refuse<R: Request>(self, error: CommandError) -> Self {
        self.answer::<R>(move |_| Err(error.clone()))
    }

    /// Never answers.
    #[must_use]
    pub fn keep_waiting<R: Request>(mut self) -> Self {
        self.0.insert(R::COMMAND, Rc::new(|_| None));
        self
    }

    /// Never answers those requests for which `when` holds; the others as before.
    #[must_use]
    pub fn keep_waiting_when<R: Request>(mut self, when: impl Fn(R) -> bool + 'static) -> Self {
        let before = self.0.get(R::COMMAND).cloned();
        let answer = move |request: &str| {
            let waits = serde_json::from_str(request).is_ok_and(&when);
            let before = before.as_ref().filter(|_| !waits);
            before.and_then(|before| before(request))
        };
        self.0.insert(R::COMMAND, Rc::new(answer));
        self
    }

    /// The reply to a command. One that is not in the table is done and has nothing to tell.
    pub fn to(&self, command: &str, request: &str) -> RawReply {
        match self.0.get(command).map(|answer| answer(request)) {
            Some(Some(reply)) => Box::pin(ready(reply)),
            Some(None) => Box::pin(pending()),
            None => Box::pin(ready(Ok("null".to_owned()))),
        }
    }
}
