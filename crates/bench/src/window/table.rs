//! Some measurements of the same thing, and how they are printed.

use crate::figures::median;

/// Milliseconds, or whatever else was measured.
#[derive(Default, Clone)]
pub struct Samples(Vec<f64>);

impl Samples {
    /// Takes one.
    pub fn push(&mut self, sample: f64) {
        self.0.push(sample);
    }

    /// The middle one.
    pub fn median(&self) -> f64 {
        median(self.0.clone())
    }

    /// The 99th percentile: of fewer than a hundred, the largest.
    pub fn p99(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let at = (sorted.len() * 99).div_ceil(100).saturating_sub(1);
        sorted.get(at).copied().unwrap_or(0.0)
    }

    /// The largest.
    pub fn largest(&self) -> f64 {
        self.0.iter().copied().fold(0.0, f64::max)
    }
}

/// The line above [`row`]s.
pub fn header(title: &str) {
    println!("\n### {title}\n\n| | median | p99 | of the peer |\n|---|---|---|---|");
}

/// A line in milliseconds; the ratio is of both 99th percentiles.
pub fn row(name: &str, it: &Samples, peer: Option<f64>) {
    let ratio = peer.map_or_else(|| "–".into(), |peer| format!("p99 {:.2}×", it.p99() / peer));
    println!(
        "| {name} | {:.1} ms | {:.1} ms | {ratio} |",
        it.median(),
        it.p99()
    );
}

#[cfg(test)]
mod tests {
    use super::Samples;

    #[test]
    fn the_99th_percentile_of_few_is_the_largest() {
        let of = |count: u32| {
            let mut samples = Samples::default();
            (1..=count).for_each(|number| samples.push(f64::from(number)));
            samples.p99()
        };
        assert_eq!((of(3), of(100), of(200)), (3.0, 99.0, 198.0));
    }
}
