//! Reading something and keeping it fresh.

use super::use_app_event;
use crate::{backend::BackendHandle, context::use_backend};
use palier_bridge::{AppEvent, CommandError, Request};
use std::{cell::RefCell, rc::Rc};
use yew::{platform::spawn_local, prelude::*};

/// What a request answered last.
pub struct Query<T: 'static> {
    /// The reply; stays while it is read again. None before the first.
    pub data: Option<Rc<T>>,
    /// Why the last attempt failed.
    pub error: Option<CommandError>,
    /// Reads again.
    pub reload: Callback<()>,
    /// Puts a reply in that came another way.
    pub set: Callback<Rc<T>>,
}

impl<T> Query<T> {
    /// Nothing has come yet, neither reply nor error.
    pub fn is_loading(&self) -> bool {
        self.data.is_none() && self.error.is_none()
    }
}

struct Answer<R: Request> {
    data: Option<Replied<R>>,
    error: Option<CommandError>,
}

/// A reply, and what it replies to.
struct Replied<R: Request> {
    asked: R,
    reply: Rc<R::Reply>,
}

impl<R: Request + Clone> Clone for Replied<R> {
    fn clone(&self) -> Self {
        Self {
            asked: self.asked.clone(),
            reply: self.reply.clone(),
        }
    }
}

/// What is under way for one query.
#[derive(Default)]
struct Flight {
    generation: u64,
    busy: bool,
    again: bool,
}

struct Reader<R: Request> {
    backend: BackendHandle,
    flight: Rc<RefCell<Flight>>,
    answer: UseStateSetter<Option<Answer<R>>>,
    /// Shared, so that an error keeps the data that came before it.
    last: Rc<RefCell<Option<Replied<R>>>>,
}

impl<R: Request> Clone for Reader<R> {
    fn clone(&self) -> Self {
        Self {
            backend: self.backend.clone(),
            flight: self.flight.clone(),
            answer: self.answer.clone(),
            last: self.last.clone(),
        }
    }
}

impl<R: Request + Clone> Reader<R> {
    /// Reads now, or once more after what is under way: many events make few calls.
    fn read(self, request: R) {
        let generation = {
            let mut flight = self.flight.borrow_mut();
            if std::mem::replace(&mut flight.busy, true) {
                flight.again = true;
                return;
            }
            flight.generation
        };
        spawn_local(async move {
            let reply = self.backend.call(request.clone()).await;
            let again = {
                let mut flight = self.flight.borrow_mut();
                if flight.generation != generation {
                    return;
                }
                flight.busy = false;
                std::mem::take(&mut flight.again)
            };
            match reply {
                Ok(reply) => self.show(request.clone(), Rc::new(reply)),
                Err(error) => {
                    let data = self.last.borrow().clone();
                    self.answer.set(Some(Answer {
                        data,
                        error: Some(error),
                    }));
                }
            }
            if again {
                self.read(request);
            }
        });
    }

    fn show(&self, asked: R, reply: Rc<R::Reply>) {
        let replied = Replied { asked, reply };
        *self.last.borrow_mut() = Some(replied.clone());
        self.answer.set(Some(Answer {
            data: Some(replied),
            error: None,
        }));
    }
}

/// Asks `request`, again when it changes, and again at every event that `concerns` it.
#[hook]
pub fn use_query<R>(request: R, concerns: fn(&R, &AppEvent) -> bool) -> Query<R::Reply>
where
    R: Request + Clone + PartialEq,
{
    use_current_query(request, concerns).0
}

/// As [`use_query`]; says too whether its data answers what is asked now, and not what was asked before that.
#[hook]
pub fn use_current_query<R>(
    request: R,
    concerns: fn(&R, &AppEvent) -> bool,
) -> (Query<R::Reply>, bool)
where
    R: Request + Clone + PartialEq,
{
    let backend = use_backend();
    let answer = use_state(|| None::<Answer<R>>);
    let flight = use_mut_ref(Flight::default);
    let last = use_mut_ref(|| None::<Replied<R>>);
    let reader: Reader<R> = Reader {
        backend,
        flight: flight.clone(),
        answer: answer.setter(),
        last,
    };
    let reload = {
        let (reader, request) = (reader.clone(), request.clone());
        Callback::from(move |()| reader.clone().read(request.clone()))
    };
    let set = {
        let (reader, request) = (reader.clone(), request.clone());
        Callback::from(move |reply| reader.show(request.clone(), reply))
    };
    {
        let (request, reload) = (request.clone(), reload.clone());
        use_app_event(move |event| {
            if concerns(&request, &event) {
                reload.emit(());
            }
        });
    }
    let data = answer.as_ref().and_then(|answer| answer.data.as_ref());
    let is_current = data.is_some_and(|data| data.asked == request);
    let data = data.map(|data| data.reply.clone());
    use_effect_with(request, move |request| {
        reader.read(request.clone());
        move || {
            let mut flight = flight.borrow_mut();
            *flight = Flight {
                generation: flight.generation + 1,
                ..Flight::default()
            };
        }
    });
    let query = Query {
        data,
        error: answer.as_ref().and_then(|answer| answer.error.clone()),
        reload,
        set,
    };
    (query, is_current)
}
