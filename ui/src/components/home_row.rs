//! A unit among what is let: who lives there, who is invited, what can be done.

use super::{Glyph, LettingWish};
use crate::{
    clock::{local, now},
    context::{I18n, use_i18n},
    hooks::use_send,
    logic::letting::{Home, home_of},
};
use icondata_lu::{LuKeyRound, LuMail, LuUserPlus, LuX};
use palier_bridge::{
    request::RevokeInvitation,
    view::{HomeView, InvitationView, LeaseView},
};
use yew::prelude::*;

/// Properties of [`HomeRow`].
#[derive(PartialEq, Properties)]
pub struct HomeRowProps {
    /// The unit.
    pub home: HomeView,
    /// Invitations that stand, to whichever lease.
    pub invitations: Vec<InvitationView>,
    /// Changes are possible.
    pub online: bool,
    /// Something is to be changed.
    pub wish: Callback<LettingWish>,
}

fn days(i18n: &I18n, lease: &LeaseView) -> String {
    let today = local(now()).date();
    let from = i18n.short_date(lease.starts_on, today);
    match lease.ends_on {
        None => i18n.format("letting-since", &[("from", from.into())]),
        Some(to) => {
            let to = i18n.short_date(to, today);
            i18n.format(
                "letting-from-to",
                &[("from", from.into()), ("to", to.into())],
            )
        }
    }
}

/// Label, tenants or that it is free, invitations, and the buttons.
#[component]
pub fn HomeRow(props: &HomeRowProps) -> Html {
    let i18n = use_i18n();
    let revoke = use_send::<RevokeInvitation>();
    let home = &props.home;
    let unit_id = home.id;
    let Home { now, to_come } = home_of(&home.leases);
    let lets = props
        .wish
        .reform(move |_: MouseEvent| LettingWish::Lease(unit_id));
    let lives = |lease: &LeaseView| {
        let here: Vec<&str> = lease
            .tenants
            .iter()
            .filter(|tenant| !tenant.has_left)
            .map(|tenant| tenant.name.as_str())
            .collect();
        let who = match here.is_empty() {
            true => i18n.text("letting-nobody-yet"),
            false => here.join(", "),
        };
        html! {
            <>
                <p class="home-who">{ who }</p>
                <p class="quiet">{ days(&i18n, lease) }</p>
            </>
        }
    };
    let invited = |lease: &LeaseView| {
        let id = lease.id;
        let open = props
            .invitations
            .iter()
            .filter(move |it| it.lease_id == Some(id));
        html! {
            { for open.map(|it| {
                let (id, online) = (it.id, props.online);
                let onclick = revoke.reform(move |_: MouseEvent| RevokeInvitation { id });
                let words = [("email", it.email.as_str().into())];
                html! {
                    <p class="home-invited" data-testid="invited">
                        <Glyph icon={LuMail} size={14} />{ i18n.format("letting-invited", &words) }
                        <button
                            type="button" class="icon-button small" aria-label={i18n.text("letting-revoke")}
                            title={i18n.text("letting-revoke")} disabled={!online} {onclick}
                        >
                            <Glyph icon={LuX} size={14} />
                        </button>
                    </p>
                }
            }) }
        }
    };
    let acts = |lease: &LeaseView| {
        let (lease_id, ends_on) = (lease.id, lease.ends_on);
        let invite = props
            .wish
            .reform(move |_: MouseEvent| LettingWish::Tenant(lease_id));
        let end = props
            .wish
            .reform(move |_: MouseEvent| LettingWish::End(lease_id, ends_on));
        html! {
            <>
                <button type="button" class="button small" data-testid="invite-tenant" disabled={!props.online} onclick={invite}>
                    <Glyph icon={LuUserPlus} size={15} />{ i18n.text("letting-invite-tenant") }
                </button>
                <button type="button" class="button small" data-testid="end-lease" disabled={!props.online} onclick={end}>
                    { i18n.text("letting-end") }
                </button>
            </>
        }
    };
    html! {
        <li class="home" data-testid="home" data-free={now.is_none().to_string()}>
            <p class="home-label">
                { &home.label }
                if home.active_incidents > 0 {
                    <span class="chip">{ i18n.format("letting-active", &[("count", home.active_incidents.into())]) }</span>
                }
            </p>
            <div class="home-people">
                { match now {
                    Some(lease) => html! { <>{ lives(lease) }{ invited(lease) }</> },
                    None => html! { <p class="quiet">{ i18n.text("letting-free") }</p> },
                } }
                if let Some(lease) = to_come {
                    <p class="quiet">{ i18n.text("letting-to-come") }</p>
                    { lives(lease) }
                    { invited(lease) }
                }
            </div>
            <div class="home-acts">
                if let Some(lease) = now.or(to_come) { { acts(lease) } }
                if now.is_none() && to_come.is_none() {
                    <button type="button" class="button small primary" data-testid="make-lease" disabled={!props.online} onclick={lets}>
                        <Glyph icon={LuKeyRound} size={15} />{ i18n.text("letting-make-lease") }
                    </button>
                }
            </div>
        </li>
    }
}
