//! How far an axis goes.

/// The end of an axis for counts up to `most`: a round number, at least 4.
pub(super) fn top(most: u64) -> u64 {
    let mut steps = (0..18).flat_map(|power| [1, 2, 5].map(|it| it * 10_u64.pow(power)));
    let step = steps.find(|step| most.div_ceil(*step) <= 5).unwrap_or(1);
    (most.div_ceil(step) * step).max(4)
}

#[cfg(test)]
mod tests {
    use super::top;

    #[test]
    fn an_axis_ends_at_a_round_number_above_every_bar() {
        let ends = [0, 1, 4, 5, 6, 11, 23, 26, 99, 101, 1_234].map(top);
        assert_eq!(ends, [4, 4, 4, 5, 6, 15, 25, 30, 100, 150, 1_500]);
    }
}
