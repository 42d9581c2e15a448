//! The tickets of one incident: reading them, keeping them fresh, sending one.

use super::{use_app_event, use_send};
use crate::{
    backend::BackendHandle,
    context::use_backend,
    logic::thread_state::{LARGEST_PAGE, PAGE, ThreadState},
};
use palier_bridge::{
    AppEvent, CommandError, Request,
    request::{AddNote, GetThread, MarkRead, SendTicket},
    view::{Account, Thread, ThreadEntry},
};
use palier_domain::IncidentId;
use std::{cell::RefCell, future::Future, pin::Pin, rc::Rc};
use yew::{platform::spawn_local, prelude::*};

/// What [`use_incident_ticketing`] is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct IncidentTicketingOptions {
    /// Which incident.
    pub incident_id: IncidentId,
    /// Who is reading and writing.
    pub current_user: Rc<Account>,
    /// Reads again whenever the thread changed; otherwise only when asked.
    pub auto_refresh: bool,
}

/// A ticket on its way into the outbox.
pub type Sending = Pin<Box<dyn Future<Output = Result<(), CommandError>>>>;

/// The tickets of one incident.
#[derive(Clone)]
pub struct IncidentTicketingHandle {
    /// Oldest first; own unsent ones last.
    pub tickets: Rc<Vec<Rc<ThreadEntry>>>,
    /// Nothing is known yet.
    pub loading: bool,
    /// A ticket is being put into the outbox.
    pub sending: bool,
    /// Puts a text, with the draft's files, into the outbox; shows it at once.
    pub send_ticket: Rc<dyn Fn(String) -> Sending>,
    /// Puts a text into the outbox as a note among owners; shows it at once.
    pub add_note: Rc<dyn Fn(String) -> Sending>,
    /// There are unread tickets.
    pub has_unread_messages: bool,
    /// How many.
    pub unread_count: u64,
    /// Everything else that is known of the thread; none before the first page.
    pub thread: Option<Rc<ThreadState>>,
    /// Why the thread could not be read.
    pub error: Option<CommandError>,
    /// An older page is being read.
    pub loading_older: bool,
    /// Reads the next older page.
    pub load_older: Callback<()>,
    /// Reads as much as one page may carry of what is older.
    pub load_back: Callback<()>,
    /// Reads again.
    pub reload: Callback<()>,
    /// Everything up to this number was displayed.
    pub mark_read: Callback<u64>,
}

#[derive(Clone, Default, PartialEq)]
struct State {
    thread: Option<Rc<ThreadState>>,
    error: Option<CommandError>,
    loading_older: bool,
    sending: bool,
}

enum Change {
    Opened(Thread),
    Newest(Thread),
    Older(Result<Thread, CommandError>),
    LoadingOlder,
    Sending,
    Sent(Result<ThreadEntry, CommandError>),
    Failed(CommandError),
}

impl Reducible for State {
    type Action = Change;

    fn reduce(self: Rc<Self>, change: Change) -> Rc<Self> {
        let mut next = (*self).clone();
        let mut thread = next.thread.as_deref().cloned();
        match change {
            Change::Opened(page) => thread = Some(ThreadState::open(page)),
            Change::Newest(page) => match &mut thread {
                Some(thread) => thread.apply_newest(page),
                None => thread = Some(ThreadState::open(page)),
            },
            Change::LoadingOlder => next.loading_older = true,
            Change::Older(page) => {
                next.loading_older = false;
                if let (Some(thread), Ok(page)) = (&mut thread, page) {
                    thread.apply_older(page);
                }
            }
            Change::Sending => next.sending = true,
            Change::Sent(entry) => {
                next.sending = false;
                if let (Some(thread), Ok(entry)) = (&mut thread, entry) {
                    thread.apply_sent(entry);
                }
            }
            Change::Failed(error) => next.error = Some(error),
        }
        if thread.as_ref() != next.thread.as_deref() {
            next.error = None;
            next.thread = thread.map(Rc::new);
        }
        Rc::new(next)
    }
}

/// One reader of one thread: a second wish to read waits for the first and is answered by one.
struct Reader {
    backend: BackendHandle,
    incident_id: IncidentId,
    busy: bool,
    again: bool,
    gone: bool,
}

type Shared = Rc<RefCell<Reader>>;

async fn page(reader: &Shared, before_n: Option<u64>, limit: u32) -> Result<Thread, CommandError> {
    let (backend, incident_id) = {
        let reader = reader.borrow();
        (reader.backend.clone(), reader.incident_id)
    };
    backend
        .call(GetThread {
            incident_id,
            before_n,
            limit,
        })
        .await
}

/// The first page, and those above it until the place where reading stopped is among them.
async fn open(reader: &Shared) -> Result<Thread, CommandError> {
    let first = page(reader, None, PAGE).await?;
    let missing = ThreadState::open(first.clone()).missing_above_divider();
    if missing == 0 {
        return Ok(first);
    }
    // A few read tickets above the divider give the unread ones their context.
    let wanted = u64::from(PAGE) + missing + 10;
    let limit = u32::try_from(wanted).unwrap_or(u32::MAX).min(LARGEST_PAGE);
    page(reader, None, limit).await
}

fn read(reader: Shared, state: UseReducerDispatcher<State>, first: bool, limit: u32) {
    {
        let mut now = reader.borrow_mut();
        if std::mem::replace(&mut now.busy, true) {
            now.again = true;
            return;
        }
    }
    spawn_local(async move {
        let reply = if first {
            open(&reader).await
        } else {
            page(&reader, None, limit).await
        };
        let again = {
            let mut now = reader.borrow_mut();
            now.busy = false;
            if now.gone {
                return;
            }
            std::mem::take(&mut now.again)
        };
        let failed = reply.is_err();
        state.dispatch(match reply {
            Ok(page) if first => Change::Opened(page),
            Ok(page) => Change::Newest(page),
            Err(error) => Change::Failed(error),
        });
        if again {
            read(reader, state, first && failed, limit);
        }
    });
}

