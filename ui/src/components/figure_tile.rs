//! One figure of the dashboard.

use super::Glyph;
use icondata_core::Icon;
use yew::prelude::*;

/// Properties of [`FigureTile`].
#[derive(PartialEq, Properties)]
pub struct FigureTileProps {
    /// What it is about.
    pub icon: Icon,
    /// What is counted.
    pub label: AttrValue,
    /// The figure.
    pub figure: AttrValue,
    /// What else there is to know.
    pub hint: AttrValue,
    /// More, for whoever points at it.
    #[prop_or_default]
    pub title: Option<AttrValue>,
    /// `accent` or `waiting`, where somebody has to do something.
    #[prop_or_default]
    pub tone: &'static str,
    /// Leads to the list behind it.
    pub onclick: Callback<MouseEvent>,
    /// Finds it in tests.
    pub testid: &'static str,
}

/// A figure that leads to the list behind it.
#[component]
pub fn FigureTile(props: &FigureTileProps) -> Html {
    html! {
        <button
            type="button" class="figure" data-tone={props.tone} onclick={props.onclick.clone()}
            title={props.title.clone()} data-testid={props.testid}
        >
            <span class="figure-label"><Glyph icon={props.icon} size={16} />{ &props.label }</span>
            <span class="figure-count">{ &props.figure }</span>
            <span class="quiet">{ &props.hint }</span>
        </button>
    }
}

/// Properties of [`FiguresSkeleton`].
#[derive(PartialEq, Properties)]
pub struct FiguresSkeletonProps {
    /// How many figures.
    pub count: usize,
}

/// Figures that are being counted.
#[component]
pub fn FiguresSkeleton(props: &FiguresSkeletonProps) -> Html {
    html! {
        <div class="figures" aria-busy="true">
            { for (0..props.count).map(|index| html! { <span key={index} class="figure bone" /> }) }
        </div>
    }
}
