//! What is wrong with the settings, in words for whoever wrote them.

use std::fmt;

/// A setting that cannot be used, and what is used instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    setting: String,
    fault: &'static str,
    used: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}. {}", self.setting, self.fault, self.used)
    }
}

/// All that were found, in the order of the settings.
#[derive(Default)]
pub(super) struct Problems(pub(super) Vec<Problem>);

impl Problems {
    /// The file as a whole cannot be used.
    pub(super) fn file(&mut self, fault: &'static str) {
        let used = "The defaults are used instead.".to_owned();
        self.add("config.json".to_owned(), fault, used);
    }

    /// A key of the file is no setting.
    pub(super) fn unknown(&mut self, key: &str) {
        let used =
            "Known are brokers, device, username, password, keepalive, prefix and bridgeSuffix.";
        let fault = "is not a setting and is ignored";
        self.add(key_in_file(key), fault, used.to_owned());
    }

    /// A setting of the file cannot be used; `used` is, instead.
    pub(super) fn in_file(&mut self, key: &str, fault: &'static str, used: &str) {
        self.add(key_in_file(key), fault, using(used));
    }

    /// The same of one of the texts in a setting's list.
    pub(super) fn in_list(&mut self, key: &str, text: &str, fault: &'static str, used: &str) {
        let setting = format!("{}: “{}”", key_in_file(key), shortened(text));
        self.add(setting, fault, using(used));
    }

    /// The same of a setting in the page's address.
    pub(super) fn in_address(&mut self, key: &str, fault: &'static str, used: &str) {
        let setting = format!("“{key}” in the page's address");
        self.add(setting, fault, using(used));
    }

    fn add(&mut self, setting: String, fault: &'static str, used: String) {
        self.0.push(Problem {
            setting,
            fault,
            used,
        });
    }
}

fn key_in_file(key: &str) -> String {
    format!("“{}” in config.json", shortened(key))
}

fn using(used: &str) -> String {
    format!("Using {used} instead.")
}

fn shortened(text: &str) -> String {
    text.chars().take(80).collect()
}
