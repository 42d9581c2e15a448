//! The dialogs of what is let: one question each, asked of the server at once.

use super::{Glyph, LinkToPassOn, Modal};
use crate::context::{use_backend, use_i18n};
use chrono::NaiveDate;
use icondata_lu::LuTriangleAlert;
use palier_bridge::{
    CommandError,
    request::{EndLease, Invite, MakeLease, MakePortfolio, MakeProperty, MakeUnit},
    view::InvitationLink,
};
use palier_domain::{
    Email, Invalid, InvalidReason, LeaseId, LeaseTerm, PortfolioId, PortfolioName, PropertyId,
    PropertyName, UnitId, UnitLabel,
};
use web_sys::HtmlInputElement;
use yew::{platform::spawn_local, prelude::*};

/// What is to be changed.
#[derive(Debug, Clone, PartialEq)]
pub enum LettingWish {
    /// A first portfolio.
    Portfolio,
    /// A property in this portfolio.
    Property(PortfolioId),
    /// A unit in this property.
    Unit(PropertyId),
    /// A lease of this unit.
    Lease(UnitId),
    /// The last day of this lease, which has this one now.
    End(LeaseId, Option<NaiveDate>),
    /// A tenant for this lease.
    Tenant(LeaseId),
    /// A co-owner for this portfolio.
    CoOwner(PortfolioId),
}

impl LettingWish {
    /// What the keys of its sentences end with.
    fn word(&self) -> &'static str {
        match self {
            Self::Portfolio => "portfolio",
            Self::Property(_) => "property",
            Self::Unit(_) => "unit",
            Self::Lease(_) => "lease",
            Self::End(..) => "end",
            Self::Tenant(_) => "tenant",
            Self::CoOwner(_) => "owner",
        }
    }

    /// What sort of field its first question has.
    fn sort(&self) -> &'static str {
        match self {
            Self::Portfolio | Self::Property(_) | Self::Unit(_) => "text",
            Self::Lease(_) | Self::End(..) => "date",
            Self::Tenant(_) | Self::CoOwner(_) => "email",
        }
    }

    /// Refuses here what can be refused here.
    fn check(&self, first: &str, second: &str) -> Result<(), CommandError> {
        match self {
            Self::Portfolio => drop(PortfolioName::parse(first)?),
            Self::Property(_) => drop(PropertyName::parse(first)?),
            Self::Unit(_) => drop(UnitLabel::parse(first)?),
            Self::Lease(_) => drop(LeaseTerm::new(
                day("starts_on", first)?.ok_or(missing("starts_on"))?,
                day("ends_on", second)?,
            )?),
            Self::End(..) => drop(day("ends_on", first)?),
            Self::Tenant(_) | Self::CoOwner(_) => drop(Email::parse(first)?),
        }
        Ok(())
    }
}

fn missing(field: &str) -> CommandError {
    Invalid::new(field, InvalidReason::Empty).into()
}

/// A day as the browser's field has it; none when it is left empty.
fn day(field: &str, text: &str) -> Result<Option<NaiveDate>, CommandError> {
    if text.is_empty() {
        return Ok(None);
    }
    let malformed = |_| Invalid::new(field, InvalidReason::Malformed).into();
    text.parse().map(Some).map_err(malformed)
}

/// Properties of [`LettingDialog`].
#[derive(PartialEq, Properties)]
pub struct LettingDialogProps {
    /// What is to be changed.
    pub wish: LettingWish,
    /// Closes it, done or not.
    pub onclose: Callback<()>,
}

