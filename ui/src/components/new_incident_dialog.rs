//! Opening a new incident.

use super::{Choice, ChoiceSelect, ComposerFiles, Glyph, Modal};
use crate::{
    context::{use_backend, use_i18n},
    hooks::{PhotosFrom, use_app_event, use_photos, use_query},
    logic::pasting::pastes_words,
};
use icondata_lu::{LuPaperclip, LuSiren, LuTriangleAlert};
use palier_bridge::{
    AppEvent, CommandError,
    request::{ListUnits, OpenIncident},
    view::UnitChoice,
};
use palier_domain::{
    Category, IncidentId, IncidentTitle, Invalid, InvalidReason, MAX_ATTACHMENT_BYTES,
    MAX_ATTACHMENTS, Priority, TicketText, UnitId,
};
use palier_i18n::size::format_bytes;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::{platform::spawn_local, prelude::*};

/// Properties of [`NewIncidentDialog`].
#[derive(PartialEq, Properties)]
pub struct NewIncidentDialogProps {
    /// The incident is there.
    pub opened: Callback<IncidentId>,
    /// Closes it.
    pub onclose: Callback<()>,
}

/// What is filled in.
#[derive(Debug, Clone, PartialEq)]
struct Form {
    unit: AttrValue,
    category: Category,
    priority: Priority,
}

/// Refuses here what can be refused here.
fn check(unit: &str, title: &str, description: &str) -> Result<UnitId, CommandError> {
    let unit_id = unit
        .parse()
        .map_err(|_| Invalid::new("unit_id", InvalidReason::Empty))?;
    IncidentTitle::parse(title)?;
    TicketText::parse(description, 0)
        .map_err(|invalid| Invalid::new("description", invalid.reason))?;
    Ok(unit_id)
}

/// The unit, where there is one only.
fn only_one(units: Option<&Vec<UnitChoice>>) -> Option<UnitId> {
    match units.map(Vec::as_slice) {
        Some([only]) => Some(only.id),
        _ => None,
    }
}

