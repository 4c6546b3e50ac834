//! Figures, their table and their file.

use std::{fmt, fs, io, path::Path};

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
    fn name(self) -> &'static str {
        match self {
            Unit::Bytes => "bytes",
            Unit::Milliseconds => "ms",
            Unit::Seconds => "s",
            Unit::Count => "count",
        }
    }
}

/// All figures so far.
#[derive(Debug, Default)]
pub struct Report {
    rows: Vec<Row>,
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
        let row = match self.rows.iter().position(|row| row.figure.id == figure.id) {
            Some(known) => &mut self.rows[known],
            None => {
                self.rows.push(Row {
                    figure: *figure,
                    samples: Vec::new(),
                });
                let last = self.rows.len() - 1;
                &mut self.rows[last]
            }
        };
        match row.samples.iter_mut().find(|samples| samples.page == page) {
            Some(samples) => samples.values.push(value),
            None => row.samples.push(Samples {
                page: page.to_owned(),
                values: vec![value],
            }),
        }
    }

    /// Says how far a measure is.
    pub fn progress(&self, measure: &str, run: u32, runs: u32) {
        println!("{measure}: run {} of {runs}", run + 1);
    }

    /// Writes `result.json` into a folder, which is made if need be.
    ///
    /// # Errors
    /// When the system does not let it.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        let file = folder.join("result.json");
        let rows: Vec<Value> = self.rows.iter().map(Row::json).collect();
        fs::write(&file, format!("{:#}\n", json!({"figures": rows})))?;
        println!("The figures are in {}.", file.display());
        Ok(())
    }
}

impl Row {
    fn median_of(&self, page: &str) -> Option<f64> {
        let samples = self.samples.iter().find(|samples| samples.page == page)?;
        Some(median(&samples.values))
    }

    /// A page's median as a share of the lesson's.
    fn ratio(&self, page: &str) -> Option<f64> {
        let lesson = self.median_of(LESSON).filter(|lesson| *lesson > 0.0)?;
        Some(self.median_of(page)? / lesson)
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

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in &self.rows {
            writeln!(f, "{} ({})", row.figure.title, row.figure.unit.name())?;
            for samples in &row.samples {
                let (least, most) = range(&samples.values);
                write!(
                    f,
                    "  {:<16}{:>12} {:>24}",
                    samples.page,
                    number(median(&samples.values)),
                    format!("{} … {}", number(least), number(most)),
                )?;
                match row.ratio(&samples.page) {
                    Some(ratio) if samples.page != LESSON => writeln!(f, "{ratio:>10.2} x")?,
                    _ => writeln!(f)?,
                }
            }
            if let Some(aim) = row.figure.aim {
                writeln!(f, "  {:<16}{aim:>48.2} x", "aim")?;
            }
        }
        Ok(())
    }
}

/// Three digits or more.
fn number(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}
