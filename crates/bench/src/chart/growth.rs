//! How the main thread's work grows with labels and with devices.

use super::{Drawing, scale::LogScale};
use crate::{
    contestant::{LESSON, OURS},
    measures::growth::{BY_DEVICES, BY_RATE},
    report::{Curve, Report},
};

const WIDTH: f64 = 840.0;
const HEIGHT: f64 = 330.0;
const TOP: f64 = 64.0;
const BOTTOM: f64 = 270.0;

/// A main thread that does nothing else is busy for this many milliseconds a second.
const FULL: f64 = 1_000.0;

/// `None` if nothing was measured.
pub fn chart(report: &Report) -> Option<String> {
    if report.curve(BY_RATE.id, OURS).is_empty() {
        return None;
    }
    let mut drawing = Drawing::new(WIDTH, HEIGHT);
    drawing.text(
        "title",
        "start",
        (16.0, 20.0),
        "Main thread: milliseconds of work a second",
    );
    panel(&mut drawing, report, &BY_RATE, (60.0, 380.0));
    panel(&mut drawing, report, &BY_DEVICES, (470.0, 790.0));
    Some(drawing.finish("Main thread's work by labels a second and by devices"))
}

fn panel(drawing: &mut Drawing, report: &Report, curve: &Curve, places: (f64, f64)) {
    let pages = [("ours", "this page", OURS), ("lesson", "lesson", LESSON)];
    let all = || {
        pages
            .iter()
            .flat_map(|(.., page)| report.curve(curve.id, page))
    };
    let most_x = all().map(|(x, _)| x).fold(1.0, f64::max);
    let most_y = all().map(|(_, y)| y).fold(100.0, f64::max);
    let step = if most_y > FULL / 2.0 { 250.0 } else { 50.0 };
    let top_value = (most_y / step).ceil() * step;
    let x_scale = LogScale {
        values: (1.0, most_x),
        places,
    };
    let y_place = |value: f64| BOTTOM - (BOTTOM - TOP) * value / top_value;
    let mut value = 0.0;
    while value <= top_value {
        let y = y_place(value);
        let class = if value == 0.0 { "axis" } else { "grid" };
        drawing.line(class, (places.0, y), (places.1, y), 1.0);
        drawing.text(
            "quiet",
            "end",
            (places.0 - 8.0, y + 4.0),
            &value.to_string(),
        );
        value += step;
    }
    for decade in x_scale.decades() {
        let x = x_scale.place(decade);
        drawing.line("axis", (x, BOTTOM), (x, BOTTOM + 4.0), 1.0);
        drawing.text("quiet", "middle", (x, BOTTOM + 20.0), &thousands(decade));
    }
    let middle = f64::midpoint(places.0, places.1);
    drawing.text("", "middle", (middle, BOTTOM + 44.0), curve.title);
    for (class, name, page) in pages {
        let points: Vec<(f64, f64)> = report
            .curve(curve.id, page)
            .iter()
            .map(|(x, y)| (x_scale.place(*x), y_place(*y)))
            .collect();
        let Some((x, y)) = points.last().copied() else {
            continue;
        };
        drawing.path(class, &points);
        for point in &points {
            drawing.dot(class, *point, 2.5);
        }
        drawing.text(class, "end", (x, y - 10.0), name);
    }
}

fn thousands(value: f64) -> String {
    match value {
        value if value >= 1_000.0 => format!("{},000", value / 1_000.0),
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_numbers_read_in_thousands() {
        assert_eq!(thousands(10_000.0), "10,000");
        assert_eq!(thousands(100.0), "100");
    }
}
