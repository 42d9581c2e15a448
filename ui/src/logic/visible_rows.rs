//! Which rows of a long list are drawn.

use std::ops::Range;

/// Rows drawn above and below what is seen, so that a quick scroll shows no gap.
const OVERSCAN: usize = 6;

/// The rows to draw of `count` rows of `row_height` pixels, scrolled to `scroll_top` in a viewport
/// of `viewport` pixels.
pub fn visible_rows(scroll_top: f64, viewport: f64, row_height: f64, count: usize) -> Range<usize> {
    if row_height <= 0.0 {
        return 0..count;
    }
    let first = (scroll_top.max(0.0) / row_height).floor() as usize;
    let last = ((scroll_top.max(0.0) + viewport.max(0.0)) / row_height).ceil() as usize;
    let end = (last + OVERSCAN).min(count);
    first.saturating_sub(OVERSCAN).min(end)..end
}

/// Where to scroll so that a row is seen whole; none when it is already.
pub fn scroll_to_row(row: usize, scroll_top: f64, viewport: f64, row_height: f64) -> Option<f64> {
    let top = row as f64 * row_height;
    let bottom = top + row_height;
    if top < scroll_top {
        Some(top)
    } else if bottom > scroll_top + viewport {
        Some(bottom - viewport)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_screenful_is_drawn_of_thousands() {
        assert_eq!(visible_rows(0.0, 600.0, 80.0, 5000), 0..14);
        assert_eq!(visible_rows(8000.0, 600.0, 80.0, 5000), 94..114);
        assert_eq!(visible_rows(399_400.0, 600.0, 80.0, 5000), 4986..5000);
    }

    #[test]
    fn odd_measures_draw_something_sensible() {
        assert_eq!(visible_rows(-30.0, 600.0, 80.0, 3), 0..3);
        assert_eq!(visible_rows(9999.0, 600.0, 80.0, 3), 3..3);
        assert_eq!(visible_rows(0.0, 0.0, 80.0, 100), 0..6);
        assert_eq!(visible_rows(0.0, 600.0, 0.0, 7), 0..7);
    }

    #[test]
    fn a_row_comes_into_view_by_the_shortest_way() {
        assert_eq!(scroll_to_row(2, 0.0, 600.0, 80.0), None);
        assert_eq!(scroll_to_row(0, 100.0, 600.0, 80.0), Some(0.0));
        assert_eq!(scroll_to_row(10, 0.0, 600.0, 80.0), Some(280.0));
    }
}
