//! Bars one below the other, each under its name.

use super::{
    Drawing, Entry, Mark, Slot,
    canvas::{BARS, Canvas, Drawn, plain},
    scale::top,
};
use plotters::prelude::*;

/// Height of an entry: its name, its bar, and room.
const ROW: i32 = 48;
/// From the top of an entry to the middle of its name.
const NAME: i32 = 13;
/// From the top of an entry to its bar.
const BAR: i32 = 24;
/// Height of a bar.
const THICK: i32 = 14;
/// Room for the numbers below.
const BELOW: u32 = 24;
/// Room on the right, for half of the last number.
const RIGHT: u32 = 12;
/// About as wide is a letter of a name.
const LETTER: u32 = 8;

/// Draws entries in this width, by the first of their numbers. Nothing where there is no width yet.
pub(super) fn ranking(width: u32, entries: &[Entry]) -> Drawing {
    let rows = ROW * i32::try_from(entries.len()).unwrap_or(0);
    let has_room = width >= 4 * RIGHT && !entries.is_empty();
    let mut drawing = Drawing::of(width, rows.unsigned_abs() + BELOW, |canvas| {
        if has_room {
            draw(canvas, entries)
        } else {
            Ok(())
        }
    });
    if !has_room {
        return drawing;
    }
    for (row, entry) in (0..).zip(entries) {
        let y = row * ROW;
        drawing.slots.push(Slot {
            x: 0,
            y,
            width: width as i32,
            height: ROW,
        });
        let value = entry.values.first().copied().unwrap_or(0).to_string();
        let room = (width / LETTER) as usize - value.len() - 2;
        let right = width as i32 - RIGHT as i32;
        drawing
            .marks
            .push(name((0, y + NAME), shortened(&entry.label, room), "start"));
        drawing.marks.push(name((right, y + NAME), value, "end"));
    }
    drawing
}

fn name(at: (i32, i32), text: String, anchor: &'static str) -> Mark {
    Mark::Text {
        at,
        text,
        anchor,
        class: "chart-name",
    }
}

fn draw(canvas: Canvas<'_>, entries: &[Entry]) -> Drawn {
    let area = canvas.into_drawing_area();
    let first = |entry: &Entry| entry.values.first().copied().unwrap_or(0);
    let end = top(entries.iter().map(first).max().unwrap_or(0));
    let rows = ROW * i32::try_from(entries.len()).unwrap_or(0);
    let mut chart = ChartBuilder::on(&area)
        .margin_right(RIGHT)
        .set_label_area_size(LabelAreaPosition::Bottom, BELOW)
        .build_cartesian_2d(0..end, 0..rows)?;
    let mut mesh = chart.configure_mesh();
    plain(mesh.disable_y_mesh().disable_y_axis().x_labels(6))?;
    // The axis counts from below, rows from above.
    let bars = (0..).zip(entries).map(|(row, entry)| {
        let above = rows - row * ROW - BAR;
        Rectangle::new(
            [(0, above), (first(entry), above - THICK)],
            BARS[0].filled(),
        )
    });
    chart.draw_series(bars)?;
    Ok(())
}

/// A name of at most so many letters.
fn shortened(name: &str, most: usize) -> String {
    if name.chars().count() <= most {
        return name.to_owned();
    }
    let kept: String = name.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries() -> Vec<Entry> {
        [
            ("12 rue des Lilas", 8),
            ("Résidence du Parc", 4),
            ("3 quai Nord", 0),
        ]
        .map(|(label, value)| Entry {
            label: label.to_owned(),
            values: vec![value],
        })
        .to_vec()
    }

    #[test]
    fn each_bar_lies_under_its_name_and_as_long_as_its_number() {
        let drawing = ranking(400, &entries());
        let mut bars = Vec::new();
        for mark in &drawing.marks {
            if let Mark::Bar { at, size, .. } = mark {
                bars.push((*at, *size));
            }
        }
        assert_eq!(bars.len(), 3);
        assert!((bars[0].1.0 - 2 * bars[1].1.0).abs() <= 2, "{bars:?}");
        assert_eq!(bars[2].1.0, 0);
        for (slot, (at, size)) in drawing.slots.iter().zip(&bars) {
            assert!(
                at.1 >= slot.y + NAME && at.1 + size.1 <= slot.y + slot.height,
                "{bars:?}"
            );
        }
        assert_eq!(drawing.height, 3 * 48 + 24);
    }

    #[test]
    fn a_name_that_is_too_long_is_cut_and_its_number_is_not() {
        let long = "Résidence du Parc de la Beaujoire, bâtiment C, escalier gauche";
        let entry = Entry {
            label: long.to_owned(),
            values: vec![1_234],
        };
        let drawing = ranking(280, &[entry]);
        let mut names = Vec::new();
        for mark in &drawing.marks {
            if let Mark::Text {
                text,
                class: "chart-name",
                ..
            } = mark
            {
                names.push(text.as_str());
            }
        }
        assert_eq!(names, ["Résidence du Parc de la Beau…", "1234"]);
    }

    #[test]
    fn without_room_or_entries_nothing_is_drawn() {
        assert!(ranking(0, &entries()).marks.is_empty());
        assert!(ranking(400, &[]).slots.is_empty());
    }
}
