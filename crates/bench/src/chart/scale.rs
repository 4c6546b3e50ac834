//! From values to places on a drawing.

/// A logarithmic scale.
#[derive(Clone, Copy, Debug)]
pub struct LogScale {
    /// The least and the greatest value.
    pub values: (f64, f64),
    /// Their places.
    pub places: (f64, f64),
}

impl LogScale {
    /// The place of a value; values beyond an end are put there.
    pub fn place(&self, value: f64) -> f64 {
        let (least, most) = self.values;
        let share = (value.clamp(least, most) / least).ln() / (most / least).ln();
        self.places.0 + share * (self.places.1 - self.places.0)
    }

    /// The powers of ten between the ends.
    pub fn decades(&self) -> impl Iterator<Item = f64> {
        let (least, most) = self.values;
        // An end that is a power of ten itself counts, whatever its logarithm is rounded to.
        let first = (least.log10() - 1e-9).ceil() as i32;
        let last = (most.log10() + 1e-9).floor() as i32;
        (first..=last).map(|power| 10_f64.powi(power))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCALE: LogScale = LogScale {
        values: (0.01, 100.0),
        places: (200.0, 600.0),
    };

    #[test]
    fn equal_ratios_are_equally_far() {
        assert!((SCALE.place(1.0) - 400.0).abs() < 1e-9);
        assert!((SCALE.place(10.0) - 500.0).abs() < 1e-9);
        assert_eq!(SCALE.place(0.0), 200.0);
        assert_eq!(SCALE.place(1e6), 600.0);
    }

    #[test]
    fn the_ends_are_decades_too() {
        let decades: Vec<f64> = SCALE.decades().collect();
        assert_eq!(decades, [0.01, 0.1, 1.0, 10.0, 100.0]);
    }
}
