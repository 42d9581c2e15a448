//! Charts as plain marks: where a line, a bar or a word stands in a drawing of a given width.
//!
//! `plotters` has the coordinates, the ticks and the grid; what it draws becomes [`Mark`]s with a class
//! instead of a colour, so that the stylesheet says how they look, in light and in dark. Components put
//! the marks into an SVG and a button over every [`Slot`].

mod canvas;
mod ranking;
mod scale;
mod weeks;

use canvas::{Canvas, Drawn};
use ranking::ranking;
use weeks::weeks;

/// A sort of chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Groups of bars, one a week, from left to right.
    Weeks,
    /// Bars one below the other, each under its name, as long as the first number of its entry.
    Ranking,
}

impl Shape {
    /// Draws entries in this width. Nothing where there is no width yet, or no entry.
    pub fn draw(self, width: u32, entries: &[Entry]) -> Drawing {
        match self {
            Self::Weeks => weeks(width, entries),
            Self::Ranking => ranking(width, entries),
        }
    }
}

/// What a bar, or a few bars side by side, stand for.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// What stands beside it.
    pub label: String,
    /// One number a bar.
    pub values: Vec<u64>,
}

/// A chart of a given width.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Drawing {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// What is drawn, the lowest first.
    pub marks: Vec<Mark>,
    /// Where each entry can be pressed, in their order.
    pub slots: Vec<Slot>,
}

impl Drawing {
    /// What is drawn on a canvas of this size.
    fn of(width: u32, height: u32, draw: impl FnOnce(Canvas<'_>) -> Drawn) -> Self {
        let mut drawing = Self {
            width,
            height,
            ..Self::default()
        };
        let canvas = Canvas {
            marks: &mut drawing.marks,
            size: (width, height),
        };
        // The canvas refuses nothing.
        match draw(canvas) {
            Ok(()) => drawing,
            Err(_) => Self::default(),
        }
    }
}

/// Something that is drawn.
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    /// A line of the grid.
    Line {
        /// Where it begins.
        from: (i32, i32),
        /// Where it ends.
        to: (i32, i32),
        /// How it looks.
        class: &'static str,
    },
    /// A bar.
    Bar {
        /// What lies above and before every other point of it.
        at: (i32, i32),
        /// Width and height.
        size: (i32, i32),
        /// How it looks.
        class: &'static str,
    },
    /// A word or number.
    Text {
        /// Where it is anchored: the middle of its height.
        at: (i32, i32),
        /// What it says.
        text: String,
        /// `start`, `middle` or `end`.
        anchor: &'static str,
        /// How it looks.
        class: &'static str,
    },
}

/// A rectangle in which an entry can be pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// From the left.
    pub x: i32,
    /// From the top.
    pub y: i32,
    /// Width.
    pub width: i32,
    /// Height.
    pub height: i32,
}
