//! The pages that are measured.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{Cli, error::BenchError, site::Files};

/// Where a page reads how to reach its broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrokerSource {
    /// In `config.json`.
    Config,
    /// As a port in the page's own address. (In the lesson, a person writes the broker's name into the script.)
    PageAddress,
}

/// A page to measure.
#[derive(Clone, Debug)]
pub struct Contestant {
    /// As tables show it.
    pub name: String,
    pub broker_source: BrokerSource,
    pub files: Arc<Files>,
}

/// The name of the page that all are held against.
pub const LESSON: &str = "lesson";
/// The name of the same page on MQTT.js.
pub const MQTTJS: &str = "mqttjs";
/// The name of the page that this project builds.
pub const OURS: &str = "lampi-web";

/// The lesson's page, that on MQTT.js, ours, and what else was asked for.
///
/// # Errors
/// When a file cannot be read.
pub fn all(cli: &Cli) -> Result<Vec<Contestant>, BenchError> {
    let lesson = peer(
        cli,
        LESSON,
        &["paho-mqtt/mqttws31.js", "jquery/dist/jquery.min.js"],
    )?;
    let mqttjs = peer(cli, MQTTJS, &["mqtt/dist/mqtt.min.js"])?;
    let mut contestants = vec![lesson, mqttjs, built(OURS, &cli.page)?];
    for folder in &cli.options.also {
        contestants.push(built(&folder.display().to_string(), folder)?);
    }
    Ok(contestants)
}

fn peer(cli: &Cli, name: &str, libraries: &[&str]) -> Result<Contestant, BenchError> {
    let mut files = page(&cli.peers.join(name))?;
    for library in libraries {
        let path = cli.libraries.join(library);
        files.add(&name_of(&path), &read(&path)?, true);
    }
    Ok(Contestant {
        name: name.to_owned(),
        broker_source: BrokerSource::PageAddress,
        files: files.into(),
    })
}

fn built(name: &str, folder: &Path) -> Result<Contestant, BenchError> {
    Ok(Contestant {
        name: name.to_owned(),
        broker_source: BrokerSource::Config,
        files: page(folder)?.into(),
    })
}

/// A page's files. All but the document are kept for good: ours are named after their content, a peer's script could be.
/// `config.json` too, but our page has the browser ask for it anew at each visit.
fn page(folder: &Path) -> Result<Files, BenchError> {
    let mut files = Files::default();
    for path in files_in(folder)? {
        let name = name_of(&path);
        files.add(&name, &read(&path)?, name != "index.html");
    }
    Ok(files)
}

fn files_in(folder: &Path) -> Result<Vec<PathBuf>, BenchError> {
    let failed = |cause| BenchError::File {
        path: folder.to_owned(),
        cause,
    };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_file() {
            paths.push(path);
        }
    }
    Ok(paths)
}

fn read(path: &Path) -> Result<Vec<u8>, BenchError> {
    fs::read(path).map_err(|cause| BenchError::File {
        path: path.to_owned(),
        cause,
    })
}

fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
