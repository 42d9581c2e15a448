//! Figures as they are printed: lines of a table that docs/performance.md can take as they are.

use crate::load::Load;

/// What one program did in each round.
#[derive(Default)]
pub struct Series {
    loads: Vec<Load>,
}

impl Series {
    /// Takes a round's figures.
    pub fn push(&mut self, load: Load) {
        self.loads.push(load);
    }

    /// Requests a second, the median of the rounds.
    pub fn rate(&self) -> f64 {
        median(self.loads.iter().map(Load::rate).collect())
    }

    /// The 99th percentile of the latencies in milliseconds, the median of the rounds.
    pub fn p99_ms(&self) -> f64 {
        median(
            self.loads
                .iter()
                .map(|load| load.percentile_ms(99.0))
                .collect(),
        )
    }

    /// The median latency in milliseconds, the median of the rounds.
    pub fn p50_ms(&self) -> f64 {
        median(
            self.loads
                .iter()
                .map(|load| load.percentile_ms(50.0))
                .collect(),
        )
    }

    /// Slowest and fastest round, in requests a second.
    fn spread(&self) -> (f64, f64) {
        let rates = self.loads.iter().map(Load::rate);
        rates.fold((f64::MAX, 0.0), |(low, high), rate| {
            (rate.min(low), rate.max(high))
        })
    }
}

/// The median of some numbers; 0 of none.
pub fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    match numbers.len() {
        0 => 0.0,
        odd if odd % 2 == 1 => numbers[odd / 2],
        even => f64::midpoint(numbers[even / 2 - 1], numbers[even / 2]),
    }
}

/// The line above [`row`]s.
pub fn header(title: &str) {
    println!("\n### {title}\n");
    println!("| | a second (slowest–fastest round) | p50 | p99 | of the peer |");
    println!("|---|---|---|---|---|");
}

/// One program's line; `peer` is what it is compared with.
pub fn row(name: &str, it: &Series, peer: Option<&Series>) {
    let (low, high) = it.spread();
    let ratio = peer.map_or_else(
        || "–".into(),
        |peer| format!("{:.2}×", it.rate() / peer.rate()),
    );
    println!(
        "| {name} | {:.0} ({low:.0}–{high:.0}) | {:.2} ms | {:.2} ms | {ratio} |",
        it.rate(),
        it.p50_ms(),
        it.p99_ms(),
    );
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), 2.5);
        assert_eq!(median(vec![]), 0.0);
    }
}
