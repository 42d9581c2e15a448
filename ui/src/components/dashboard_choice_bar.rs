//! Of which days and property the dashboard is, and its export.

use super::{Choice, ChoiceSelect, Glyph};
use crate::{
    context::use_i18n,
    logic::dashboard::{DashboardChoice, PERIODS, period_of, period_word},
};
use chrono::NaiveDate;
use icondata_lu::{LuBuilding2, LuCalendarDays, LuDownload};
use palier_bridge::{CommandError, view::DashboardView};
use palier_domain::PeriodChoice;
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// Properties of [`DashboardChoiceBar`].
#[derive(PartialEq, Properties)]
pub struct DashboardChoiceBarProps {
    /// What is chosen.
    pub choice: DashboardChoice,
    /// What is shown of it.
    pub shown: Option<Rc<DashboardView>>,
    /// Something else was chosen.
    pub onchoice: Callback<DashboardChoice>,
    /// The figures shall be saved.
    pub onexport: Callback<()>,
    /// What was chosen is refused.
    #[prop_or_default]
    pub error: Option<CommandError>,
}

/// Two lists, two days where days are wanted, and a button.
#[component]
pub fn DashboardChoiceBar(props: &DashboardChoiceBarProps) -> Html {
    let i18n = use_i18n();
    let choice = props.choice;
    let periods: Vec<Choice> = PERIODS
        .iter()
        .map(|word| Choice::new(*word, i18n.text(&format!("dashboard-period-{word}"))))
        .collect();
    let onperiod = {
        let (onchoice, shown) = (props.onchoice.clone(), props.shown.clone());
        Callback::from(move |word: String| {
            let period = period_of(&word, shown.as_ref().map(|it| &it.figures));
            onchoice.emit(DashboardChoice { period, ..choice });
        })
    };
    let known = props
        .shown
        .as_ref()
        .map(|it| it.properties.as_slice())
        .unwrap_or_default();
    let all = Choice::new("", i18n.text("dashboard-every-property"));
    let properties: Vec<Choice> = std::iter::once(all)
        .chain(
            known
                .iter()
                .map(|it| Choice::new(it.id.to_string(), it.name.clone())),
        )
        .collect();
    let onproperty = props.onchoice.reform(move |id: String| DashboardChoice {
        property: id.parse().ok(),
        ..choice
    });
    let day = |key: &str,
               testid: &'static str,
               value: NaiveDate,
               with: fn(NaiveDate, NaiveDate, NaiveDate) -> (NaiveDate, NaiveDate)| {
        let PeriodChoice::Days { from, to } = choice.period else {
            return html! {};
        };
        let onchoice = props.onchoice.clone();
        let onchange = Callback::from(move |event: Event| {
            let typed = event.target_unchecked_into::<HtmlInputElement>().value();
            if let Ok(day) = typed.parse() {
                let (from, to) = with(day, from, to);
                let period = PeriodChoice::Days { from, to };
                onchoice.emit(DashboardChoice { period, ..choice });
            }
        });
        html! {
            <label class="date-choice">
                <span>{ i18n.text(key) }</span>
                <input type="date" value={value.to_string()} {onchange} data-testid={testid} />
            </label>
        }
    };
    let days = match choice.period {
        PeriodChoice::Days { from, to } => html! {
            <>
                { day("dashboard-from", "dashboard-from", from, |day, _, to| (day, to)) }
                { day("dashboard-to", "dashboard-to", to, |day, from, _| (from, day)) }
            </>
        },
        _ => html! {},
    };
    let onexport = props.onexport.reform(|_: MouseEvent| ());
    html! {
        <div class="dashboard-choice" role="group" aria-label={i18n.text("dashboard-choice")}>
            <ChoiceSelect
                label={i18n.text("dashboard-period")} icon={LuCalendarDays}
                value={period_word(choice.period)} choices={periods} onchange={onperiod}
                testid="dashboard-period"
            />
            { days }
            if known.len() > 1 {
                <ChoiceSelect
                    label={i18n.text("dashboard-property")} icon={LuBuilding2}
                    value={choice.property.map(|id| id.to_string()).unwrap_or_default()}
                    choices={properties} onchange={onproperty} testid="dashboard-property"
                />
            }
            <span class="grow" />
            <button
                type="button" class="button" onclick={onexport} data-testid="dashboard-export"
                disabled={props.shown.is_none() || props.error.is_some()}
            >
                <Glyph icon={LuDownload} size={16} />{ i18n.text("dashboard-export") }
            </button>
            if let Some(error) = &props.error {
                <p class="field-error" role="alert" data-testid="dashboard-error">{ i18n.error(error) }</p>
            }
        </div>
    }
}
