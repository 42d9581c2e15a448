//! Opening a new incident.

use super::{Choice, ChoiceSelect, ComposerFiles, Glyph, Modal};
use crate::{
    context::{use_backend, use_i18n},
    hooks::{PhotosFrom, UseStored, use_account_stored, use_app_event, use_photos, use_query},
    logic::{
        new_incident::{NewIncident, only_one},
        pasting::pastes_words,
    },
};
use icondata_lu::{LuPaperclip, LuSiren, LuTriangleAlert};
use palier_bridge::{
    AppEvent, CommandError,
    request::{ListUnits, OpenIncident},
};
use palier_domain::{Category, IncidentId, MAX_ATTACHMENT_BYTES, MAX_ATTACHMENTS, Priority};
use palier_i18n::size::format_bytes;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, HtmlTextAreaElement};
use yew::{platform::spawn_local, prelude::*};

/// The element that says why something was refused.
const ERROR: &str = "new-incident-error";

/// Properties of [`NewIncidentDialog`].
#[derive(PartialEq, Properties)]
pub struct NewIncidentDialogProps {
    /// It is in front. What is not goes on holding what was filled in.
    pub open: bool,
    /// The incident is there.
    pub opened: Callback<IncidentId>,
    /// Closes it; what was filled in is kept.
    pub onclose: Callback<()>,
    /// What was filled in is thrown away.
    pub discarded: Callback<()>,
}

