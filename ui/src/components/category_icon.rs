//! What an incident is about, as an icon.

use super::Glyph;
use crate::context::use_i18n;
use icondata_core::Icon;
use icondata_lu::{
    LuBug, LuBuilding2, LuCloudRainWind, LuDroplets, LuFlame, LuHeater, LuKeyRound,
    LuWashingMachine, LuWrench, LuZap,
};
use palier_domain::Category;
use yew::prelude::*;

/// Properties of [`CategoryIcon`].
#[derive(PartialEq, Properties)]
pub struct CategoryIconProps {
    /// Which category.
    pub category: Category,
}

/// The icon of a category.
pub(super) fn category_icon(category: Category) -> Icon {
    match category {
        Category::Plumbing => LuDroplets,
        Category::Heating => LuHeater,
        Category::Electricity => LuZap,
        Category::Gas => LuFlame,
        Category::Damp => LuCloudRainWind,
        Category::Lock => LuKeyRound,
        Category::Appliance => LuWashingMachine,
        Category::Pest => LuBug,
        Category::CommonParts => LuBuilding2,
        Category::Other => LuWrench,
    }
}

/// The icon of a category on a quiet square, with its word for screen readers and pointers.
#[component]
pub fn CategoryIcon(props: &CategoryIconProps) -> Html {
    let word = use_i18n().category(props.category);
    html! {
        <span class="category-icon" title={word.clone()}>
            <Glyph icon={category_icon(props.category)} size={18} />
            <span class="sr-only">{ word }</span>
        </span>
    }
}
