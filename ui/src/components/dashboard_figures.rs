//! The figures of the dashboard: how things stand now, and what happened in the period.

use super::FigureTile;
use crate::{
    clock::{local, now},
    context::use_i18n,
    logic::{
        dashboard::{counted, days, median, nine_of_ten},
        find_in_list::ListFilters,
    },
};
use icondata_core::Icon;
use icondata_lu::{
    LuCircleCheckBig, LuCircleDot, LuCornerUpLeft, LuHourglass, LuInbox, LuMail, LuMessageCircle,
    LuRotateCcw, LuTimer,
};
use palier_bridge::view::{Behind, DashboardView, PropertyName};
use palier_domain::{Counted, Role, Spread};
use std::rc::Rc;
use yew::prelude::*;

/// Properties of [`DashboardFigures`].
#[derive(PartialEq, Properties)]
pub struct DashboardFiguresProps {
    /// The figures.
    pub view: Rc<DashboardView>,
    /// The property that they are of; all of them without.
    pub property: Option<PropertyName>,
    /// Leads to a list.
    pub ongo: Callback<ListFilters>,
}

/// Two rows of figures, each of which leads to the list behind it.
#[component]
pub fn DashboardFigures(props: &DashboardFiguresProps) -> Html {
    let i18n = use_i18n();
    let shown = &props.view.figures;
    let (present, total) = (&shown.present, &shown.total);
    let here = |filters: ListFilters| ListFilters {
        property: props.property.clone(),
        ..filters
    };
    let unread = ListFilters {
        unread_only: true,
        ..ListFilters::all()
    };
    let behind = |behind| here(ListFilters::behind(behind));
    let tile =
        |icon: Icon, key: &'static str, figure: String, hint: String, tone, to: ListFilters| {
            let onclick = props.ongo.reform(move |_: MouseEvent| to.clone());
            html! {
                <FigureTile
                    {icon} label={i18n.text(&format!("dashboard-{key}"))} {figure} {hint} {tone}
                    {onclick} testid={key}
                />
            }
        };
    let tone = |count: u64, tone| if count > 0 { tone } else { "" };
    let hint = |key: &str, count: u64| {
        i18n.format(&format!("dashboard-{key}-hint"), &[("count", count.into())])
    };
    let waits = |role| behind(Behind::WaitsFor { role });
    let happened = |icon, key, figure: u64, what| {
        let hint = i18n.text(&format!("dashboard-{key}-hint"));
        let list = counted(what, shown, props.property.as_ref());
        tile(icon, key, figure.to_string(), hint, "", list)
    };
    let took = |icon, key: &'static str, spread: &Spread, what, unanswered: u64| {
        let args = [
            ("p90", nine_of_ten(&i18n, spread).into()),
            ("count", spread.count.into()),
            ("unanswered", unanswered.into()),
        ];
        let hint = match spread.count {
            0 => i18n.format(&format!("dashboard-{key}-none"), &args[2..]),
            _ => i18n.format(&format!("dashboard-{key}-hint"), &args),
        };
        let list = counted(what, shown, props.property.as_ref());
        tile(icon, key, median(&i18n, spread), hint, "", list)
    };
    let today = local(now()).date();
    html! {
        <>
            <section aria-labelledby="dashboard-now">
                <h2 id="dashboard-now" class="part-title">{ i18n.text("dashboard-now") }</h2>
                <div class="figures">
                    { tile(LuCircleDot, "open", present.open.to_string(), hint("open", present.new), "", behind(Behind::UnderWay)) }
                    { tile(LuMail, "unread", present.unread.to_string(), hint("unread", present.unread_incidents), tone(present.unread, "accent"), here(unread)) }
                    { tile(LuCornerUpLeft, "waiting-owner", present.waiting_for_owner.to_string(), i18n.text("dashboard-waiting-owner-hint"), tone(present.waiting_for_owner, "waiting"), waits(Role::Owner)) }
                    { tile(LuHourglass, "waiting-tenant", present.waiting_for_tenant.to_string(), i18n.text("dashboard-waiting-tenant-hint"), "", waits(Role::Tenant)) }
                </div>
            </section>
            <section aria-labelledby="dashboard-in-period">
                <h2 id="dashboard-in-period" class="part-title" data-testid="dashboard-days">
                    { days(&i18n, shown.from, shown.to, today) }
                </h2>
                <div class="figures">
                    { happened(LuInbox, "opened", total.opened, Counted::Opened) }
                    { took(LuMessageCircle, "response", &total.first_response, Counted::Answered, total.unanswered) }
                    { took(LuTimer, "resolution", &total.resolution, Counted::Mended, 0) }
                    { happened(LuCircleCheckBig, "resolved", total.resolved, Counted::Resolved) }
                    { happened(LuRotateCcw, "reopened", total.reopened, Counted::Reopened) }
                </div>
            </section>
        </>
    }
}
