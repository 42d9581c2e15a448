//! A chart with its title, its legend, and a table for who cannot see it.

use super::BarChart;
use crate::{
    charts::{Entry, Shape},
    context::use_i18n,
    hooks::use_width,
    logic::dashboard::{median, nine_of_ten},
};
use palier_domain::Figures;
use yew::prelude::*;

/// A line of the table, and a bar of the chart.
#[derive(Debug, Clone, PartialEq)]
pub struct ChartRow {
    /// What stands beside the bar.
    pub label: AttrValue,
    /// What it is called in the table.
    pub name: AttrValue,
    /// What the bar says to who cannot see it.
    pub says: AttrValue,
    /// Its figures.
    pub figures: Figures,
}

/// Properties of [`ChartCard`].
#[derive(PartialEq, Properties)]
pub struct ChartCardProps {
    /// What it is about.
    pub title: AttrValue,
    /// What its rows are: the head of the table's first column.
    pub of: AttrValue,
    /// How it is drawn. Resolved incidents have a bar of their own in weeks only.
    pub shape: Shape,
    /// The rows.
    pub rows: Vec<ChartRow>,
    /// How many of them have a bar.
    #[prop_or(usize::MAX)]
    pub most: usize,
    /// A bar or the name of a row was pressed.
    pub onpress: Callback<usize>,
    /// Finds it in tests.
    pub testid: AttrValue,
}

/// The chart, or that nothing happened.
#[component]
pub fn ChartCard(props: &ChartCardProps) -> Html {
    let i18n = use_i18n();
    let room = use_node_ref();
    let width = use_width(room.clone());
    let rows = &props.rows;
    let with_resolved = props.shape == Shape::Weeks;
    let shown = &rows[..rows.len().min(props.most)];
    let nothing = rows
        .iter()
        .all(|row| row.figures.opened + row.figures.resolved == 0);
    let entries: Vec<Entry> = shown
        .iter()
        .map(|row| {
            let all = [row.figures.opened, row.figures.resolved];
            let bars = if with_resolved { 2 } else { 1 };
            Entry {
                label: row.label.to_string(),
                values: all[..bars].to_vec(),
            }
        })
        .collect();
    let hidden = rows.len() - shown.len();
    html! {
        <section class="card chart" data-testid={props.testid.clone()}>
            <header class="chart-head">
                <h2>{ &props.title }</h2>
                if with_resolved {
                    <p class="chart-legend">
                        <span>{ i18n.text("dashboard-opened") }</span>
                        <span class="second">{ i18n.text("dashboard-resolved") }</span>
                    </p>
                }
            </header>
            <div ref={room}>
                if nothing {
                    <p class="chart-nothing">{ i18n.text("dashboard-nothing") }</p>
                } else {
                    <BarChart
                        label={i18n.format("dashboard-chart-label", &[("title", props.title.to_string().into())])}
                        drawing={props.shape.draw(width, &entries)}
                        names={shown.iter().map(|row| row.says.clone()).collect::<Vec<_>>()}
                        onpress={props.onpress.clone()}
                    />
                }
            </div>
            if !nothing {
                <details class="chart-table">
                    <summary>
                        { i18n.text("dashboard-table") }
                        if hidden > 0 {
                            { i18n.format("dashboard-table-more", &[("count", hidden.into())]) }
                        }
                    </summary>
                    <FiguresTable caption={props.title.clone()} of={props.of.clone()} rows={rows.clone()} onpress={props.onpress.clone()} />
                </details>
            }
        </section>
    }
}

/// Properties of [`FiguresTable`].
#[derive(PartialEq, Properties)]
struct FiguresTableProps {
    caption: AttrValue,
    of: AttrValue,
    rows: Vec<ChartRow>,
    onpress: Callback<usize>,
}

/// Every figure of every row, as words.
#[component]
fn FiguresTable(props: &FiguresTableProps) -> Html {
    let i18n = use_i18n();
    let head = |key: &str| html! { <th scope="col">{ i18n.text(key) }</th> };
    let row = |(index, row): (usize, &ChartRow)| {
        let onclick = props.onpress.reform(move |_: MouseEvent| index);
        let of = &row.figures;
        let took = |spread| {
            let title = i18n.format(
                "dashboard-p90",
                &[("p90", nine_of_ten(&i18n, spread).into())],
            );
            html! { <td {title}>{ median(&i18n, spread) }</td> }
        };
        html! {
            <tr key={index}>
                <th scope="row"><button type="button" class="link" {onclick}>{ &row.name }</button></th>
                <td>{ of.opened }</td>
                <td>{ of.resolved }</td>
                <td>{ of.reopened }</td>
                <td>{ of.unanswered }</td>
                { took(&of.first_response) }
                <td>{ nine_of_ten(&i18n, &of.first_response) }</td>
                { took(&of.resolution) }
                <td>{ nine_of_ten(&i18n, &of.resolution) }</td>
            </tr>
        }
    };
    html! {
        <div class="table-scroll" role="region" aria-label={props.caption.clone()} tabindex="0">
            <table>
                <caption class="sr-only">{ &props.caption }</caption>
                <thead><tr>
                    <th scope="col">{ &props.of }</th>
                    { head("dashboard-opened") }
                    { head("dashboard-resolved") }
                    { head("dashboard-reopened") }
                    { head("dashboard-unanswered-short") }
                    { head("dashboard-response") }
                    { head("dashboard-response-p90") }
                    { head("dashboard-resolution") }
                    { head("dashboard-resolution-p90") }
                </tr></thead>
                <tbody>{ for props.rows.iter().enumerate().map(row) }</tbody>
            </table>
        </div>
    }
}
