//! Requests to the worker that leads, and its replies, through the broadcast channel.

use super::{interrupted, version};
use futures_channel::oneshot;
use js_sys::{Array, Object, Reflect};
use palier_bridge::{
    CommandError,
    page::{CHANNEL, Given, ToPages, ToWorker},
};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};
use uuid::Uuid;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{BroadcastChannel, File, MessageEvent};

/// A reply, with the file that the request was for.
pub struct Reply {
    /// As JSON.
    pub text: String,
    /// The file, and what to do with it.
    pub given: Option<(File, Given)>,
}

type Answer = Result<Reply, CommandError>;

/// A request that is not answered yet.
struct Open {
    message: ToWorker,
    files: Vec<File>,
    say: Option<oneshot::Sender<Answer>>,
    /// Some leader has it.
    sent: bool,
    /// Carrying it out twice comes to the same as once.
    repeatable: bool,
}

/// The page's end of the channel.
pub struct Port {
    channel: BroadcastChannel,
    page: String,
    /// Which pages and worker belong together: the name of the worker's file, which is made from its contents.
    build: String,
    next: Cell<u32>,
    term: RefCell<Option<String>>,
    changed: Cell<bool>,
    /// Follows a leader of another version.
    tolerates: Cell<bool>,
    open: RefCell<BTreeMap<u32, Open>>,
}

impl Port {
    /// Joins the channel as a page of this build.
    pub fn open(build: &str) -> Result<Rc<Self>, JsValue> {
        Ok(Rc::new(Self {
            channel: BroadcastChannel::new(CHANNEL)?,
            page: Uuid::new_v4().to_string(),
            build: build.to_owned(),
            next: Cell::default(),
            term: RefCell::default(),
            changed: Cell::default(),
            tolerates: Cell::default(),
            open: RefCell::default(),
        }))
    }

    /// What this page calls itself.
    pub fn page(&self) -> &str {
        &self.page
    }

    /// The name of the worker's file.
    pub fn build(&self) -> &str {
        &self.build
    }

    /// Refuses what waits for a worker to lead.
    pub fn refuse_all(&self, error: &CommandError) {
        let waiting: Vec<u32> = self.open.borrow().keys().copied().collect();
        for call in waiting {
            self.end(call, Err(error.clone()));
        }
    }

    /// Whether the leader that has just been heard of took another one's place.
    pub fn leader_changed(&self) -> bool {
        self.changed.take()
    }

    /// Hears the worker for as long as the page lives. Replies go to whoever waits for them.
    pub fn hear(self: &Rc<Self>, mut heard: impl FnMut(ToPages) + 'static) {
        let port = self.clone();
        let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let Some((message, file)) = read(&event.data()) else {
                return;
            };
            match message {
                ToPages::Reply {
                    page,
                    call,
                    result,
                    given,
                } => {
                    if page == port.page {
                        let given = file.zip(given);
                        port.end(call, result.map(|text| Reply { text, given }));
                    }
                }
                ToPages::Leading { term, build } => {
                    if port.follow(&term, &build) {
                        heard(ToPages::Leading { term, build });
                    }
                }
                other => heard(other),
            }
        });
        self.channel
            .set_onmessage(Some(listener.as_ref().unchecked_ref()));
        listener.forget();
    }

    /// Says something to whichever worker leads.
    pub fn say(&self, message: &ToWorker, files: &[File]) {
        if let Err(error) = self.post(message, files) {
            web_sys::console::error_2(&"the worker was not told:".into(), &error);
        }
    }

    /// Asks the worker that leads; waits for one to lead.
    pub async fn call(&self, command: &'static str, request: String, files: Vec<File>) -> Answer {
        let call = self.next.get();
        self.next.set(call.wrapping_add(1));
        let (say, answer) = oneshot::channel();
        let message = ToWorker::Call {
            page: self.page.clone(),
            call,
            command: command.to_owned(),
            request,
        };
        let sent = self.term.borrow().is_some();
        if sent {
            self.say(&message, &files);
        }
        let open = Open {
            message,
            files,
            say: Some(say),
            sent,
            repeatable: is_repeatable(command),
        };
        self.open.borrow_mut().insert(call, open);
        answer.await.unwrap_or_else(|_| Err(interrupted()))
    }

    fn end(&self, call: u32, answer: Answer) {
        let open = self.open.borrow_mut().remove(&call);
        if let Some(say) = open.and_then(|open| open.say) {
            // Who asked may have gone.
            let _ = say.send(answer);
        }
    }

    /// A worker leads; whether pages have to know. What waited goes to it.
    fn follow(self: &Rc<Self>, term: &str, build: &str) -> bool {
        let before = self.term.borrow().clone();
        if before.as_deref() == Some(term) {
            return false;
        }
        if build != self.build && !self.tolerates.get() {
            match before {
                None => spawn_local(settle(self.clone())),
                // Another version was opened in another tab.
                Some(_) => version::reload(),
            }
            return false;
        }
        self.term.replace(Some(term.to_owned()));
        self.changed.set(before.is_some());
        let mut lost = Vec::new();
        for (call, open) in self.open.borrow_mut().iter_mut() {
            if open.sent && !open.repeatable {
                lost.push(*call);
                continue;
            }
            open.sent = true;
            self.say(&open.message, &open.files);
        }
        for call in lost {
            self.end(call, Err(interrupted()));
        }
        true
    }

    fn post(&self, message: &ToWorker, files: &[File]) -> Result<(), JsValue> {
        let text = serde_json::to_string(message).map_err(|error| error.to_string())?;
        let carrier = Object::new();
        Reflect::set(&carrier, &"text".into(), &text.into())?;
        Reflect::set(&carrier, &"files".into(), &files.iter().collect::<Array>())?;
        self.channel.post_message(&carrier)
    }
}

/// A page that was just loaded found a leader of another version: the one that the server has now stays.
async fn settle(port: Rc<Port>) {
    match version::of_the_server().await {
        Some(build) if build == port.build => port.say(&ToWorker::StepDown, &[]),
        // This page was kept from before.
        Some(_) if version::may_reload() => version::reload(),
        // Nobody knows, or a newer page cannot be had: what both versions know is answered.
        _ => {
            port.tolerates.set(true);
            port.say(&ToWorker::Hello, &[]);
        }
    }
}

fn is_repeatable(command: &str) -> bool {
    ["get_", "list_", "search", "save_draft", "mark_", "report_"]
        .iter()
        .any(|begin| command.starts_with(begin))
}

fn read(data: &JsValue) -> Option<(ToPages, Option<File>)> {
    let text = Reflect::get(data, &"text".into()).ok()?.as_string()?;
    // What other pages say is heard as well, and passed over.
    let message = serde_json::from_str(&text).ok()?;
    let files = Reflect::get(data, &"files".into()).ok();
    let files = files.as_ref().filter(|it| Array::is_array(it));
    let file = files.and_then(|it| Array::from(it).get(0).dyn_into().ok());
    Some((message, file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reads_may_be_asked_twice_and_what_sends_may_not() {
        for command in palier_bridge::request::COMMANDS {
            let sends = ["send", "add_", "open_", "retry", "apply", "invite", "make_"];
            if sends.iter().any(|begin| command.starts_with(begin)) {
                assert!(!is_repeatable(command), "{command}");
            }
        }
        assert!(is_repeatable("get_thread"));
        assert!(is_repeatable("list_incidents"));
    }
}
