//! Figures, their table and their file.

use std::{fmt, fs, io, num::NonZero, path::Path, thread::available_parallelism};

use serde_json::{Value, json};

use crate::{
    contestant::LESSON,
    statistics::{median, range},
};

/// Something that is measured, in which less is better.
#[derive(Clone, Copy, Debug)]
pub struct Figure {
    /// Its name in the result file.
    pub id: &'static str,
    /// Its name in tables and charts.
    pub title: &'static str,
    pub unit: Unit,
    /// The ratio to the lesson's page to reach.
    pub aim: Option<f64>,
    /// The ratio to dream of.
    pub moonshot: Option<f64>,
}

/// What a figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Bytes,
    Milliseconds,
    Seconds,
    Count,
}

impl Unit {
    pub fn name(self) -> &'static str {
        match self {
            Unit::Bytes => "bytes",
            Unit::Milliseconds => "ms",
            Unit::Seconds => "s",
            Unit::Count => "count",
        }
    }
}

/// Something that is measured at several points.
#[derive(Clone, Copy, Debug)]
pub struct Curve {
    /// Its name in the result file.
    pub id: &'static str,
    /// What it depends on.
    pub title: &'static str,
    /// What it counts.
    pub unit: &'static str,
}

/// All figures so far.
#[derive(Debug, Default)]
pub struct Report {
    /// The browser and its version.
    pub browser: String,
    rows: Vec<Row>,
    curves: Vec<Points>,
}

/// A curve's points, each with the page it belongs to.
#[derive(Debug)]
struct Points {
    curve: Curve,
    points: Vec<(String, u32, Vec<f64>)>,
}

#[derive(Debug)]
struct Row {
    figure: Figure,
    samples: Vec<Samples>,
}

#[derive(Debug)]
struct Samples {
    page: String,
    values: Vec<f64>,
}

impl Report {
    /// Notes one value of a page.
    pub fn add(&mut self, figure: &Figure, page: &str, value: f64) {
        let known = self.rows.iter().position(|row| row.figure.id == figure.id);
        let known = known.unwrap_or_else(|| {
            self.rows.push(Row {
                figure: *figure,
                samples: Vec::new(),
            });
            self.rows.len() - 1
        });
        let row = &mut self.rows[known];
        match row.samples.iter_mut().find(|samples| samples.page == page) {
            Some(samples) => samples.values.push(value),
            None => row.samples.push(Samples {
                page: page.to_owned(),
                values: vec![value],
            }),
        }
    }

    /// Notes one value of a page at a point of a curve.
    pub fn point(&mut self, curve: &Curve, page: &str, x: u32, value: f64) {
        let known = self
            .curves
            .iter()
            .position(|known| known.curve.id == curve.id);
        let known = known.unwrap_or_else(|| {
            self.curves.push(Points {
                curve: *curve,
                points: Vec::new(),
            });
            self.curves.len() - 1
        });
        let points = &mut self.curves[known].points;
        match points
            .iter_mut()
            .find(|(name, at, _)| name == page && *at == x)
        {
            Some((.., values)) => values.push(value),
            None => points.push((page.to_owned(), x, vec![value])),
        }
    }

    /// The points of a page's curve, each the median of its values.
    pub fn curve(&self, id: &str, page: &str) -> Vec<(f64, f64)> {
        let curves = self.curves.iter().filter(|points| points.curve.id == id);
        curves
            .flat_map(|points| &points.points)
            .filter(|(name, ..)| name == page)
            .filter_map(|(_, x, values)| Some((f64::from(*x), median(values)?)))
            .collect()
    }

    /// All figures, with the ratio of a page's to the lesson's where there is one.
    pub fn ratios(&self, page: &str) -> impl Iterator<Item = (Figure, Option<f64>)> {
        self.rows
            .iter()
            .map(move |row| (row.figure, row.ratio(page)))
    }

    /// The median of a page's values of a figure.
    pub fn median(&self, figure: &Figure, page: &str) -> Option<f64> {
        let row = self.rows.iter().find(|row| row.figure.id == figure.id)?;
        median(row.samples_of(page)?)
    }

    /// Writes `result.json` into a folder, which is made if need be.
    ///
    /// # Errors
    /// When the system does not let it.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        let file = folder.join("result.json");
        let rows: Vec<Value> = self.rows.iter().map(Row::json).collect();
        let curves: Vec<Value> = self.curves.iter().map(Points::json).collect();
        let cores = available_parallelism().map_or(0, NonZero::get);
        let result = json!({
            "browser": self.browser,
            "cores": cores,
            "figures": rows,
            "curves": curves,
        });
        fs::write(&file, format!("{result:#}\n"))?;
        println!("The figures are in {}.", file.display());
        Ok(())
    }
}

