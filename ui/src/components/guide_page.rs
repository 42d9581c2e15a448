//! The user's guide, as the repository has it in `docs/guide.*.md`.

use crate::context::use_i18n;
use palier_i18n::Language;
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

const FRENCH: &str = include_str!(concat!(env!("OUT_DIR"), "/guide.fr.html"));
const ENGLISH: &str = include_str!(concat!(env!("OUT_DIR"), "/guide.en.html"));

/// A heading that can be gone to: its name in the page, and its words.
fn headings(page: &str) -> Vec<(&str, &str)> {
    page.split("<h2 id=\"")
        .skip(1)
        .filter_map(|rest| {
            let (id, rest) = rest.split_once("\">")?;
            Some((id, rest.split_once("</h2>")?.0))
        })
        .collect()
}

/// The guide with its table of contents, in the language of the screens.
#[component]
pub fn GuidePage() -> Html {
    let i18n = use_i18n();
    let page = match i18n.language() {
        Language::Fr => FRENCH,
        Language::En => ENGLISH,
    };
    let goes = |id: &'static str| {
        Callback::from(move |event: MouseEvent| {
            // The address of the page is the application's own.
            event.prevent_default();
            let document = gloo::utils::document();
            if let Some(heading) = document.get_element_by_id(id) {
                heading.scroll_into_view();
                focus(&heading);
            }
        })
    };
    html! {
        <main class="plain-page guide" id="content" data-testid="guide" tabindex="-1">
            <nav aria-label={i18n.text("guide-contents")}>
                <ul>
                    { for headings(page).into_iter().map(|(id, words)| html! {
                        <li><a href={format!("#{id}")} onclick={goes(id)}>{ words }</a></li>
                    }) }
                </ul>
            </nav>
            <article>{ Html::from_html_unchecked(AttrValue::Static(page)) }</article>
        </main>
    }
}

/// Reading goes on there, also for who hears the page.
fn focus(heading: &Element) {
    let _ = heading.set_attribute("tabindex", "-1");
    if let Some(heading) = heading.dyn_ref::<web_sys::HtmlElement>() {
        let _ = heading.focus();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_guides_have_the_same_chapters_each_with_a_name() {
        let (french, english) = (headings(FRENCH), headings(ENGLISH));
        assert!(french.len() > 10, "{french:?}");
        assert_eq!(french.len(), english.len());
        for (id, words) in french.iter().chain(&english) {
            assert!(!id.is_empty() && !words.is_empty() && !words.contains('<'));
        }
        assert_eq!(
            FRENCH.matches("<h2").count(),
            french.len(),
            "each has a name"
        );
    }
}
