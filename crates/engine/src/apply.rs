//! What to do with a page of changes, per scope.
//!
//! Pages may come twice, late, in any order, and from pull and stream at once. Judged scope by
//! scope against the stored cursor, none of that does harm: what continues the stored number is
//! applied, what lies before it is known already, what lies after it leaves a hole and is pulled.

use palier_domain::planted::{Bug, is_planted};
use palier_wire::{ChangesPage, Cursor, Scope};
use std::collections::{BTreeMap, BTreeSet};

/// What to take of a page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ApplyPlan {
    /// Scopes whose changes are applied, with the number to store.
    pub apply: BTreeMap<Scope, u64>,
    /// Some scope of the page starts above the stored number: pull from the stored cursor.
    pub hole: bool,
    /// Scopes that the caller may see and the cache lacks.
    pub gained: BTreeSet<Scope>,
    /// Scopes that the cache holds and the caller may not see any more.
    pub lost: BTreeSet<Scope>,
}

/// Judges `page` against the cache's cursor. `own` is the user's own scope: the page's list of
/// scopes is obeyed only if the page stands at or above the stored number of that scope.
pub fn plan(stored: &Cursor, own: Scope, page: &ChangesPage) -> ApplyPlan {
    let mut plan = ApplyPlan::default();
    if page.from.epoch != stored.epoch {
        return plan;
    }
    if is_planted(Bug::PagesAsAWhole) && page.from.at.get(&own) == stored.at.get(&own) {
        let held = |scope: &Scope| stored.at.contains_key(scope);
        plan.apply = page.to.at.clone();
        plan.apply.retain(|scope, _| held(scope));
        return plan;
    }
    for (scope, from) in &page.from.at {
        let Some(held) = stored.at.get(scope) else {
            continue;
        };
        match from.cmp(held) {
            std::cmp::Ordering::Equal => {
                if let Some(to) = page.to.at.get(scope) {
                    plan.apply.insert(*scope, *to);
                }
            }
            // Known already; but what a page brings beyond the stored number must not wait for the
            // next page to be missed.
            std::cmp::Ordering::Less => {
                plan.hole |= page.to.at.get(scope).is_some_and(|to| to > held);
            }
            std::cmp::Ordering::Greater => plan.hole = true,
        }
    }
    let page_own = page.to.at.get(&own).copied().unwrap_or(0);
    let stored_own = stored.at.get(&own).copied().unwrap_or(0);
    if page_own >= stored_own {
        let listed: BTreeSet<Scope> = page.scopes.iter().copied().collect();
        plan.gained = listed
            .iter()
            .filter(|scope| !stored.at.contains_key(scope))
            .copied()
            .collect();
        plan.lost = stored
            .at
            .keys()
            .filter(|scope| !listed.contains(scope))
            .copied()
            .collect();
    }
    plan
}
