//! The charts of the dashboard: by week, by property, by category.

use super::{ChartCard, ChartRow};
use crate::{
    charts::Shape,
    clock::{local, now},
    context::use_i18n,
    logic::{
        dashboard::{MOST_BARS, bar_name, counted, opened_in_week},
        find_in_list::{ListFilters, plain},
    },
};
use palier_bridge::view::{DashboardView, PropertyName};
use palier_domain::{Counted, Figures};
use std::{cmp::Reverse, rc::Rc};
use yew::prelude::*;

/// Properties of [`DashboardCharts`].
#[derive(PartialEq, Properties)]
pub struct DashboardChartsProps {
    /// The figures.
    pub view: Rc<DashboardView>,
    /// The property that they are of; all of them without.
    pub property: Option<PropertyName>,
    /// Leads to a list.
    pub ongo: Callback<ListFilters>,
}

/// A row, and the list behind it.
type Leads = (ChartRow, ListFilters);

/// Three charts; that of properties goes where only one is shown.
#[component]
pub fn DashboardCharts(props: &DashboardChartsProps) -> Html {
    let i18n = use_i18n();
    let shown = &props.view.figures;
    let property = props.property.as_ref();
    let today = local(now()).date();
    let row = |label: String, name: String, figures: Figures| ChartRow {
        says: bar_name(&i18n, &name, &figures).into(),
        label: label.into(),
        name: name.into(),
        figures,
    };
    let by_week: Vec<Leads> = shown
        .weeks
        .iter()
        .map(|it| {
            let monday = i18n.short_date(it.week, today);
            let name = i18n.format("dashboard-week", &[("date", monday.clone().into())]);
            let list = opened_in_week(it.week, shown, property);
            (row(monday, name, it.figures), list)
        })
        .collect();
    let by_property = most_first(shown.properties.iter().map(|it| {
        let here = PropertyName {
            id: it.property_id,
            name: it.name.clone(),
        };
        (
            row(it.name.clone(), it.name.clone(), it.figures),
            counted(Counted::Opened, shown, Some(&here)),
        )
    }));
    let by_category = most_first(shown.categories.iter().map(|it| {
        let name = i18n.category(it.category);
        let list = ListFilters {
            category: Some(it.category),
            ..counted(Counted::Opened, shown, property)
        };
        (row(name.clone(), name, it.figures), list)
    }));
    let card = |key: &'static str, shape, most, leads: Vec<Leads>| {
        let (rows, lists): (Vec<ChartRow>, Vec<ListFilters>) = leads.into_iter().unzip();
        let ongo = props.ongo.clone();
        let onpress = Callback::from(move |index: usize| {
            if let Some(list) = lists.get(index) {
                ongo.emit(list.clone());
            }
        });
        html! {
            <ChartCard
                title={i18n.text(&format!("dashboard-by-{key}"))} of={i18n.text(&format!("dashboard-of-{key}"))}
                {shape} {rows} {most} {onpress} testid={format!("by-{key}")}
            />
        }
    };
    html! {
        <div class="charts">
            { card("week", Shape::Weeks, usize::MAX, by_week) }
            if property.is_none() { { card("property", Shape::Ranking, MOST_BARS, by_property) } }
            { card("category", Shape::Ranking, MOST_BARS, by_category) }
        </div>
    }
}

/// Where most was opened comes first.
fn most_first(rows: impl Iterator<Item = Leads>) -> Vec<Leads> {
    let mut rows: Vec<Leads> = rows.collect();
    rows.sort_by_key(|(row, _)| (Reverse(row.figures.opened), plain(&row.name)));
    rows
}
