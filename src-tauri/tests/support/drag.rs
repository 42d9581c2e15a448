//! Dragging files onto a window, as a file manager does.
//!
//! This side of the XDND protocol (version 5) is the source: it owns the selection, says what it has, where
//! the pointer is and that it let go, and hands the names over when the window asks for them. The pointer
//! itself does not move: no toolkit looks at it while somebody else drags.

use super::until;
use std::path::Path;
use x11rb::{
    COPY_DEPTH_FROM_PARENT, CURRENT_TIME,
    connection::Connection,
    protocol::{
        Event,
        xproto::{
            Atom, AtomEnum, ClientMessageEvent, ConnectionExt as _, CreateWindowAux, EventMask,
            PropMode, SELECTION_NOTIFY_EVENT, SelectionNotifyEvent, SelectionRequestEvent, Window,
            WindowClass,
        },
    },
    rust_connection::RustConnection,
    wrapper::ConnectionExt as _,
};

x11rb::atom_manager! {
    /// The words of the protocol.
    Words: WordsCookie {
        XdndSelection,
        XdndAware,
        XdndEnter,
        XdndPosition,
        XdndStatus,
        XdndLeave,
        XdndDrop,
        XdndFinished,
        XdndActionCopy,
        URIS: b"text/uri-list",
    }
}

const VERSION: u32 = 5;

/// Files in somebody's hand, over no window yet.
pub struct Drag {
    display: RustConnection,
    words: Words,
    hand: Window,
    files: String,
    /// How the window answered last: whether it would take them.
    welcome: bool,
    finished: bool,
}

impl Drag {
    /// Picks files up.
    pub fn begin(display: &str, files: &[&Path]) -> Self {
        let (display, screen) = RustConnection::connect(Some(display)).unwrap();
        let words = Words::new(&display).unwrap().reply().unwrap();
        let root = &display.setup().roots[screen];
        let hand = display.generate_id().unwrap();
        let window = CreateWindowAux::new();
        let made = display.create_window(
            COPY_DEPTH_FROM_PARENT,
            hand,
            root.root,
            -10,
            -10,
            1,
            1,
            0,
            WindowClass::INPUT_OUTPUT,
            root.root_visual,
            &window,
        );
        made.unwrap().check().unwrap();
        let owned = display.set_selection_owner(hand, words.XdndSelection, CURRENT_TIME);
        owned.unwrap().check().unwrap();
        let files = files
            .iter()
            .map(|file| format!("{}\r\n", reqwest::Url::from_file_path(file).unwrap()));
        Self {
            files: files.collect(),
            words,
            hand,
            display,
            welcome: false,
            finished: false,
        }
    }

    /// Carries them over a window, this far from its corner.
    pub async fn over(&mut self, window: &str, x: i16, y: i16) {
        let window: Window = window.parse().unwrap();
        let words = self.words;
        self.tell(window, words.XdndEnter, [VERSION << 24, words.URIS, 0, 0]);
        let root = self.display.setup().roots[0].root;
        let at = self.display.translate_coordinates(window, root, x, y);
        let at = at.unwrap().reply().unwrap();
        let at = (u32::from(at.dst_x as u16) << 16) | u32::from(at.dst_y as u16);
        let position = [0, at, CURRENT_TIME, words.XdndActionCopy];
        // A toolkit may ask for the names before it knows whether it wants them.
        until("the window wants the files", async || {
            self.tell(window, words.XdndPosition, position);
            self.answer();
            self.welcome.then_some(())
        })
        .await;
    }

    /// Lets go of them, and waits until the window has taken them.
    pub async fn lets_go(mut self, window: &str) {
        let window: Window = window.parse().unwrap();
        self.tell(window, self.words.XdndDrop, [0, CURRENT_TIME, 0, 0]);
        until("the window has taken the files", async || {
            self.answer();
            self.finished.then_some(())
        })
        .await;
    }

    /// Carries them away again.
    pub fn leaves(self, window: &str) {
        let window: Window = window.parse().unwrap();
        self.tell(window, self.words.XdndLeave, [0; 4]);
        self.display.sync().unwrap();
    }

    fn tell(&self, window: Window, what: Atom, [a, b, c, d]: [u32; 4]) {
        let message = ClientMessageEvent::new(32, window, what, [self.hand, a, b, c, d]);
        let sent = self
            .display
            .send_event(false, window, EventMask::NO_EVENT, message);
        sent.unwrap().check().unwrap();
    }

    /// Answers whatever was asked by now.
    fn answer(&mut self) {
        while let Some(event) = self.display.poll_for_event().unwrap() {
            match event {
                Event::SelectionRequest(asked) => self.hand_over(&asked),
                Event::ClientMessage(said) if said.type_ == self.words.XdndStatus => {
                    self.welcome = said.data.as_data32()[1] & 1 == 1;
                }
                Event::ClientMessage(said) if said.type_ == self.words.XdndFinished => {
                    self.finished = true;
                }
                _ => {}
            }
        }
    }

    fn hand_over(&self, asked: &SelectionRequestEvent) {
        let known = asked.target == self.words.URIS;
        if known {
            let put = self.display.change_property8(
                PropMode::REPLACE,
                asked.requestor,
                asked.property,
                asked.target,
                self.files.as_bytes(),
            );
            put.unwrap().check().unwrap();
        }
        let told = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time: asked.time,
            requestor: asked.requestor,
            selection: asked.selection,
            target: asked.target,
            property: if known {
                asked.property
            } else {
                AtomEnum::NONE.into()
            },
        };
        let sent = self
            .display
            .send_event(false, asked.requestor, EventMask::NO_EVENT, told);
        sent.unwrap().check().unwrap();
    }
}
