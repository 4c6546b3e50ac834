//! Every figure as a ratio to the lesson's page, beside what was aimed at; in numbers where there is no ratio.

use super::{Drawing, scale::LogScale};
use crate::{
    contestant::{LESSON, MQTTJS, OURS},
    report::{Figure, Report, number},
    statistics::range,
};

const ROW: f64 = 26.0;
const TOP: f64 = 62.0;
const LEFT: f64 = 420.0;
const RIGHT: f64 = 820.0;
const WIDTH: f64 = 900.0;

/// `None` if nothing was measured.
pub fn chart(report: &Report) -> Option<String> {
    let mut rows = Vec::new();
    let mut without_ratio = Vec::new();
    for (figure, ratio) in report.ratios(OURS) {
        match ratio {
            Some(ratio) => rows.push((figure, ratio)),
            None => without_ratio.push(figure),
        }
    }
    if rows.is_empty() && without_ratio.is_empty() {
        return None;
    }
    let peers = report.ratios(MQTTJS).filter_map(|(_, ratio)| ratio);
    let aims = rows.iter().filter_map(|(figure, _)| figure.aim);
    let shown: Vec<f64> = rows
        .iter()
        .map(|(_, ratio)| *ratio)
        .chain(peers)
        .chain(aims)
        .collect();
    let (least, most) = range(&shown).unwrap_or((1.0, 1.0));
    let scale = LogScale {
        values: ((least * 0.8).clamp(0.005, 0.5), (most * 1.2).max(2.0)),
        places: (LEFT, RIGHT),
    };
    let bottom = TOP + ROW * rows.len() as f64;
    let below = bottom + 36.0;
    let mut drawing = Drawing::new(WIDTH, below + ROW * without_ratio.len() as f64);
    axis(&mut drawing, scale, bottom);
    for (row, (figure, ratio)) in rows.iter().enumerate() {
        let y = TOP + ROW * (row as f64 + 0.5);
        drawing.text("", "end", (LEFT - 16.0, y + 4.0), figure.title);
        if let Some(aim) = figure.aim {
            let x = scale.place(aim);
            drawing.line("aim", (x, y - 9.0), (x, y + 9.0), 2.5);
        }
        let peer = report
            .ratios(MQTTJS)
            .find(|(known, _)| known.id == figure.id);
        if let Some((_, Some(peer))) = peer {
            drawing.dot("mqttjs", (scale.place(peer), y), 4.0);
        }
        drawing.dot("ours", (scale.place(*ratio), y), 5.0);
        let is_reached = figure.aim.is_some_and(|aim| *ratio <= aim);
        let class = if is_reached { "good" } else { "" };
        drawing.text(
            class,
            "start",
            (RIGHT + 16.0, y + 4.0),
            &format!("{ratio:.2} ×"),
        );
    }
    for (row, figure) in without_ratio.iter().enumerate() {
        let y = below + ROW * (row as f64 + 0.5);
        drawing.text("", "end", (LEFT - 16.0, y + 4.0), figure.title);
        let values = in_numbers(report, figure);
        drawing.text("", "start", (LEFT, y + 4.0), &values);
    }
    Some(drawing.finish("Ratios to the lesson's page: less is better"))
}

fn in_numbers(report: &Report, figure: &Figure) -> String {
    let pages = [
        ("this page", OURS),
        ("the lesson's", LESSON),
        ("on MQTT.js", MQTTJS),
    ];
    let values: Vec<String> = pages
        .iter()
        .filter_map(|(name, page)| {
            let median = report.median(figure, page)?;
            Some(format!("{name} {}", number(median)))
        })
        .collect();
    format!("{} ({})", values.join(", "), figure.unit.name())
}

fn axis(drawing: &mut Drawing, scale: LogScale, bottom: f64) {
    legend(drawing);
    for decade in scale.decades().filter(|decade| *decade != 1.0) {
        let x = scale.place(decade);
        drawing.line("grid", (x, TOP), (x, bottom), 1.0);
        drawing.text(
            "quiet",
            "middle",
            (x, bottom + 18.0),
            &format!("{decade} ×"),
        );
    }
    let x = scale.place(1.0);
    drawing.line("lesson", (x, TOP - 6.0), (x, bottom), 1.5);
    drawing.text("lesson", "middle", (x, TOP - 12.0), "the lesson's page");
    drawing.text("quiet", "middle", (x, bottom + 18.0), "1 ×");
}

fn legend(drawing: &mut Drawing) {
    let y = 18.0;
    drawing.text(
        "title",
        "start",
        (16.0, y),
        "Ratio to the lesson's page, less is better",
    );
    drawing.dot("ours", (LEFT + 6.0, y - 4.0), 5.0);
    drawing.text("", "start", (LEFT + 18.0, y), "this page");
    drawing.dot("mqttjs", (LEFT + 116.0, y - 4.0), 4.0);
    drawing.text("", "start", (LEFT + 128.0, y), "a page on MQTT.js");
    drawing.line(
        "aim",
        (LEFT + 270.0, y - 12.0),
        (LEFT + 270.0, y + 4.0),
        2.5,
    );
    drawing.text("", "start", (LEFT + 280.0, y), "aim");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Unit;

    #[test]
    fn a_figure_without_a_ratio_is_drawn_in_numbers() {
        let figure = Figure {
            id: "lag",
            title: "lag",
            unit: Unit::Milliseconds,
            aim: None,
            moonshot: None,
        };
        let mut report = Report::default();
        for (page, value) in [(LESSON, 0.0), (MQTTJS, 0.25), (OURS, 12.5)] {
            report.add(&figure, page, value);
        }
        let chart = chart(&report).unwrap();
        assert!(chart.contains("this page 12.5, the lesson's 0, on MQTT.js 0.25 (ms)"));
    }
}
