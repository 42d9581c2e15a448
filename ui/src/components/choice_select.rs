//! A choice of a few, with the system's own list.

use super::Glyph;
use icondata_core::Icon;
use icondata_lu::LuChevronDown;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// One of the choices.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The word behind it.
    pub value: AttrValue,
    /// What is shown.
    pub label: AttrValue,
}

impl Choice {
    /// A choice.
    pub fn new(value: impl Into<AttrValue>, label: impl Into<AttrValue>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
        }
    }
}

/// Properties of [`ChoiceSelect`].
#[derive(PartialEq, Properties)]
pub struct ChoiceSelectProps {
    /// What is chosen, for screen readers.
    pub label: AttrValue,
    /// The word of the present choice.
    pub value: AttrValue,
    /// All of them.
    pub choices: Vec<Choice>,
    /// Another one was chosen.
    pub onchange: Callback<String>,
    /// An icon before the words.
    #[prop_or_default]
    pub icon: Option<Icon>,
    /// Nothing can be chosen now.
    #[prop_or_default]
    pub disabled: bool,
    /// What is chosen was refused, for the reason in the element of this id.
    #[prop_or_default]
    pub refused_by: Option<AttrValue>,
    /// Finds it in tests.
    #[prop_or_default]
    pub testid: Option<AttrValue>,
    /// Classes beside `choice`.
    #[prop_or_default]
    pub class: Classes,
}

/// A native `select` that looks like the rest.
#[component]
pub fn ChoiceSelect(props: &ChoiceSelectProps) -> Html {
    let node = use_node_ref();
    {
        // What is shown follows the value, also when a choice was refused.
        let node = node.clone();
        use_effect_with(
            (props.value.clone(), props.choices.clone()),
            move |(value, _)| {
                if let Some(select) = node.cast::<HtmlSelectElement>() {
                    select.set_value(value);
                }
            },
        );
    }
    let onchange = use_callback(props.onchange.clone(), |event: Event, onchange| {
        onchange.emit(event.target_unchecked_into::<HtmlSelectElement>().value());
    });
    html! {
        <span class={classes!("choice", props.class.clone())}>
            if let Some(icon) = props.icon { <Glyph {icon} size={15} /> }
            <select
                ref={node} {onchange} disabled={props.disabled}
                aria-label={props.label.clone()} title={props.label.clone()}
                data-testid={props.testid.clone()}
                aria-invalid={props.refused_by.as_ref().map(|_| "true")} aria-describedby={props.refused_by.clone()}
            >
                { for props.choices.iter().map(|choice| html! {
                    <option
                        key={choice.value.to_string()}
                        value={choice.value.clone()}
                        selected={choice.value == props.value}
                    >
                        { &choice.label }
                    </option>
                }) }
            </select>
            <Glyph icon={LuChevronDown} size={14} class="choice-arrow" />
        </span>
    }
}
