//! How wide the incident list is beside a thread, where a person says so.

/// The narrowest list, in pixels of the page: its filters still stand side by side.
pub const NARROWEST: u32 = 280;

/// What stays for the thread, in pixels of the page.
pub const THREAD: u32 = 360;

/// So far one press of an arrow moves the border.
const STEP: u32 = 16;

/// What somebody does with the border between list and thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moved {
    /// The list is to be this wide.
    To(u32),
    /// As wide as it is when nobody says anything.
    Usual,
}

/// The widest list beside a thread on a page this wide.
pub fn widest(page: u32) -> u32 {
    page.saturating_sub(THREAD).max(NARROWEST)
}

/// What a key does with the border of a list this `wide`, on a page of that width.
pub fn moved_by_key(key: &str, wide: u32, page: u32) -> Option<Moved> {
    let to = match key {
        "ArrowLeft" => wide.saturating_sub(STEP),
        "ArrowRight" => wide.saturating_add(STEP),
        "Home" => NARROWEST,
        "End" => widest(page),
        "Enter" => return Some(Moved::Usual),
        _ => return None,
    };
    Some(Moved::To(to.clamp(NARROWEST, widest(page))))
}

/// The width as a style: what was chosen in a large window leaves room for the thread in a small one.
pub fn style(wide: u32) -> String {
    format!("clamp({NARROWEST}px, {wide}px, 100% - {THREAD}px)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_move_the_border_and_stop_where_list_or_thread_would_be_too_narrow() {
        let moved = |key, wide| moved_by_key(key, wide, 1000);
        assert_eq!(moved("ArrowRight", 400), Some(Moved::To(416)));
        assert_eq!(moved("ArrowLeft", 400), Some(Moved::To(384)));
        assert_eq!(moved("ArrowRight", 636), Some(Moved::To(640)));
        assert_eq!(moved("ArrowLeft", 285), Some(Moved::To(NARROWEST)));
        assert_eq!(moved("End", 400), Some(Moved::To(1000 - THREAD)));
        assert_eq!(moved("Home", 400), Some(Moved::To(NARROWEST)));
        assert_eq!(moved("Enter", 400), Some(Moved::Usual));
        assert_eq!(moved("ArrowDown", 400), None, "that is the list's");
    }

    #[test]
    fn a_page_without_room_for_both_keeps_the_list_readable() {
        assert_eq!(widest(500), NARROWEST);
        assert_eq!(
            moved_by_key("End", 300, 0),
            Some(Moved::To(NARROWEST)),
            "before anything was measured"
        );
    }
}
