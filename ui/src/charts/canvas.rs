//! What `plotters` draws on: a list of marks.

use super::Mark;
use plotters::{
    chart::MeshStyle,
    coord::ranged1d::{Ranged, ValueFormatter},
    drawing::DrawingAreaErrorKind,
    style::{IntoFont, RGBColor, TRANSPARENT},
};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    text_anchor::HPos,
};
use std::convert::Infallible;

// Names of classes in the shape of colours: a backend is told nothing else.
pub(super) const GRID: RGBColor = RGBColor(0, 0, 1);
pub(super) const LABEL: RGBColor = RGBColor(0, 0, 2);
/// Bars of one entry, in the order of its numbers.
pub(super) const BARS: [RGBColor; 2] = [RGBColor(0, 0, 3), RGBColor(0, 0, 4)];

fn class(color: BackendColor) -> &'static str {
    match color.rgb.2 {
        1 => "chart-grid",
        3 => "chart-bar",
        4 => "chart-bar second",
        _ => "chart-label",
    }
}

/// Keeps what is drawn.
pub(super) struct Canvas<'a> {
    pub marks: &'a mut Vec<Mark>,
    pub size: (u32, u32),
}

type Put = Result<(), DrawingErrorKind<Infallible>>;

/// What became of a chart. It cannot fail: the canvas refuses nothing.
pub(super) type Drawn = Result<(), DrawingAreaErrorKind<Infallible>>;

/// A grid of thin lines, and numbers beside it; nothing else of a chart's frame is drawn.
pub(super) fn plain<X, Y>(mesh: &mut MeshStyle<'_, '_, X, Y, Canvas<'_>>) -> Drawn
where
    X: Ranged<ValueType: ToString> + ValueFormatter<X::ValueType>,
    Y: Ranged<ValueType: ToString> + ValueFormatter<Y::ValueType>,
{
    mesh.light_line_style(TRANSPARENT)
        .bold_line_style(GRID)
        .axis_style(TRANSPARENT)
        .label_style(("sans-serif", 11).into_font().color(&LABEL))
        .draw()
}

impl DrawingBackend for Canvas<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Put {
        Ok(())
    }

    fn present(&mut self) -> Put {
        Ok(())
    }

    fn draw_pixel(&mut self, _: BackendCoord, _: BackendColor) -> Put {
        Ok(())
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Put {
        let color = style.color();
        if color.alpha > 0.0 {
            let class = class(color);
            self.marks.push(Mark::Line { from, to, class });
        }
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        at: BackendCoord,
        end: BackendCoord,
        style: &S,
        _: bool,
    ) -> Put {
        self.marks.push(Mark::Bar {
            at,
            size: (end.0 - at.0, end.1 - at.1),
            class: class(style.color()),
        });
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, at: BackendCoord) -> Put {
        let anchor = match style.anchor().h_pos {
            HPos::Left => "start",
            HPos::Center => "middle",
            HPos::Right => "end",
        };
        self.marks.push(Mark::Text {
            at,
            text: text.to_owned(),
            anchor,
            class: class(style.color()),
        });
        Ok(())
    }
}
