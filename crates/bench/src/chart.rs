//! The README's charts, as SVG that reads in light and in dark.

mod growth;
mod ratios;
mod scale;

use std::{fs, io, path::Path};

use crate::report::Report;

/// Writes the charts of all that was measured into a folder.
///
/// # Errors
/// When the system does not let it.
pub fn write(report: &Report, folder: &Path) -> io::Result<()> {
    for (name, chart) in [
        ("bench.svg", ratios::chart(report)),
        ("growth.svg", growth::chart(report)),
    ] {
        if let Some(chart) = chart {
            let file = folder.join(name);
            fs::write(&file, chart)?;
            println!("A chart is in {}.", file.display());
        }
    }
    Ok(())
}

/// A drawing, to which shapes and words are added one by one.
struct Drawing {
    width: f64,
    height: f64,
    shapes: String,
}

/// Ours, the lesson's page, MQTT.js and whatever is but a help to read them.
const STYLE: &str = "
  svg { font: 13px system-ui, sans-serif; }
  text { fill: #3b3a36; }
  .title { font-weight: 600; }
  .quiet { fill: #77746c; }
  .ours { fill: #b4530a; stroke: #b4530a; }
  .lesson { fill: #3b3a36; stroke: #3b3a36; }
  .mqttjs { fill: none; stroke: #77746c; }
  .aim { stroke: #2f7d4f; }
  .good { fill: #2f7d4f; }
  .grid { stroke: #e3dfd6; }
  .axis { stroke: #a09c92; }
  path, line { fill: none !important; }
  text.ours, text.lesson, text.mqttjs { stroke: none; }
  text.mqttjs { fill: #77746c; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e4e1da; }
    .quiet, text.mqttjs { fill: #a09c92; }
    .ours { fill: #f2a154; stroke: #f2a154; }
    .lesson { fill: #e4e1da; stroke: #e4e1da; }
    .mqttjs { stroke: #a09c92; }
    .aim { stroke: #6cc392; }
    .good { fill: #6cc392; }
    .grid { stroke: #35363c; }
    .axis { stroke: #77746c; }
  }";

impl Drawing {
    fn new(width: f64, height: f64) -> Drawing {
        Drawing {
            width,
            height,
            shapes: String::new(),
        }
    }

    fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64), width: f64) {
        self.add(format!(
            r#"<line class="{class}" x1="{:.1}" y1="{:.1}" x2="{:.1}" y2="{:.1}" stroke-width="{width}"/>"#,
            from.0, from.1, to.0, to.1
        ));
    }

    fn path(&mut self, class: &str, points: &[(f64, f64)]) {
        let steps: Vec<String> = points
            .iter()
            .map(|(x, y)| format!("{x:.1} {y:.1}"))
            .collect();
        self.add(format!(
            r#"<path class="{class}" d="M{}" stroke-width="2" stroke-linejoin="round"/>"#,
            steps.join("L")
        ));
    }

    fn dot(&mut self, class: &str, (x, y): (f64, f64), radius: f64) {
        self.add(format!(
            r#"<circle class="{class}" cx="{x:.1}" cy="{y:.1}" r="{radius}" stroke-width="1.5"/>"#
        ));
    }

    /// `anchor` is `start`, `middle` or `end`.
    fn text(&mut self, class: &str, anchor: &str, (x, y): (f64, f64), text: &str) {
        self.add(format!(
            r#"<text class="{class}" x="{x:.1}" y="{y:.1}" text-anchor="{anchor}">{text}</text>"#
        ));
    }

    fn add(&mut self, shape: String) {
        self.shapes.push_str(&shape);
        self.shapes.push('\n');
    }

    fn finish(self, title: &str) -> String {
        let Drawing {
            width,
            height,
            shapes,
        } = self;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
             width=\"{width}\" height=\"{height}\" role=\"img\">\n\
             <title>{title}</title>\n<style>{STYLE}\n</style>\n{shapes}</svg>\n"
        )
    }
}