/// Puts a text into the outbox, as what `request` makes of it.
fn sender<R: Request<Reply = ThreadEntry>>(
    backend: &BackendHandle,
    dispatch: UseReducerDispatcher<State>,
    request: impl Fn(String) -> R + 'static,
) -> Rc<dyn Fn(String) -> Sending> {
    let backend = backend.clone();
    Rc::new(move |message| {
        let (backend, dispatch) = (backend.clone(), dispatch.clone());
        let request = request(message);
        Box::pin(async move {
            dispatch.dispatch(Change::Sending);
            let reply = backend.call(request).await;
            let result = reply.as_ref().map(|_| ()).map_err(Clone::clone);
            dispatch.dispatch(Change::Sent(reply));
            result
        })
    })
}

/// The tickets of an incident, kept fresh.
///
/// ```no_run
/// use palier_bridge::view::Account;
/// use palier_domain::IncidentId;
/// use palier_ui::hooks::{IncidentTicketingHandle, IncidentTicketingOptions, use_incident_ticketing};
/// use std::rc::Rc;
/// use yew::prelude::*;
///
/// #[derive(PartialEq, Properties)]
/// struct UnreadProps {
///     incident_id: IncidentId,
///     current_user: Rc<Account>,
/// }
///
/// #[component]
/// fn Unread(props: &UnreadProps) -> Html {
///     let IncidentTicketingHandle {
///         tickets,
///         loading,
///         sending,
///         send_ticket,
///         has_unread_messages,
///         unread_count,
///         ..
///     } = use_incident_ticketing(&IncidentTicketingOptions {
///         incident_id: props.incident_id,
///         current_user: props.current_user.clone(),
///         auto_refresh: true,
///     });
///     let onclick = Callback::from(move |_| {
///         let sent = send_ticket("Le plombier vient à 9 h".to_owned());
///         yew::platform::spawn_local(async move { sent.await.unwrap_or_default() });
///     });
///     html! {
///         <button {onclick} disabled={loading || sending}>
///             { tickets.len() }
///             if has_unread_messages { { unread_count } }
///         </button>
///     }
/// }
/// ```
#[hook]
pub fn use_incident_ticketing(options: &IncidentTicketingOptions) -> IncidentTicketingHandle {
    let IncidentTicketingOptions {
        incident_id,
        current_user,
        auto_refresh,
    } = options.clone();
    let backend = use_backend();
    let state = use_reducer_eq(State::default);
    let reader = use_mut_ref(|| Reader {
        backend: backend.clone(),
        incident_id,
        busy: false,
        again: false,
        gone: false,
    });

    {
        let (reader, dispatch) = (reader.clone(), state.dispatcher());
        use_effect_with(incident_id, move |_| {
            read(reader.clone(), dispatch, true, PAGE);
            move || reader.borrow_mut().gone = true
        });
    }
    let limit = state
        .thread
        .as_ref()
        .map_or(PAGE, |thread| thread.refresh_limit());
    let opened = state.thread.is_some();
    let reload = {
        let (reader, dispatch) = (reader.clone(), state.dispatcher());
        Callback::from(move |()| read(reader.clone(), dispatch.clone(), !opened, limit))
    };
    {
        let reload = reload.clone();
        use_app_event(move |event| {
            if auto_refresh && event == (AppEvent::ThreadChanged { incident_id }) {
                reload.emit(());
            }
        });
    }
    let load = {
        let oldest = state.thread.as_ref().filter(|thread| thread.has_older);
        let before_n = oldest.and_then(|thread| thread.oldest_n());
        let idle = !state.loading_older;
        let (reader, dispatch) = (reader.clone(), state.dispatcher());
        Callback::from(move |limit: u32| {
            let Some(before_n) = before_n.filter(|_| idle) else {
                return;
            };
            dispatch.dispatch(Change::LoadingOlder);
            let (reader, dispatch) = (reader.clone(), dispatch.clone());
            spawn_local(async move {
                let reply = page(&reader, Some(before_n), limit).await;
                if !reader.borrow().gone {
                    dispatch.dispatch(Change::Older(reply));
                }
            });
        })
    };
    let send_ticket = sender(&backend, state.dispatcher(), move |message| SendTicket {
        incident_id,
        message,
    });
    let add_note = sender(&backend, state.dispatcher(), move |message| AddNote {
        incident_id,
        message,
    });
    let mark_read = use_send::<MarkRead>().reform(move |up_to_n| MarkRead {
        incident_id,
        up_to_n,
    });

    let thread = state.thread.clone();
    let unread_count = thread.as_ref().map_or(0, |thread| {
        thread.unread(current_user.user_id, thread.read_n)
    });
    IncidentTicketingHandle {
        tickets: thread
            .as_ref()
            .map(|thread| Rc::new(thread.entries.clone()))
            .unwrap_or_default(),
        loading: thread.is_none() && state.error.is_none(),
        sending: state.sending,
        send_ticket,
        add_note,
        has_unread_messages: unread_count > 0,
        unread_count,
        error: state.error.clone(),
        loading_older: state.loading_older,
        load_older: load.reform(|()| PAGE),
        load_back: load.reform(|()| LARGEST_PAGE),
        reload,
        mark_read,
        thread,
    }
}
