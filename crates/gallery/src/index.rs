//! The page that lists every scene.

use crate::{address::Address, scenes};
use palier_bridge::view::{Language, Theme};
use yew::prelude::*;

/// Properties of [`Index`].
#[derive(PartialEq, Properties)]
pub struct IndexProps {
    /// The address of the page.
    pub address: Address,
}

/// Links to every scene, in the language and colours that were chosen.
#[component]
pub fn Index(props: &IndexProps) -> Html {
    let here = &props.address;
    let link = |address: Address, words: &'static str| {
        let current = (address == *here).then_some("page");
        html! { <a href={address.href()} aria-current={current}>{ words }</a> }
    };
    let languages = [(Language::Fr, "French"), (Language::En, "English")];
    let themes = [
        (Theme::System, "as the system"),
        (Theme::Light, "light"),
        (Theme::Dark, "dark"),
    ];
    html! {
        <main class="gallery">
            <h1>{ "Palier · gallery" }</h1>
            <p class="quiet">{ "Every state, drawn by the real components with made-up data." }</p>
            <nav aria-label="Language">
                { for languages.map(|(lang, words)| link(Address { lang, ..here.clone() }, words)) }
            </nav>
            <nav aria-label="Colours">
                { for themes.map(|(theme, words)| link(Address { theme, ..here.clone() }, words)) }
            </nav>
            { for scenes::all().iter().map(|group| html! {
                <section>
                    <h2>{ group.title }</h2>
                    <ul>
                        { for group.scenes.iter().map(|scene| {
                            let state = Some(scene.name.to_owned());
                            html! { <li>{ link(Address { state, ..here.clone() }, scene.title) }</li> }
                        }) }
                    </ul>
                </section>
            }) }
        </main>
    }
}
