//! Where to connect and as whom: defaults, then `config.json`, then the page's own address.
//!
//! Nothing here can fail: a setting that cannot be used is reported as a [`Problem`] and the next best is used.

mod problem;

pub use problem::Problem;

use std::ops::RangeInclusive;

use lampi::duration::Duration;
use lampi::json::{self, Object};
use lampi::topics::{MAX_NAME_LENGTH, Topics, is_no_part_of_a_name};
use serde::{Deserialize, Serialize};

use crate::broker_address::{self, split_port};
use crate::demo;
use crate::mqtt::{Credentials, Login};
use problem::Problems;

/// Device that the page shows first, unless another is named.
pub const DEFAULT_DEVICE: &str = "TEST";

/// Port of the broker's WebSocket listener, on the host the page came from over http.
const DEFAULT_PORT: u16 = 50002;

/// The MQTT keep-alive, unless another is set.
const DEFAULT_KEEP_ALIVE: Duration = Duration::from_secs(30);

/// Seconds. Shorter ones would burden the broker, longer ones find a dead link too late.
pub const KEEP_ALIVE: RangeInclusive<u64> = 5..=300;

/// What the page runs with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Config {
    /// WebSocket URLs, tried in turn. Not empty.
    pub brokers: Vec<String>,
    /// Device that is shown first: one level of a topic.
    pub device: String,
    /// The first device of a page whose address names none.
    pub lesson_device: String,
    /// Withheld from a broker named in the page's address.
    pub login: Login,
    /// The MQTT keep-alive, [`KEEP_ALIVE`] long, whole seconds.
    pub keep_alive: Duration,
    /// Whether the page came over https.
    pub is_page_secure: bool,
    /// What the lamps' topics are named.
    pub topics: Topics,
    /// Show a simulated lamp instead of asking a broker.
    pub is_demo: bool,
}

/// The parts of the page's address that matter here.
#[derive(Clone, Copy, Debug, Default)]
pub struct PageAddress<'a> {
    /// Whether the scheme is https.
    pub is_secure: bool,
    /// Host name with its port, if any; IPv6 in brackets.
    pub host: &'a str,
    /// `?device=`, decoded.
    pub device: Option<&'a str>,
    /// `?broker=`, decoded.
    pub broker: Option<&'a str>,
    /// Whether there is a `?demo`.
    pub is_demo: bool,
}

/// What came of fetching `config.json`.
#[derive(Clone, Copy, Debug)]
pub enum ConfigFile<'a> {
    /// There is none, which is fine.
    Missing,
    /// The web server did not give it out.
    Unreadable,
    /// Its text.
    Text(&'a str),
}

impl Config {
    /// Reads the settings.
    pub fn read(file: ConfigFile<'_>, page: PageAddress<'_>) -> (Self, Vec<Problem>) {
        let mut problems = Problems::default();
        let mut config = Self {
            brokers: vec![default_broker(page)],
            device: DEFAULT_DEVICE.to_owned(),
            lesson_device: DEFAULT_DEVICE.to_owned(),
            login: Login::Unknown,
            keep_alive: DEFAULT_KEEP_ALIVE,
            is_page_secure: page.is_secure,
            topics: Topics::default(),
            is_demo: page.is_demo,
        };
        match file {
            ConfigFile::Missing => {}
            ConfigFile::Unreadable => {
                problems.file("cannot be read: the web server does not give it out");
            }
            ConfigFile::Text(json) => config.apply_file(json, &mut problems),
        }
        if page.is_demo {
            config.device = demo::DEVICE.to_owned();
        }
        config.lesson_device.clone_from(&config.device);
        config.apply_address(page, &mut problems);
        (config, problems.0)
    }

    /// Puts a broker first, if it is one of them.
    pub fn prefer(&mut self, broker: &str) {
        if let Some(index) = self.brokers.iter().position(|url| url == broker) {
            self.brokers.rotate_left(index);
        }
    }

