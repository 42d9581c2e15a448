//! What has the keyboard.

/// A script: what has the keyboard, as its element and how it is called; null at the end of the page.
/// Whatever cannot be seen to have it, or has no name, is called so.
pub const HAS_THE_KEYBOARD: &str = "
    const at = document.activeElement;
    if (!at || at === document.body) return null;
    const style = getComputedStyle(at);
    const seen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
        || [at, ...(at.closest('.choice, .find, .composer-box') ? [at.closest('.choice, .find, .composer-box')] : [])]
            .some(it => getComputedStyle(it).boxShadow !== 'none' || getComputedStyle(it).outlineStyle !== 'none');
    const name = at.getAttribute('aria-label') || at.labels?.[0]?.textContent || at.textContent;
    const called = name.trim().replace(/\\s+/g, ' ').slice(0, 60) || '(NO NAME)';
    return `${at.tagName.toLowerCase()} ${called}${seen ? '' : ' (NOT SEEN)'}`;
";
