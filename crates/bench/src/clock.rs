//! This machine's clock, as pages read it too.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::{browser::Page, devtools::DevtoolsError};

/// Milliseconds since 1970.
pub fn now() -> f64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0.0, |since| since.as_secs_f64() * 1e3)
}

/// How many milliseconds a page's clock is known to be ahead of ours.
///
/// # Errors
/// When the browser is gone.
pub async fn ahead(page: &Page) -> Result<f64, DevtoolsError> {
    let mut bounds = (f64::MIN, f64::MAX);
    for _ in 0..20 {
        let before = now();
        let there: f64 = page
            .evaluate("performance.timeOrigin + performance.now()")
            .await?;
        bounds = narrowed(bounds, there - now(), there - before);
    }
    Ok(nearest_to_none(bounds))
}

fn narrowed((least, most): (f64, f64), at_least: f64, at_most: f64) -> (f64, f64) {
    (least.max(at_least), most.min(at_most))
}

/// Both clocks are the system's: they agree unless they cannot.
fn nearest_to_none((least, most): (f64, f64)) -> f64 {
    0.0_f64.min(most).max(least)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_is_in_milliseconds() {
        let of_this_century = 1e12..4e12;
        assert!(of_this_century.contains(&now()));
    }

    #[test]
    fn clocks_agree_as_far_as_a_look_at_both_allows() {
        assert_eq!(nearest_to_none((-0.4, 0.3)), 0.0);
        assert_eq!(nearest_to_none(narrowed((-0.4, 0.3), 0.1, 0.5)), 0.1);
        assert_eq!(nearest_to_none((-3.0, -2.0)), -2.0);
    }
}
