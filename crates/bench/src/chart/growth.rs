//! How the main thread's work grows with labels and with devices.

use super::{Drawing, scale::LogScale};
use crate::{
    contestant::{LESSON, MQTTJS, OURS},
    measures::growth::{BY_DEVICES, BY_RATE},
    report::{Curve, Report},
};

const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 330.0;
const TOP: f64 = 64.0;
const BOTTOM: f64 = 270.0;

/// The height of a line's name.
const NAME: f64 = 15.0;

/// Milliseconds between two lines.
const STEP: f64 = 100.0;

/// Class, name on the chart, and name in the report.
const PAGES: [(&str, &str, &str); 3] = [
    ("ours", "this page", OURS),
    ("lesson", "the lesson's", LESSON),
    ("mqttjs", "on MQTT.js", MQTTJS),
];

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
        "Main thread: milliseconds of work a second, less is better",
    );
    let most = [BY_RATE, BY_DEVICES]
        .iter()
        .flat_map(|curve| PAGES.map(|(.., page)| report.curve(curve.id, page)))
        .flatten()
        .map(|(_, work)| work)
        .fold(STEP, f64::max);
    // One scale for both, so that they can be compared.
    let top = (most / STEP).ceil() * STEP;
    panel(&mut drawing, report, &BY_RATE, (56.0, 340.0), top);
    panel(&mut drawing, report, &BY_DEVICES, (476.0, 760.0), top);
    Some(drawing.finish("Main thread's work by labels a second and by devices"))
}

fn panel(drawing: &mut Drawing, report: &Report, curve: &Curve, places: (f64, f64), top: f64) {
    let of_ours = report.curve(curve.id, OURS);
    let x_scale = LogScale {
        values: (1.0, of_ours.iter().map(|(x, _)| *x).fold(1.0, f64::max)),
        places,
    };
    let y_place = |value: f64| BOTTOM - (BOTTOM - TOP) * value / top;
    for line in 0..=(top / STEP) as u32 {
        let value = f64::from(line) * STEP;
        let y = y_place(value);
        let class = if line == 0 { "axis" } else { "grid" };
        drawing.line(class, (places.0, y), (places.1, y), 1.0);
        drawing.text(
            "quiet",
            "end",
            (places.0 - 8.0, y + 4.0),
            &value.to_string(),
        );
    }
    for decade in x_scale.decades() {
        let x = x_scale.place(decade);
        drawing.line("axis", (x, BOTTOM), (x, BOTTOM + 4.0), 1.0);
        drawing.text("quiet", "middle", (x, BOTTOM + 20.0), &thousands(decade));
    }
    let middle = f64::midpoint(places.0, places.1);
    drawing.text("", "middle", (middle, BOTTOM + 44.0), curve.title);
    let mut names = Vec::new();
    for (class, name, page) in PAGES {
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
        names.push((class, name, (x + 8.0, y + 4.0)));
    }
    names.sort_by(|(.., (_, one)), (.., (_, other))| one.total_cmp(other));
    let mut free = TOP;
    for (class, name, (x, y)) in names {
        // Lines that end together have their names below each other.
        let y = y.max(free);
        drawing.text(class, "start", (x, y), name);
        free = y + NAME;
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
    fn lines_that_end_together_have_their_names_below_each_other() {
        let mut report = Report::default();
        for page in [OURS, LESSON, MQTTJS] {
            report.point(&BY_RATE, page, 1, 50.0);
        }
        let chart = chart(&report).unwrap();
        let places: Vec<f64> = PAGES
            .iter()
            .map(|(_, name, _)| {
                let line = chart.lines().find(|line| line.contains(name)).unwrap();
                let (_, y) = line.split_once("y=\"").unwrap();
                y.split_once('"').unwrap().0.parse().unwrap()
            })
            .collect();
        assert_eq!([places[1] - places[0], places[2] - places[1]], [NAME, NAME]);
    }

    #[test]
    fn large_numbers_read_in_thousands() {
        assert_eq!(thousands(10_000.0), "10,000");
        assert_eq!(thousands(100.0), "100");
    }
}