/// Unit, title, category, priority, description, photos. Works offline.
#[component]
pub fn NewIncidentDialog(props: &NewIncidentDialogProps) -> Html {
    let i18n = use_i18n();
    let backend = use_backend();
    let units = use_query(ListUnits {}, |_, _| false);
    let form = use_state_eq(|| Form {
        unit: AttrValue::default(),
        category: Category::Plumbing,
        priority: Priority::Normal,
    });
    let [title, description] = [use_node_ref(), use_node_ref()];
    let error = use_state_eq(|| None::<CommandError>);
    let busy = use_state_eq(|| false);
    let photos = use_photos();

    let unit_choices: Vec<_> = {
        let known = units.data.as_deref().map(Vec::as_slice).unwrap_or_default();
        let choose = Choice::new("", i18n.text("new-unit-choose"));
        let each = known.iter().map(|unit| {
            let label = if unit.tenants.is_empty() {
                unit.place.clone()
            } else {
                let args = [
                    ("place", unit.place.as_str().into()),
                    ("tenants", unit.tenants.join(", ").into()),
                ];
                i18n.format("new-unit-with", &args)
            };
            Choice::new(unit.id.to_string(), label)
        });
        [choose].into_iter().chain(each).collect()
    };
    {
        // Who has one home only is asked nothing.
        let (form, only) = (form.clone(), only_one(units.data.as_deref()));
        use_effect_with(only, move |only| {
            if let (Some(unit), true) = (only, form.unit.is_empty()) {
                form.set(Form {
                    unit: unit.to_string().into(),
                    ..(*form).clone()
                });
            }
        });
    }
    let none_known = units.data.as_ref().is_some_and(|units| units.is_empty());
    let categories: Vec<_> = Category::ALL
        .iter()
        .map(|category| Choice::new(category.as_str(), i18n.category(*category)))
        .collect();
    let priorities: Vec<_> = Priority::ALL
        .iter()
        .map(|priority| Choice::new(priority.as_str(), i18n.priority(*priority)))
        .collect();
    let onunit = {
        let form = form.clone();
        Callback::from(move |unit: String| {
            form.set(Form {
                unit: unit.into(),
                ..(*form).clone()
            })
        })
    };
    let oncategory = {
        let form = form.clone();
        Callback::from(move |word: String| {
            let category = word.parse().unwrap_or(Category::Other);
            form.set(Form {
                category,
                ..(*form).clone()
            });
        })
    };
    let onpriority = {
        let form = form.clone();
        Callback::from(move |word: String| {
            let priority = word.parse().unwrap_or(Priority::Normal);
            form.set(Form {
                priority,
                ..(*form).clone()
            });
        })
    };
    let onsubmit = {
        let photos = photos.clone();
        let (title, description, form) = (title.clone(), description.clone(), form.clone());
        let (error, busy) = (error.setter(), busy.clone());
        let opened = props.opened.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let title = title
                .cast::<HtmlInputElement>()
                .map(|input| input.value())
                .unwrap_or_default();
            let description = description
                .cast::<HtmlTextAreaElement>()
                .map(|area| area.value())
                .unwrap_or_default();
            let unit_id = match check(&form.unit, &title, &description) {
                Ok(unit_id) => unit_id,
                Err(refused) => return error.set(Some(refused)),
            };
            if *busy || photos.under_way() {
                return;
            }
            error.set(None);
            busy.set(true);
            let Form {
                category, priority, ..
            } = *form;
            let request = OpenIncident {
                incident_id: photos.incident_id,
                unit_id,
                title,
                description,
                category,
                priority,
            };
            let (backend, error, busy) = (backend.clone(), error.clone(), busy.setter());
            let opened = opened.clone();
            spawn_local(async move {
                let reply = backend.call(request).await;
                busy.set(false);
                match reply {
                    Ok(id) => opened.emit(id),
                    Err(refused) => error.set(Some(refused)),
                }
            });
        })
    };
    let field_of_error = match &*error {
        Some(CommandError::Invalid(invalid)) => invalid.field.clone(),
        _ => String::new(),
    };
    let said = |field: &str| match &*error {
        Some(error) if field == field_of_error => html! {
            <p class="field-error" role="alert"><Glyph icon={LuTriangleAlert} size={15} /><span>{ i18n.error(error) }</span></p>
        },
        _ => Html::default(),
    };
    let known_field = ["unit_id", "title", "description"].contains(&field_of_error.as_str());
    let emergency = form.priority == Priority::Emergency || form.category == Category::Gas;
    let onclose = {
        let (photos, onclose) = (photos.clone(), props.onclose.clone());
        Callback::from(move |()| {
            photos.discard();
            onclose.emit(());
        })
    };
    let cancel = onclose.reform(|_: MouseEvent| ());
    let pick = {
        let photos = photos.clone();
        Callback::from(move |_: MouseEvent| photos.take(PhotosFrom::Picker))
    };
    let over = use_state_eq(|| false);
    {
        let (over, photos) = (over.setter(), photos.clone());
        use_app_event(move |event| match event {
            AppEvent::FilesOver { over: are } => over.set(are),
            AppEvent::FilesDropped => photos.take(PhotosFrom::Drop),
            _ => {}
        });
    }
    let onpaste = {
        let photos = photos.clone();
        Callback::from(move |event: Event| {
            if !pastes_words(&event) {
                event.prevent_default();
                photos.take(PhotosFrom::Clipboard);
            }
        })
    };
    let onremove = {
        let photos = photos.clone();
        Callback::from(move |id| photos.remove(id))
    };
    let size = format_bytes(i18n.language(), MAX_ATTACHMENT_BYTES);
    let limits = [("limit", MAX_ATTACHMENTS.into()), ("size", size.into())];
    html! {
        <Modal title={i18n.text("new-title")} testid="new-incident-dialog" {onclose}>
            <form class="form" novalidate=true data-over={over.to_string()} {onsubmit} {onpaste}>
                if !known_field { { said(&field_of_error) } }
                <div class="field">
                    <span>{ i18n.text("new-unit") }</span>
                    <ChoiceSelect
                        class="wide" testid="new-unit" label={i18n.text("new-unit")}
                        value={form.unit.clone()} choices={unit_choices} onchange={onunit}
                    />
                    if none_known { <p class="quiet">{ i18n.text("new-no-units") }</p> }
                    { said("unit_id") }
                </div>
                <label class="field">
                    <span>{ i18n.text("new-name") }</span>
                    <input ref={title} data-testid="new-name" type="text" maxlength="200" placeholder={i18n.text("new-name-example")} />
                    { said("title") }
                </label>
                <div class="field-pair">
                    <div class="field">
                        <span>{ i18n.text("new-category") }</span>
                        <ChoiceSelect
                            class="wide" testid="new-category" label={i18n.text("new-category")}
                            value={form.category.as_str()} choices={categories} onchange={oncategory}
                        />
                    </div>
                    <div class="field">
                        <span>{ i18n.text("new-priority") }</span>
                        <ChoiceSelect
                            class="wide" testid="new-priority" label={i18n.text("new-priority")}
                            value={form.priority.as_str()} choices={priorities} onchange={onpriority}
                        />
                    </div>
                </div>
                <p class="quiet">{ i18n.text("new-emergency-what") }</p>
                if emergency {
                    <div class="notice danger" role="status">
                        <Glyph icon={LuSiren} />
                        <p>
                            { i18n.text("new-emergency") }
                            <span class="calls">
                                <a href="tel:112" data-testid="call-112">{ i18n.text("new-emergency-call") }</a>
                                <a href="tel:18">{ i18n.text("new-emergency-fire") }</a>
                            </span>
                        </p>
                    </div>
                }
                <label class="field">
                    <span>{ i18n.text("new-description") }</span>
                    <textarea ref={description} data-testid="new-description" rows="5" placeholder={i18n.text("new-description-example")} />
                    { said("description") }
                </label>
                <div class="field">
                    <span>{ i18n.text("new-photos") }</span>
                    <ComposerFiles files={photos.files.clone()} {onremove} />
                    <div class="new-photos">
                        <button
                            type="button" class="button" data-testid="new-attach" onclick={pick}
                            disabled={photos.under_way() || photos.files.len() >= MAX_ATTACHMENTS}
                        >
                            <Glyph icon={LuPaperclip} size={16} />{ i18n.text("composer-attach") }
                        </button>
                        <span class="quiet">
                            if *over { { i18n.text("composer-drop") } } else { { i18n.format("composer-limits", &limits) } }
                        </span>
                    </div>
                    { for photos.refused.iter().map(|refused| html! {
                        <p class="field-error" role="alert"><Glyph icon={LuTriangleAlert} size={15} /><span>{ i18n.error(refused) }</span></p>
                    }) }
                </div>
                <footer class="modal-foot">
                    <button type="button" class="button" onclick={cancel}>{ i18n.text("cancel") }</button>
                    <button type="submit" class="button primary" data-testid="new-submit" disabled={*busy || photos.under_way()}>{ i18n.text("new-submit") }</button>
                </footer>
            </form>
        </Modal>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_missing_part_is_named() {
        let unit = "01936b3e-7d1a-7000-8000-000000000001";
        let field =
            |unit: &str, title: &str, description: &str| match check(unit, title, description) {
                Err(CommandError::Invalid(invalid)) => invalid.field,
                other => format!("{other:?}"),
            };
        assert_eq!(field("", "Fuite", "Ça coule"), "unit_id");
        assert_eq!(field(unit, " ", "Ça coule"), "title");
        assert_eq!(field(unit, "Fuite", " \n"), "description");
        assert!(check(unit, "Fuite", "Ça coule").is_ok());
    }
}