/// One or two fields. An invitation that the server does not mail shows its link instead of closing.
#[component]
pub fn LettingDialog(props: &LettingDialogProps) -> Html {
    let i18n = use_i18n();
    let backend = use_backend();
    let [first, second] = [use_node_ref(), use_node_ref()];
    let error = use_state_eq(|| None::<CommandError>);
    let busy = use_state_eq(|| false);
    let made = use_state_eq(|| None::<InvitationLink>);

    let onsubmit = {
        let (first, second, wish) = (first.clone(), second.clone(), props.wish.clone());
        let (error, busy, made) = (error.setter(), busy.clone(), made.setter());
        let onclose = props.onclose.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let value = |node: &NodeRef| {
                let input = node.cast::<HtmlInputElement>();
                input.map(|input| input.value()).unwrap_or_default()
            };
            let (one, two) = (value(&first), value(&second));
            if let Err(refused) = wish.check(&one, &two) {
                return error.set(Some(refused));
            }
            if *busy {
                return;
            }
            error.set(None);
            busy.set(true);
            let (backend, wish, onclose) = (backend.clone(), wish.clone(), onclose.clone());
            let (error, busy, made) = (error.clone(), busy.setter(), made.clone());
            spawn_local(async move {
                let invite = async |portfolio_id, lease_id| {
                    let invite = Invite {
                        portfolio_id,
                        lease_id,
                        email: one.clone(),
                    };
                    backend.call(invite).await.map(Some)
                };
                let (name, label) = (one.clone(), one.clone());
                let done = match wish {
                    LettingWish::Portfolio => nothing(backend.call(MakePortfolio { name }).await),
                    LettingWish::Property(portfolio_id) => {
                        nothing(backend.call(MakeProperty { portfolio_id, name }).await)
                    }
                    LettingWish::Unit(property_id) => {
                        nothing(backend.call(MakeUnit { property_id, label }).await)
                    }
                    LettingWish::Lease(unit_id) => {
                        let lease = MakeLease {
                            unit_id,
                            starts_on: one.parse().unwrap_or_default(),
                            ends_on: two.parse().ok(),
                        };
                        nothing(backend.call(lease).await)
                    }
                    LettingWish::End(lease_id, _) => {
                        let ends_on = one.parse().ok();
                        nothing(backend.call(EndLease { lease_id, ends_on }).await)
                    }
                    LettingWish::Tenant(lease) => invite(None, Some(lease)).await,
                    LettingWish::CoOwner(portfolio) => invite(Some(portfolio), None).await,
                };
                busy.set(false);
                match done {
                    Ok(None) => onclose.emit(()),
                    Ok(link) => made.set(link),
                    Err(refused) => error.set(Some(refused)),
                }
            });
        })
    };
    let word = props.wish.word();
    let text = |part: &str| i18n.text(&format!("letting-{word}-{part}"));
    let value = match &props.wish {
        LettingWish::End(_, Some(day)) => day.to_string(),
        _ => String::new(),
    };
    let cancel = props.onclose.reform(|_: MouseEvent| ());
    html! {
        <Modal title={text("title")} testid="letting-dialog" class="narrow" onclose={props.onclose.clone()}>
            { match &*made {
                Some(link) => html! { <LinkToPassOn link={link.clone()} onclose={props.onclose.clone()} /> },
                None => html! {
                    <form class="form" novalidate=true {onsubmit}>
                        <label class="field">
                            <span>{ text("field") }</span>
                            <input ref={first} type={props.wish.sort()} {value} data-testid="letting-first" maxlength="254" />
                            <small class="quiet">{ text("hint") }</small>
                        </label>
                        if matches!(props.wish, LettingWish::Lease(_)) {
                            <label class="field">
                                <span>{ i18n.text("letting-end-field") }</span>
                                <input ref={second} type="date" data-testid="letting-second" />
                                <small class="quiet">{ i18n.text("letting-end-hint") }</small>
                            </label>
                        }
                        if let Some(error) = &*error {
                            <p class="field-error" role="alert" data-testid="letting-error">
                                <Glyph icon={LuTriangleAlert} size={15} /><span>{ i18n.error(error) }</span>
                            </p>
                        }
                        <footer class="modal-foot">
                            <button type="button" class="button" onclick={cancel}>{ i18n.text("cancel") }</button>
                            <button type="submit" class="button primary" data-testid="letting-submit" disabled={*busy}>
                                { text("submit") }
                            </button>
                        </footer>
                    </form>
                },
            } }
        </Modal>
    }
}

fn nothing(done: Result<(), CommandError>) -> Result<Option<InvitationLink>, CommandError> {
    done.map(|()| None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn what_can_be_refused_here_is_refused_here() {
        let field = |wish: LettingWish, first: &str, second: &str| match wish.check(first, second) {
            Err(CommandError::Invalid(invalid)) => invalid.field,
            other => format!("{other:?}"),
        };
        let id = Uuid::nil();
        assert_eq!(field(LettingWish::Portfolio, " ", ""), "name");
        assert_eq!(field(LettingWish::Unit(id.into()), "", ""), "label");
        let lease = || LettingWish::Lease(id.into());
        assert_eq!(field(lease(), "", ""), "starts_on");
        assert_eq!(field(lease(), "2026-12-01", "soon"), "ends_on");
        assert_eq!(field(lease(), "2026-12-01", "2026-11-01"), "ends_on");
        assert_eq!(field(lease(), "2026-12-01", ""), "Ok(())");
        assert_eq!(field(LettingWish::Tenant(id.into()), "awa", ""), "email");
        let end = LettingWish::End(id.into(), None);
        assert_eq!(field(end, "", ""), "Ok(())", "it runs on");
    }
}