/// Unit, title, category, priority, description, photos. Works offline. What was filled in is there when it opens again,
/// the words after a restart too.
#[component]
pub fn NewIncidentDialog(props: &NewIncidentDialogProps) -> Html {
    let i18n = use_i18n();
    let backend = use_backend();
    let units = use_query(ListUnits {}, |_, _| false);
    let UseStored {
        value: form,
        set: keep,
    } = use_account_stored::<NewIncident>("new-incident");
    let error = use_state_eq(|| None::<CommandError>);
    let busy = use_state_eq(|| false);
    // How often something was refused: each time, the keyboard goes to what asks for something else.
    let refusals = use_state_eq(|| 0_u32);
    let fields = use_node_ref();
    {
        let fields = fields.clone();
        use_effect_with(*refusals, move |_| {
            let fields = fields.cast::<Element>();
            let wrong = fields.and_then(|it| it.query_selector("[aria-invalid=true]").ok()?);
            if let Some(wrong) = wrong.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
                let _ = wrong.focus();
            }
        });
    }
    let refuse = {
        let (error, refusals) = (error.setter(), refusals.clone());
        Callback::from(move |refused: CommandError| {
            error.set(Some(refused));
            refusals.set(refusals.wrapping_add(1));
        })
    };
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
        let (form, keep) = (form.clone(), keep.clone());
        use_effect_with(only_one(units.data.as_deref()), move |only| {
            if let (Some(unit), true) = (only, form.unit.is_empty()) {
                keep.emit(NewIncident {
                    unit: unit.to_string(),
                    ..(*form).clone()
                });
            }
        });
    }
    {
        // Homes may have come since it was opened before.
        let reload = units.reload.clone();
        let first = use_mut_ref(|| true);
        use_effect_with(props.open, move |open| {
            if *open && !first.replace(false) {
                reload.emit(());
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
    macro_rules! changes {
        ($event:ident: $type:ty => $field:ident = $value:expr) => {{
            let (form, keep) = (form.clone(), keep.clone());
            Callback::from(move |$event: $type| {
                keep.emit(NewIncident {
                    $field: $value,
                    ..(*form).clone()
                })
            })
        }};
    }
    let onunit = changes!(unit: String => unit = unit);
    let oncategory = changes!(word: String => category = word.parse().unwrap_or(Category::Other));
    let onpriority = changes!(word: String => priority = word.parse().unwrap_or(Priority::Normal));
    let ontitle = changes!(event: InputEvent => title = event.target_unchecked_into::<HtmlInputElement>().value());
    let ondescription = changes!(event: InputEvent => description = event.target_unchecked_into::<HtmlTextAreaElement>().value());
    let onsubmit = {
        let photos = photos.clone();
        let (form, keep) = (form.clone(), keep.clone());
        let (error, busy) = (error.setter(), busy.clone());
        let opened = props.opened.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let unit_id = match form.check() {
                Ok(unit_id) => unit_id,
                Err(refused) => return refuse.emit(refused),
            };
            if *busy || photos.under_way() {
                return;
            }
            error.set(None);
            busy.set(true);
            let NewIncident {
                title,
                description,
                category,
                priority,
                ..
            } = (*form).clone();
            let request = OpenIncident {
                incident_id: photos.incident_id,
                unit_id,
                title,
                description,
                category,
                priority,
            };
            let (backend, refuse, busy) = (backend.clone(), refuse.clone(), busy.setter());
            let (opened, keep) = (opened.clone(), keep.clone());
            spawn_local(async move {
                let reply = backend.call(request).await;
                busy.set(false);
                match reply {
                    Ok(id) => {
                        keep.emit(NewIncident::default());
                        opened.emit(id);
                    }
                    Err(refused) => refuse.emit(refused),
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
            <p id={ERROR} class="field-error" role="alert"><Glyph icon={LuTriangleAlert} size={15} /><span>{ i18n.error(error) }</span></p>
        },
        _ => Html::default(),
    };
    // What the reason is tied to.
    let refused = |field: &str| (error.is_some() && field == field_of_error).then_some(ERROR);
    let invalid = |field: &str| refused(field).map(|_| "true");
    let known_field = ["unit_id", "title", "description"].contains(&field_of_error.as_str());
    let emergency = form.priority == Priority::Emergency || form.category == Category::Gas;
    let begun = form.has_words() || !photos.files.is_empty();
    let discard = {
        let (photos, discarded) = (photos.clone(), props.discarded.clone());
        Callback::from(move |_: MouseEvent| {
            photos.discard();
            keep.emit(NewIncident::default());
            discarded.emit(());
        })
    };
    let pick = {
        let photos = photos.clone();
        Callback::from(move |_: MouseEvent| photos.take(PhotosFrom::Picker))
    };
    let over = use_state_eq(|| false);
    {
        let (over, photos, open) = (over.setter(), photos.clone(), props.open);
        use_app_event(move |event| match event {
            // Behind it, there is the thread.
            _ if !open => {}
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
    if !props.open {
        return Html::default();
    }
    let onclose = props.onclose.clone();
    html! {
        <Modal title={i18n.text("new-title")} testid="new-incident-dialog" stays={begun} {onclose}>
            <form ref={fields} class="form" novalidate=true data-over={over.to_string()} {onsubmit} {onpaste}>
                if !known_field { { said(&field_of_error) } }
                <div class="field">
                    <span>{ i18n.text("new-unit") }</span>
                    <ChoiceSelect
                        class="wide" testid="new-unit" label={i18n.text("new-unit")}
                        value={form.unit.clone()} choices={unit_choices} onchange={onunit}
                        refused_by={refused("unit_id").map(AttrValue::from)}
                    />
                    if none_known { <p class="quiet">{ i18n.text("new-no-units") }</p> }
                    { said("unit_id") }
                </div>
                <label class="field">
                    <span>{ i18n.text("new-name") }</span>
                    <input value={form.title.clone()} oninput={ontitle} data-testid="new-name" type="text" maxlength="200" placeholder={i18n.text("new-name-example")}
                        aria-invalid={invalid("title")} aria-describedby={refused("title")}
                    />
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
                    <textarea value={form.description.clone()} oninput={ondescription} data-testid="new-description" rows="5" placeholder={i18n.text("new-description-example")}
                        aria-invalid={invalid("description")} aria-describedby={refused("description")}
                    />
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
                    <button type="button" class="button" data-testid="new-discard" onclick={discard}>
                        { if begun { i18n.text("new-discard") } else { i18n.text("cancel") } }
                    </button>
                    <button type="submit" class="button primary" data-testid="new-submit" disabled={*busy || photos.under_way()}>{ i18n.text("new-submit") }</button>
                </footer>
            </form>
        </Modal>
    }
}
