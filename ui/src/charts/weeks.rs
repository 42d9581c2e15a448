//! Bars side by side, one group a week, from left to right.

use super::{
    Drawing, Entry, Mark, Slot,
    canvas::{BARS, Canvas, Drawn, plain},
    scale::top,
};
use plotters::prelude::*;

/// Height of the whole drawing.
const HEIGHT: u32 = 232;
/// Room for the numbers on the left.
const LEFT: u32 = 32;
/// Room for the weeks below.
const BELOW: u32 = 26;
/// Room a week's label needs.
const LABEL_WIDTH: f64 = 58.0;
/// How much of a week's width its bars take.
const SHARE: f64 = 0.64;

/// Draws weeks in this width. Nothing where there is no width yet, or no week.
pub(super) fn weeks(width: u32, entries: &[Entry]) -> Drawing {
    let has_room = width >= 2 * LEFT && !entries.is_empty();
    let mut slots = Vec::with_capacity(entries.len());
    let mut drawing = Drawing::of(width, HEIGHT, |canvas| {
        if has_room {
            draw(canvas, entries, &mut slots)
        } else {
            Ok(())
        }
    });
    label(&mut drawing.marks, entries, &slots);
    drawing.slots = slots;
    drawing
}

fn draw(canvas: Canvas<'_>, entries: &[Entry], slots: &mut Vec<Slot>) -> Drawn {
    let area = canvas.into_drawing_area();
    let most = entries.iter().flat_map(|it| &it.values).max();
    let end = top(most.copied().unwrap_or(0));
    let mut chart = ChartBuilder::on(&area)
        .margin_top(14)
        .margin_right(2)
        .set_label_area_size(LabelAreaPosition::Left, LEFT)
        .set_label_area_size(LabelAreaPosition::Bottom, BELOW)
        .build_cartesian_2d(0.0..entries.len() as f64, 0..end)?;
    let mut mesh = chart.configure_mesh();
    plain(mesh.disable_x_mesh().disable_x_axis().y_labels(6))?;
    for (index, entry) in entries.iter().enumerate() {
        let index = index as f64;
        let each = SHARE / entry.values.len().max(1) as f64;
        let begin = index + (1.0 - SHARE) / 2.0;
        let bars = entry.values.iter().zip(BARS).enumerate();
        chart.draw_series(bars.map(|(at, (value, color))| {
            let left = begin + each * at as f64;
            Rectangle::new([(left, *value), (left + each, 0)], color.filled())
        }))?;
        let (x, y) = chart.backend_coord(&(index, end));
        let (right, bottom) = chart.backend_coord(&(index + 1.0, 0));
        slots.push(Slot {
            x,
            y,
            width: right - x,
            height: bottom - y,
        });
    }
    Ok(())
}

/// Labels below the weeks: all of them, or every second, third, … where they need more room.
fn label(marks: &mut Vec<Mark>, entries: &[Entry], slots: &[Slot]) {
    let each = slots
        .first()
        .map_or(1.0, |slot| f64::from(slot.width.max(1)));
    let every = (LABEL_WIDTH / each).ceil().max(1.0) as usize;
    // Counted from the last: the present week has its label.
    let last = entries.len().saturating_sub(1);
    let labelled = entries.iter().zip(slots).enumerate();
    for (_, (entry, slot)) in labelled.filter(|(at, _)| (last - at).is_multiple_of(every)) {
        marks.push(Mark::Text {
            at: (
                slot.x + slot.width / 2,
                slot.y + slot.height + BELOW as i32 / 2,
            ),
            text: entry.label.clone(),
            anchor: "middle",
            class: "chart-label",
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(count: u64) -> Vec<Entry> {
        let entry = |week: u64| Entry {
            label: format!("s{week}"),
            values: vec![week % 5, 1],
        };
        (0..count).map(entry).collect()
    }

    fn labels(drawing: &Drawing) -> Vec<&str> {
        let mut labels = Vec::new();
        for mark in &drawing.marks {
            if let Mark::Text { text, .. } = mark {
                labels.push(text.as_str());
            }
        }
        labels
    }

    #[test]
    fn bars_stand_on_the_axis_as_high_as_their_numbers() {
        let drawing = weeks(600, &entries(5));
        let mut bars = Vec::new();
        for mark in &drawing.marks {
            if let Mark::Bar { at, size, class } = mark {
                bars.push((at.1 + size.1, size.1, *class));
            }
        }
        assert_eq!(bars.len(), 10);
        assert!(bars.iter().all(|bar| bar.0 == bars[0].0), "{bars:?}");
        let heights: Vec<i32> = bars.iter().step_by(2).map(|bar| bar.1).collect();
        assert_eq!(heights[0], 0);
        assert!((heights[4] - 4 * heights[1]).abs() <= 3, "{heights:?}");
        assert_eq!(bars[0].2, "chart-bar");
        assert_eq!(bars[1].2, "chart-bar second");
        assert!(
            drawing
                .marks
                .iter()
                .any(|mark| matches!(mark, Mark::Line { .. }))
        );
        assert!(labels(&drawing).contains(&"4"), "{:?}", labels(&drawing));
    }

    #[test]
    fn every_week_can_be_pressed_and_none_overlaps_another() {
        for width in [280, 600, 1_200] {
            let slots = weeks(width, &entries(53)).slots;
            assert_eq!(slots.len(), 53);
            assert!(slots.iter().all(|slot| slot.width > 0 && slot.height > 100));
            let apart = |pair: &[Slot]| pair[0].x + pair[0].width <= pair[1].x;
            assert!(slots.windows(2).all(apart), "{slots:?}");
            let last = slots[52];
            assert!(last.x + last.width <= width as i32);
        }
    }

    #[test]
    fn a_narrow_chart_labels_fewer_weeks_and_always_the_last() {
        let narrow = weeks(300, &entries(12));
        let named: Vec<&str> = labels(&narrow)
            .into_iter()
            .filter(|it| it.starts_with('s'))
            .collect();
        assert_eq!(named, ["s2", "s5", "s8", "s11"]);
        let wide = weeks(1_000, &entries(12));
        assert_eq!(
            labels(&wide)
                .iter()
                .filter(|it| it.starts_with('s'))
                .count(),
            12
        );
    }

    #[test]
    fn without_room_or_weeks_nothing_is_drawn() {
        assert!(weeks(0, &entries(3)).marks.is_empty());
        assert!(weeks(600, &[]).slots.is_empty());
    }
}
