//! Bars that can be seen, pressed, and walked through with the arrow keys.

use crate::{
    charts::{Drawing, Mark, Slot},
    hooks::use_styles,
};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

/// Properties of [`BarChart`].
#[derive(PartialEq, Properties)]
pub struct BarChartProps {
    /// The bars, for who cannot see them.
    pub label: AttrValue,
    /// What is drawn.
    pub drawing: Drawing,
    /// What each entry says, in the order of the slots.
    pub names: Vec<AttrValue>,
    /// An entry was pressed.
    pub onpress: Callback<usize>,
}

/// The drawing, and over each of its entries a button. One of them takes the keyboard; the arrows lead
/// to the others.
#[component]
pub fn BarChart(props: &BarChartProps) -> Html {
    let drawing = &props.drawing;
    let buttons = use_node_ref();
    let at = use_state_eq(|| 0_usize);
    let count = drawing.slots.len();
    let current = (*at).min(count.saturating_sub(1));
    let onkeydown = {
        let (buttons, at) = (buttons.clone(), at.setter());
        Callback::from(move |event: KeyboardEvent| {
            let next = match event.key().as_str() {
                "ArrowRight" | "ArrowDown" => (current + 1).min(count.saturating_sub(1)),
                "ArrowLeft" | "ArrowUp" => current.saturating_sub(1),
                "Home" => 0,
                "End" => count.saturating_sub(1),
                _ => return,
            };
            event.prevent_default();
            at.set(next);
            let all = buttons.cast::<HtmlElement>().map(|it| it.children());
            let index = u32::try_from(next).unwrap_or(0);
            if let Some(button) = all.and_then(|all| all.item(index)) {
                let _ = button.unchecked_into::<HtmlElement>().focus();
            }
        })
    };
    let button = |(index, slot): (usize, &Slot)| {
        let (onpress, at) = (props.onpress.clone(), at.setter());
        let onclick = Callback::from(move |_: MouseEvent| {
            at.set(index);
            onpress.emit(index);
        });
        let name = props.names.get(index).cloned().unwrap_or_default();
        html! {
            <BarSlot key={index} slot={*slot} {name} current={index == current} {onclick} />
        }
    };
    let (width, height) = (drawing.width.to_string(), drawing.height.to_string());
    let bars = use_styles(vec![("height", format!("{height}px"))]);
    html! {
        <div class="bars" ref={bars}>
            <svg {width} {height} aria-hidden="true" focusable="false">
                { for drawing.marks.iter().map(draw) }
            </svg>
            <div ref={buttons} role="group" aria-label={props.label.clone()} {onkeydown}>
                { for drawing.slots.iter().enumerate().map(button) }
            </div>
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct BarSlotProps {
    slot: Slot,
    name: AttrValue,
    current: bool,
    onclick: Callback<MouseEvent>,
}

/// The button over one entry.
#[component]
fn BarSlot(props: &BarSlotProps) -> Html {
    let BarSlotProps {
        slot,
        name,
        current,
        onclick,
    } = props;
    let pixels = [
        ("left", slot.x),
        ("top", slot.y),
        ("width", slot.width),
        ("height", slot.height),
    ];
    let button = use_styles(
        pixels
            .map(|(name, length)| (name, format!("{length}px")))
            .to_vec(),
    );
    html! {
        <button
            ref={button} type="button" class="bar-slot" {onclick} data-testid="bar"
            title={name.clone()} aria-label={name.clone()}
            tabindex={if *current { "0" } else { "-1" }}
        />
    }
}

fn draw(mark: &Mark) -> Html {
    match mark {
        // Half a pixel down, a line of one pixel is sharp.
        Mark::Line { from, to, class } => html! {
            <line
                class={*class} x1={half(from.0)} y1={half(from.1)} x2={half(to.0)} y2={half(to.1)}
            />
        },
        Mark::Bar { at, size, class } => html! {
            <rect
                class={*class} x={at.0.to_string()} y={at.1.to_string()}
                width={size.0.to_string()} height={size.1.to_string()} rx="2"
            />
        },
        Mark::Text {
            at,
            text,
            anchor,
            class,
        } => html! {
            <text
                class={*class} x={at.0.to_string()} y={at.1.to_string()}
                text-anchor={*anchor} dominant-baseline="central"
            >{ text }</text>
        },
    }
}

fn half(pixel: i32) -> String {
    format!("{pixel}.5")
}
