//! What is let, to whom: portfolios, properties, units, leases.

use super::{EmptyState, Glyph, HomeRow, LettingDialog, LettingWish, ListSkeleton};
use crate::{context::use_i18n, hooks::use_query};
use icondata_lu::{LuBuilding2, LuCloudOff, LuHouse, LuOctagonAlert, LuPlus, LuUserPlus};
use palier_bridge::{
    AppEvent,
    request::{ListInvitations, ListPortfolios},
    view::{InvitationView, Link, PortfolioView, PropertyView},
};
use yew::prelude::*;

/// Properties of [`PropertiesPage`].
#[derive(PartialEq, Properties)]
pub struct PropertiesPageProps {
    /// How the connection stands: what is let is changed on the server alone.
    pub link: Link,
}

/// Everything that is let, with the ways to add to it, to invite, and to end a lease. Readable offline.
#[component]
pub fn PropertiesPage(props: &PropertiesPageProps) -> Html {
    let i18n = use_i18n();
    let wish = use_state_eq(|| None::<LettingWish>);
    let portfolios = use_query(ListPortfolios {}, |_, event| {
        matches!(event, AppEvent::IncidentsChanged)
    });
    let invitations = use_query(ListInvitations {}, |_, event| {
        matches!(event, AppEvent::LettingChanged)
    });
    let online = props.link == Link::Online;
    use_effect_with(online, {
        let reload = invitations.reload.clone();
        move |online| {
            if *online {
                reload.emit(());
            }
        }
    });
    let opens = use_callback(wish.setter(), |which: LettingWish, wish| {
        wish.set(Some(which))
    });
    let onclose = use_callback(wish.setter(), |(), wish| wish.set(None));
    let open: Vec<InvitationView> = invitations
        .data
        .as_ref()
        .filter(|_| online)
        .map(|all| (**all).clone())
        .unwrap_or_default();
    let body = match (&portfolios.data, &portfolios.error) {
        (Some(all), _) if all.is_empty() => {
            let onclick = opens.reform(|_: MouseEvent| LettingWish::Portfolio);
            html! {
                <EmptyState
                    icon={LuBuilding2} title={i18n.text("letting-none-title")} body={i18n.text("letting-none-body")}
                >
                    <button
                        type="button" class="button primary" data-testid="make-portfolio" disabled={!online} {onclick}
                    >
                        { i18n.text("letting-make-portfolio") }
                    </button>
                </EmptyState>
            }
        }
        (Some(all), _) => html! {
            { for all.iter().map(|portfolio| html! {
                <Portfolio
                    key={portfolio.id.to_string()} portfolio={portfolio.clone()} invitations={open.clone()}
                    named={all.len() > 1} {online} wish={opens.clone()}
                />
            }) }
        },
        (None, Some(error)) => {
            let onclick = portfolios.reload.reform(|_: MouseEvent| ());
            html! {
                <EmptyState icon={LuOctagonAlert} title={i18n.text("list-failed-title")} body={i18n.error(error)}>
                    <button type="button" class="button" {onclick}>{ i18n.text("retry") }</button>
                </EmptyState>
            }
        }
        (None, None) => html! { <ListSkeleton /> },
    };
    html! {
        // Offline no button can have the keyboard, and then nothing but the page itself could be scrolled.
        <main class="plain-page" id="content" data-testid="properties" tabindex={(!online).then_some("0")}>
            <header class="page-head"><h1>{ i18n.text("letting-title") }</h1></header>
            if !online {
                <p class="notice"><Glyph icon={LuCloudOff} />{ i18n.text("letting-offline") }</p>
            }
            { body }
            if let Some(wish) = &*wish {
                <LettingDialog wish={wish.clone()} {onclose} />
            }
        </main>
    }
}

#[derive(PartialEq, Properties)]
struct PortfolioProps {
    portfolio: PortfolioView,
    invitations: Vec<InvitationView>,
    /// There are several: each says its name.
    named: bool,
    online: bool,
    wish: Callback<LettingWish>,
}

/// A portfolio: its properties, and whom one shares it with.
#[component]
fn Portfolio(props: &PortfolioProps) -> Html {
    let i18n = use_i18n();
    let portfolio = &props.portfolio;
    let id = portfolio.id;
    let add = props
        .wish
        .reform(move |_: MouseEvent| LettingWish::Property(id));
    let share = props
        .wish
        .reform(move |_: MouseEvent| LettingWish::CoOwner(id));
    let shared = props
        .invitations
        .iter()
        .filter(|it| it.portfolio_id == id && it.lease_id.is_none());
    html! {
        <section class="portfolio" aria-label={portfolio.name.clone()}>
            <div class="portfolio-head">
                if props.named { <h2>{ &portfolio.name }</h2> }
                <span class="grow" />
                <button type="button" class="button" data-testid="invite-owner" disabled={!props.online} onclick={share}>
                    <Glyph icon={LuUserPlus} size={16} />{ i18n.text("letting-invite-owner") }
                </button>
                <button type="button" class="button primary" data-testid="make-property" disabled={!props.online} onclick={add.clone()}>
                    <Glyph icon={LuPlus} size={16} />{ i18n.text("letting-make-property") }
                </button>
            </div>
            { for shared.map(|it| {
                let words = [("email", it.email.as_str().into())];
                html! { <p class="quiet">{ i18n.format("letting-owner-invited", &words) }</p> }
            }) }
            if portfolio.properties.is_empty() {
                <EmptyState icon={LuHouse} title={i18n.text("letting-empty-title")} body={i18n.text("letting-empty-body")} />
            }
            { for portfolio.properties.iter().map(|property| html! {
                <Property
                    key={property.id.to_string()} property={property.clone()}
                    invitations={props.invitations.clone()} online={props.online} wish={props.wish.clone()}
                />
            }) }
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct PropertyProps {
    property: PropertyView,
    invitations: Vec<InvitationView>,
    online: bool,
    wish: Callback<LettingWish>,
}

/// A property and its units.
#[component]
fn Property(props: &PropertyProps) -> Html {
    let i18n = use_i18n();
    let property = &props.property;
    let id = property.id;
    let add = props
        .wish
        .reform(move |_: MouseEvent| LettingWish::Unit(id));
    html! {
        <div class="card" role="group" data-testid="property" aria-label={property.name.clone()}>
            <div class="card-head">
                <h2>{ &property.name }</h2>
                <button type="button" class="button small" data-testid="make-unit" disabled={!props.online} onclick={add}>
                    <Glyph icon={LuPlus} size={15} />{ i18n.text("letting-make-unit") }
                </button>
            </div>
            if property.units.is_empty() {
                <p class="quiet">{ i18n.text("letting-no-units") }</p>
            }
            <ul class="homes">
                { for property.units.iter().map(|home| html! {
                    <HomeRow
                        key={home.id.to_string()} home={home.clone()} invitations={props.invitations.clone()}
                        online={props.online} wish={props.wish.clone()}
                    />
                }) }
            </ul>
        </div>
    }
}