    fn apply_file(&mut self, json: &str, problems: &mut Problems) {
        let Ok(object) = Object::parse(json) else {
            return problems.file("is not a JSON object");
        };
        let (mut username, mut password) = (Ok(None), Ok(None));
        for (key, value) in object.members() {
            match key {
                "brokers" => self.apply_brokers(value, problems),
                "device" => self.apply_device(value, problems),
                "username" => username = login_text(key, value, problems),
                "password" => password = login_text(key, value, problems),
                "keepalive" => self.apply_keep_alive(value, problems),
                "prefix" => {
                    let prefix = json::string(value).map(whole_levels);
                    apply_topic_part(key, prefix, &mut self.topics.prefix, problems);
                }
                "bridgeSuffix" => {
                    let suffix = json::string(value).filter(|suffix| !suffix.contains('/'));
                    apply_topic_part(key, suffix, &mut self.topics.bridge_suffix, problems);
                }
                _ => problems.unknown(key),
            }
        }
        self.login = match (username, password) {
            (Ok(Some(username)), Ok(password)) => Login::Known(Credentials {
                username,
                password: password.unwrap_or_default(),
            }),
            (Ok(None), Ok(Some(_))) => {
                problems.in_file("password", "needs a username beside it", "no login");
                Login::Unknown
            }
            _ => Login::Unknown,
        };
    }

    fn apply_keep_alive(&mut self, value: &str, problems: &mut Problems) {
        match value
            .parse()
            .ok()
            .filter(|seconds| KEEP_ALIVE.contains(seconds))
        {
            Some(seconds) => self.keep_alive = Duration::from_secs(seconds),
            None => {
                let used = format!("{} seconds", self.keep_alive.as_secs());
                problems.in_file(
                    "keepalive",
                    "is not a whole number of seconds from 5 to 300",
                    &used,
                );
            }
        }
    }

    fn apply_device(&mut self, value: &str, problems: &mut Problems) {
        match json::string(value).as_deref().map(device) {
            Some(Ok(device)) => self.device = device,
            Some(Err(fault)) => problems.in_file("device", fault, &self.device),
            None => problems.in_file("device", "is not a text in quotes", &self.device),
        }
    }

    fn apply_brokers(&mut self, value: &str, problems: &mut Problems) {
        let Some(urls) = json::strings(value) else {
            let fault = "is not a list of texts in quotes";
            return problems.in_file("brokers", fault, &self.brokers.join(", "));
        };
        let (mut good, mut bad) = (Vec::new(), Vec::new());
        for url in urls {
            match broker_address::fault(&url) {
                None => good.push(url),
                Some(fault) => bad.push((url, fault)),
            }
        }
        if !good.is_empty() {
            self.brokers = good;
        }
        for (url, fault) in bad {
            problems.in_list("brokers", &url, fault, &self.brokers.join(", "));
        }
    }

    fn apply_address(&mut self, page: PageAddress<'_>, problems: &mut Problems) {
        if let Some(name) = page.device {
            match device(name) {
                Ok(device) => self.device = device,
                Err(fault) => problems.in_address("device", fault, &self.device),
            }
        }
        if let Some(url) = page.broker.filter(|_| !self.is_demo) {
            match broker_address::fault(url) {
                None => {
                    self.brokers = vec![url.to_owned()];
                    self.login = Login::Withheld;
                }
                Some(fault) => {
                    problems.in_address("broker", fault, &self.brokers.join(", "));
                }
            }
        }
    }
}

/// Ends a prefix of topics with a level: what follows may be `+`, which stands for one (section 4.7.1.3).
fn whole_levels(mut prefix: String) -> String {
    if !prefix.is_empty() && !prefix.ends_with('/') {
        prefix.push('/');
    }
    prefix
}

/// A piece of the lamps' topics.
fn apply_topic_part(key: &str, text: Option<String>, part: &mut String, problems: &mut Problems) {
    match text.filter(|text| text.len() <= MAX_NAME_LENGTH) {
        Some(text) if !text.contains(|c| c != '/' && is_no_part_of_a_name(c)) => *part = text,
        _ => {
            let fault = "is not a part of a topic in quotes: + and # have no place there, nor / in a suffix";
            problems.in_file(key, fault, part);
        }
    }
}

struct Unusable;

/// A user name or password; empty is the same as none.
fn login_text(key: &str, value: &str, problems: &mut Problems) -> Result<Option<String>, Unusable> {
    match json::string(value) {
        // Section 1.5.3 forbids U+0000.
        Some(text) if text.len() <= MAX_NAME_LENGTH && !text.contains('\0') => {
            Ok(Some(text).filter(|text| !text.is_empty()))
        }
        _ => {
            let fault = "is not a text of at most 1,024 bytes in quotes";
            problems.in_file(key, fault, "no login");
            Err(Unusable)
        }
    }
}