impl Row {
    fn samples_of(&self, page: &str) -> Option<&[f64]> {
        let samples = self.samples.iter().find(|samples| samples.page == page)?;
        Some(&samples.values)
    }

    /// A page's median divided by the lesson's. None where the lesson's values scatter around 0: they are the clock's error,
    /// and nothing to compare with.
    fn ratio(&self, page: &str) -> Option<f64> {
        let lesson = self.samples_of(LESSON)?;
        let page = median(self.samples_of(page)?)?;
        (range(lesson)?.0 > 0.0 && page > 0.0).then_some(page / median(lesson)?)
    }

    fn json(&self) -> Value {
        let pages: Vec<Value> = self
            .samples
            .iter()
            .map(|samples| {
                json!({
                    "page": samples.page,
                    "median": median(&samples.values),
                    "ratio": self.ratio(&samples.page),
                    "values": samples.values,
                })
            })
            .collect();
        json!({
            "id": self.figure.id,
            "title": self.figure.title,
            "unit": self.figure.unit.name(),
            "aim": self.figure.aim,
            "moonshot": self.figure.moonshot,
            "pages": pages,
        })
    }
}

impl Points {
    fn json(&self) -> Value {
        let points = self.points.iter();
        let points: Vec<Value> = points
            .map(|(page, x, values)| json!({"page": page, "x": x, "median": median(values), "values": values}))
            .collect();
        json!({"id": self.curve.id, "title": self.curve.title, "unit": self.curve.unit, "points": points})
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} ({})", self.curve.title, self.curve.unit)?;
        let mut page_before = "";
        for (page, x, values) in &self.points {
            let name = if page == page_before { "" } else { page };
            page_before = page;
            writeln!(f, "  {name:<16}{x:>8}  {}", columns(values))?;
        }
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in &self.rows {
            writeln!(f, "{} ({})", row.figure.title, row.figure.unit.name())?;
            for samples in &row.samples {
                write!(f, "  {:<16}{}", samples.page, columns(&samples.values))?;
                match row.ratio(&samples.page) {
                    Some(ratio) if samples.page != LESSON => writeln!(f, "{ratio:>10.2} x")?,
                    _ => writeln!(f)?,
                }
            }
            if let Some(aim) = row.figure.aim {
                writeln!(f, "  {:<16}{aim:>48.2} x", "aim")?;
            }
        }
        for points in &self.curves {
            write!(f, "{points}")?;
        }
        Ok(())
    }
}

/// The median, and from where to where the values reach.
fn columns(values: &[f64]) -> String {
    let number = |value: Option<f64>| value.map(number).unwrap_or_default();
    let (least, most) = range(values).unzip();
    let reach = format!("{} … {}", number(least), number(most));
    format!("{:>12} {reach:>24}", number(median(values)))
}

/// With three digits or more; whole numbers have none after the point.
pub fn number(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 || size.fract() == 0.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contestant::OURS;

    const FIGURE: Figure = Figure {
        id: "time",
        title: "time",
        unit: Unit::Milliseconds,
        aim: Some(1.0),
        moonshot: None,
    };

    #[test]
    fn a_ratio_is_of_medians() {
        let mut report = Report::default();
        for (lesson, ours) in [(10.0, 4.0), (20.0, 5.0), (90.0, 900.0)] {
            report.add(&FIGURE, LESSON, lesson);
            report.add(&FIGURE, OURS, ours);
        }
        let ratios: Vec<Option<f64>> = report.ratios(OURS).map(|(_, ratio)| ratio).collect();
        assert_eq!(ratios, [Some(0.25)]);
    }

    #[test]
    fn there_is_no_ratio_to_what_scatters_about_nothing() {
        let mut report = Report::default();
        for (lesson, ours) in [(-0.5, 4.0), (0.5, 5.0), (1.0, 6.0)] {
            report.add(&FIGURE, LESSON, lesson);
            report.add(&FIGURE, OURS, ours);
        }
        let ratios: Vec<Option<f64>> = report.ratios(OURS).map(|(_, ratio)| ratio).collect();
        assert_eq!(ratios, [None]);
    }

    #[test]
    fn figures_show_three_digits() {
        assert_eq!(
            [1.234, 12.34, 123.4, 1234.5, 2.0].map(number),
            ["1.23", "12.3", "123", "1234", "2"]
        );
    }
}
