//! One after the other.

use std::{cell::RefCell, collections::VecDeque, future::Future, pin::Pin, rc::Rc};
use yew::platform::spawn_local;

type Work = Pin<Box<dyn Future<Output = ()>>>;

/// Runs what is put in one after the other, in order. Commands pass the core in parallel, so two
/// that must not overtake each other (saving a draft, sending it) go through one queue.
#[derive(Clone, Default)]
pub struct SerialQueue(Rc<RefCell<Inner>>);

#[derive(Default)]
struct Inner {
    waiting: VecDeque<Work>,
    running: bool,
}

impl SerialQueue {
    /// Puts work at the end.
    pub fn push(&self, work: impl Future<Output = ()> + 'static) {
        let idle = {
            let mut inner = self.0.borrow_mut();
            inner.waiting.push_back(Box::pin(work));
            !std::mem::replace(&mut inner.running, true)
        };
        if idle {
            spawn_local(self.clone().drain());
        }
    }

    async fn drain(self) {
        loop {
            let next = {
                let mut inner = self.0.borrow_mut();
                let next = inner.waiting.pop_front();
                inner.running = next.is_some();
                next
            };
            match next {
                Some(work) => work.await,
                None => return,
            }
        }
    }
}

impl PartialEq for SerialQueue {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}