fn default_broker(page: PageAddress<'_>) -> String {
    if page.is_secure {
        format!("wss://{}/mqtt", page.host)
    } else {
        let (hostname, _) = split_port(page.host);
        format!("ws://{hostname}:{DEFAULT_PORT}/mqtt")
    }
}

/// A device is one level of a topic name (sections 4.7.1 and 1.5.3).
///
/// # Errors
/// Why this cannot be one.
pub fn device(name: &str) -> Result<String, &'static str> {
    if name.is_empty() {
        Err("is empty")
    } else if name.len() > MAX_NAME_LENGTH {
        Err("is longer than 1,024 bytes")
    } else if name.contains(is_no_part_of_a_name) {
        Err("has a character that a device's name cannot have: / + # or a control character")
    } else {
        Ok(name.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: PageAddress<'static> = PageAddress {
        is_secure: false,
        host: "box.example:8080",
        device: None,
        broker: None,
        is_demo: false,
    };

    fn read(file: &str) -> (Config, Vec<String>) {
        read_with(ConfigFile::Text(file), PAGE)
    }

    fn read_with(file: ConfigFile<'_>, page: PageAddress<'_>) -> (Config, Vec<String>) {
        let (config, problems) = Config::read(file, page);
        (config, problems.iter().map(Problem::to_string).collect())
    }

    #[test]
    fn over_http_the_broker_is_on_the_page_s_host_at_port_50002() {
        let (config, problems) = read_with(ConfigFile::Missing, PAGE);
        assert_eq!(config.brokers, ["ws://box.example:50002/mqtt"]);
        assert_eq!(config.device, "TEST");
        assert_eq!(config.login, Login::Unknown);
        assert!(problems.is_empty());
    }

    #[test]
    fn a_page_on_an_ipv6_address_finds_its_broker() {
        for host in ["[::1]:8080", "[::1]"] {
            let (config, _) = read_with(ConfigFile::Missing, PageAddress { host, ..PAGE });
            assert_eq!(config.brokers, ["ws://[::1]:50002/mqtt"]);
        }
    }

    #[test]
    fn over_https_the_broker_is_behind_the_page_s_own_host_and_port() {
        let page = PageAddress {
            is_secure: true,
            ..PAGE
        };
        let (config, _) = read_with(ConfigFile::Missing, page);
        assert_eq!(config.brokers, ["wss://box.example:8080/mqtt"]);
    }

    #[test]
    fn the_file_wins_over_the_defaults() {
        let (config, problems) = read(
            r#"{"brokers": ["wss://a/mqtt", "ws://[::1]:1/x?y"], "device": "d", "username": "u", "password": "p"}"#,
        );
        assert_eq!(problems, [""; 0]);
        assert_eq!(config.brokers, ["wss://a/mqtt", "ws://[::1]:1/x?y"]);
        assert_eq!(config.device, "d");
        let (username, password) = ("u".to_owned(), "p".to_owned());
        let login = Login::Known(Credentials { username, password });
        assert_eq!(config.login, login);
    }

    #[test]
    fn a_prefix_ends_with_a_whole_level() {
        for (prefix, expected) in [
            ("devices/", "devices/"),
            ("year/2017", "year/2017/"),
            ("", ""),
        ] {
            let (config, problems) = read(&format!(r#"{{"prefix": "{prefix}"}}"#));
            assert_eq!(config.topics.prefix, expected);
            assert!(problems.is_empty());
        }
    }

    #[test]
    fn a_part_of_a_topic_has_no_wildcard() {
        for part in ["a/+/", "#", "a\\u0000"] {
            let (config, problems) = read(&format!(r#"{{"prefix": "{part}"}}"#));
            assert_eq!(config.topics.prefix, "devices/");
            assert_eq!(problems.len(), 1, "{part}");
        }
    }

    #[test]
    fn a_part_of_a_topic_is_not_endless() {
        let long = "x".repeat(MAX_NAME_LENGTH + 1);
        let (config, problems) = read(&format!(r#"{{"bridgeSuffix": "{long}"}}"#));
        assert_eq!(config.topics.bridge_suffix, "_broker");
        assert_eq!(problems.len(), 1);
    }

    #[test]
    fn a_bridge_suffix_is_a_part_of_a_level() {
        let (config, problems) = read(r#"{"bridgeSuffix": ".bridge"}"#);
        assert_eq!(config.topics.bridge_suffix, ".bridge");
        assert_eq!(problems, [""; 0]);
        let (config, problems) = read(r#"{"bridgeSuffix": "a/b"}"#);
        assert_eq!(config.topics.bridge_suffix, "_broker");
        assert_eq!(
            problems,
            [
                "“bridgeSuffix” in config.json is not a part of a topic in quotes: + and # have no \
              place there, nor / in a suffix. Using _broker instead."
            ]
        );
    }

    #[test]
    fn the_address_wins_over_the_file() {
        let page = PageAddress {
            device: Some("lamp"),
            broker: Some("ws://other:1/mqtt"),
            ..PAGE
        };
        let file = r#"{"brokers": ["ws://a/"], "device": "d"}"#;
        let (config, _) = read_with(ConfigFile::Text(file), page);
        assert_eq!(config.device, "lamp");
        assert_eq!(config.brokers, ["ws://other:1/mqtt"]);
    }

    #[test]
    fn the_lesson_s_device_is_not_the_address_s() {
        let page = PageAddress {
            device: Some("lamp"),
            ..PAGE
        };
        let (config, _) = read_with(ConfigFile::Text(r#"{"device": "d"}"#), page);
        assert_eq!(config.lesson_device, "d");
    }

    #[test]
    fn a_broker_in_the_address_never_gets_the_login() {
        let page = PageAddress {
            broker: Some("ws://other/"),
            ..PAGE
        };
        let (config, _) = read_with(
            ConfigFile::Text(r#"{"username": "u", "password": "p"}"#),
            page,
        );
        assert_eq!(config.login, Login::Withheld);
    }

    #[test]
    fn a_bad_broker_in_the_address_does_not_hide_the_login() {
        let page = PageAddress {
            broker: Some("nonsense"),
            ..PAGE
        };
        let (config, problems) = read_with(ConfigFile::Text(r#"{"username": "u"}"#), page);
        assert!(matches!(config.login, Login::Known(_)));
        assert_eq!(
            problems,
            [
                "“broker” in the page's address does not begin with ws:// or wss://. \
              Using ws://box.example:50002/mqtt instead."
            ]
        );
    }

    #[test]
    fn the_demo_does_not_care_for_a_broker() {
        let page = PageAddress {
            broker: Some("nonsense"),
            is_demo: true,
            ..PAGE
        };
        let (_, problems) = read_with(ConfigFile::Missing, page);
        assert!(problems.is_empty());
    }

    #[test]
    fn the_demo_shows_its_lamp_first() {
        let page = PageAddress {
            is_demo: true,
            ..PAGE
        };
        let (config, _) = read_with(ConfigFile::Text(r#"{"device": "d"}"#), page);
        assert_eq!(config.device, demo::DEVICE);
    }

    #[test]
    fn a_file_that_is_not_an_object_is_named() {
        for file in ["", "<!doctype html>", "[]", "null", "{"] {
            let (config, problems) = read(file);
            assert_eq!(config.device, "TEST");
            assert_eq!(
                problems,
                ["config.json is not a JSON object. The defaults are used instead."]
            );
        }
    }

    #[test]
    fn a_file_that_the_server_keeps_back_is_named() {
        let (_, problems) = read_with(ConfigFile::Unreadable, PAGE);
        assert_eq!(
            problems,
            [
                "config.json cannot be read: the web server does not give it out. \
              The defaults are used instead."
            ]
        );
    }

    #[test]
    fn a_setting_of_the_wrong_type_is_named_and_the_rest_is_used() {
        let (config, problems) = read(r#"{"device": 5, "brokers": "ws://a", "username": "u"}"#);
        assert_eq!(config.device, "TEST");
        assert!(matches!(config.login, Login::Known(_)));
        assert_eq!(
            problems,
            [
                "“device” in config.json is not a text in quotes. Using TEST instead.",
                "“brokers” in config.json is not a list of texts in quotes. \
                 Using ws://box.example:50002/mqtt instead.",
            ]
        );
    }

    #[test]
    fn an_unknown_setting_is_named() {
        let (_, problems) = read(r#"{"devcie": "x"}"#);
        assert_eq!(
            problems,
            ["“devcie” in config.json is not a setting and is ignored. \
              Known are brokers, device, username, password, keepalive, prefix and bridgeSuffix."]
        );
    }

    #[test]
    fn one_bad_broker_does_not_spoil_the_others() {
        let (config, problems) = read(r#"{"brokers": ["http://x", "ws://good/"]}"#);
        assert_eq!(config.brokers, ["ws://good/"]);
        assert_eq!(
            problems,
            [
                "“brokers” in config.json: “http://x” does not begin with ws:// or wss://. \
              Using ws://good/ instead."
            ]
        );
    }

    #[test]
    fn without_a_good_broker_the_default_stays() {
        for file in [r#"{"brokers": ["http://x"]}"#, r#"{"brokers": []}"#] {
            let (config, _) = read(file);
            assert_eq!(config.brokers, ["ws://box.example:50002/mqtt"]);
        }
    }

    #[test]
    fn of_a_long_text_the_beginning_is_named() {
        let (_, problems) = read(&format!(r#"{{"{}": 1}}"#, "x".repeat(81)));
        let beginning = format!("“{}” in config.json", "x".repeat(80));
        assert!(problems[0].starts_with(&beginning), "{problems:?}");
    }

    #[test]
    fn the_longest_texts_are_used() {
        let longest = "x".repeat(MAX_NAME_LENGTH);
        let (config, problems) = read(&format!(
            r#"{{"username": "{longest}", "password": "{longest}", "bridgeSuffix": "{longest}"}}"#
        ));
        assert_eq!(problems, [""; 0]);
        assert!(matches!(config.login, Login::Known(_)));
        assert_eq!(config.topics.bridge_suffix, longest);
    }

    #[test]
    fn an_empty_user_name_is_none() {
        let (config, problems) = read(r#"{"username": "", "password": ""}"#);
        assert_eq!(config.login, Login::Unknown);
        assert_eq!(problems, [""; 0]);
    }

    #[test]
    fn half_a_login_is_no_login() {
        let long = "x".repeat(MAX_NAME_LENGTH + 1);
        for file in [
            r#"{"username": "u", "password": 1234}"#,
            r#"{"username": 1234, "password": "p"}"#,
            r#"{"username": "u", "password": "\u0000"}"#,
            &format!(r#"{{"username": "u", "password": "{long}"}}"#),
        ] {
            let (config, problems) = read(file);
            assert_eq!(config.login, Login::Unknown);
            assert!(
                problems[0].ends_with("Using no login instead."),
                "{problems:?}"
            );
            assert_eq!(problems.len(), 1);
        }
    }

    #[test]
    fn a_password_without_a_user_name_is_named() {
        let (config, problems) = read(r#"{"password": "secret"}"#);
        assert_eq!(config.login, Login::Unknown);
        assert_eq!(problems.len(), 1);
        assert!(!problems[0].contains("secret"));
    }

    #[test]
    fn the_keep_alive_is_5_to_300_whole_seconds() {
        for seconds in ["5", "300"] {
            let (config, problems) = read(&format!(r#"{{"keepalive": {seconds}}}"#));
            assert_eq!(config.keep_alive.as_secs().to_string(), seconds);
            assert_eq!(problems, [""; 0]);
        }
        for seconds in ["4", "301", "-1", "30.5", r#""30""#, "1e999"] {
            let (config, problems) = read(&format!(r#"{{"keepalive": {seconds}}}"#));
            assert_eq!(config.keep_alive, DEFAULT_KEEP_ALIVE);
            assert_eq!(
                problems,
                [
                    "“keepalive” in config.json is not a whole number of seconds from 5 to 300. \
                  Using 30 seconds instead."
                ]
            );
        }
    }

    #[test]
    fn the_preferred_broker_comes_first_and_the_others_follow_in_turn() {
        let (mut config, _) = read(r#"{"brokers": ["ws://a/", "ws://b/", "ws://c/"]}"#);
        config.prefer("ws://b/");
        assert_eq!(config.brokers, ["ws://b/", "ws://c/", "ws://a/"]);
        config.prefer("ws://elsewhere/");
        assert_eq!(config.brokers, ["ws://b/", "ws://c/", "ws://a/"]);
    }

    #[test]
    fn a_device_that_is_not_one_topic_level_is_refused() {
        let long = "x".repeat(MAX_NAME_LENGTH + 1);
        for name in ["", "a/b", "+", "#", "a\nb", "a\0b", &long] {
            assert!(device(name).is_err(), "{name:?}");
        }
        let longest = "x".repeat(MAX_NAME_LENGTH);
        for name in ["TEST", "b827eb08451e", "a b", "é", &longest] {
            assert_eq!(device(name).as_deref(), Ok(name));
        }
    }

    #[test]
    fn a_password_stays_out_of_debug_output() {
        let (config, _) = read(r#"{"username": "u", "password": "secret"}"#);
        assert!(!format!("{config:?}").contains("secret"));
    }
}
