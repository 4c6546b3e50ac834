//! What the browser keeps over a reload: presets for all pages of this host, the broker that worked last for this one, and
//! login, changes and wishes for this tab and this list of brokers.
//!
//! A browser may refuse to keep anything; the page then goes on without.

use lampi::state::State;
use web_sys::Storage;

use crate::config::Config;
use crate::connection::Connection;
use crate::entries;
use crate::lesson::Setting;
use crate::message::{Event, LampWish};
use crate::mqtt::{Credentials, Login};
use crate::state::AppState;

/// Storage of one page and its list of brokers.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Ends with this tab.
    session: Option<Storage>,
    /// Stays.
    local: Option<Storage>,
    brokers: String,
    /// What the broker that worked last is kept under; not at all if the page's address names the broker.
    broker_key: Option<String>,
}

impl Kept {
    /// What is kept for these settings. With another list of brokers a login is not found, as it must not reach those.
    pub fn of(config: &Config) -> Self {
        let window = web_sys::window();
        let path = window
            .as_ref()
            .and_then(|window| window.location().pathname().ok());
        Self {
            session: window.and_then(|window| window.session_storage().ok().flatten()),
            local: local(),
            brokers: match config.is_demo {
                true => "demo".to_owned(),
                false => config.brokers.join(" "),
            },
            broker_key: match config.login {
                Login::Withheld => None,
                _ => path.map(|path| format!("lampi broker {path}")),
            },
        }
    }

    /// Keeps or forgets what the agent tells of: the broker that works, the changes, once the newest is delivered, and the
    /// wishes that have ended.
    pub fn learn(&self, event: &Event, state: &AppState) {
        match event {
            Event::Connection(Connection {
                broker: Some(broker),
                ..
            }) => self.keep_good_broker(broker),
            // The kept login was wrong, and config.json may have another one by now. What the user types instead is kept only
            // once a broker has accepted it.
            Event::Connection(connection) if connection.can_log_in => {
                remove(&self.session, &self.key(LOGIN));
            }
            Event::Delivered(number) if *number == state.changes.number() => {
                remove(&self.session, &self.key(CHANGES));
            }
            Event::Lamps(reports) => {
                let has_ended = |wish: &&LampWish| {
                    let mut lamps = reports.iter();
                    lamps.any(|lamp| lamp.device == wish.device && lamp.has_ended(wish))
                };
                for wish in state.wishes.iter().filter(has_ended) {
                    self.keep(WISHES, &wish.device, None);
                }
            }
            _ => {}
        }
    }

    /// Changes that were not delivered before the page was loaded anew, each with its device, the newest last.
    pub fn changes(&self) -> Vec<(String, Setting)> {
        let mut changes = Vec::new();
        for (device, text) in entries::read(&self.kept(CHANGES)) {
            if let Some(setting) = Setting::read(text) {
                changes.push((device.to_owned(), setting));
            }
        }
        changes
    }

    /// Keeps a change until it is delivered.
    pub fn keep_change(&self, device: &str, setting: Setting) {
        self.keep(CHANGES, device, Some(&setting.text()));
    }

    /// Wishes for lamps that had not ended before the page was loaded anew, the newest last.
    pub fn wishes(&self) -> Vec<LampWish> {
        let mut wishes = Vec::new();
        for (device, text) in entries::read(&self.kept(WISHES)) {
            if let Some(state) = State::read(text) {
                wishes.push(LampWish {
                    device: device.to_owned(),
                    number: wishes.len() as u32 + 1,
                    state,
                });
            }
        }
        wishes
    }

    /// Keeps a wish until it has ended.
    pub fn keep_wish(&self, device: &str, state: State) {
        self.keep(WISHES, device, Some(&state.text()));
    }

    /// The login that the user typed.
    pub fn login(&self) -> Option<Credentials> {
        let text = self.kept(LOGIN);
        let (username, password) = text.split_once('\n')?;
        Some(Credentials {
            username: username.to_owned(),
            password: password.to_owned(),
        })
    }

    /// Keeps a login, which a broker has accepted, while the tab is open.
    pub fn keep_login(&self, login: &Credentials) {
        // Browsers let no line feed into a field.
        let text = [&*login.username, "\n", &login.password].concat();
        set(&self.session, &self.key(LOGIN), &text);
    }

    /// The broker that worked last: perhaps one that the settings name no longer.
    pub fn good_broker(&self) -> Option<String> {
        get(&self.local, self.broker_key.as_ref()?)
    }

    /// Keeps the broker that works. `boot.js` dials it at the next visit.
    fn keep_good_broker(&self, url: &str) {
        if let Some(key) = &self.broker_key {
            set(&self.local, key, url);
        }
    }

    /// The text that is kept, or none. Changes and wishes are [`entries`], by device.
    fn kept(&self, what: &str) -> String {
        get(&self.session, &self.key(what)).unwrap_or_default()
    }

    fn keep(&self, what: &str, device: &str, value: Option<&str>) {
        let text = self.kept(what);
        let changed = entries::with(&text, device, value);
        if changed != text {
            set(&self.session, &self.key(what), &changed);
        }
    }

    fn key(&self, what: &str) -> String {
        format!("lampi {what} {}", self.brokers)
    }
}

const CHANGES: &str = "changes";
const WISHES: &str = "wishes";
const LOGIN: &str = "login";

/// The lamp states that the user has saved, as [`entries`].
pub fn presets() -> String {
    get(&local(), PRESETS).unwrap_or_default()
}

/// Keeps a state under this name, for every lamp, or forgets it. Whether it did: without room, the older ones stay.
pub fn keep_preset(name: &str, state: Option<&str>) -> bool {
    local().is_some_and(|storage| {
        // Another tab may have changed them.
        let changed = entries::with(&presets(), name, state);
        storage.set_item(PRESETS, &changed).is_ok()
    })
}

const PRESETS: &str = "lampi presets";

fn local() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

fn get(storage: &Option<Storage>, key: &str) -> Option<String> {
    storage.as_ref()?.get_item(key).ok().flatten()
}

fn set(storage: &Option<Storage>, key: &str, value: &str) {
    let Some(storage) = storage else {
        return;
    };
    if storage.set_item(key, value).is_err() {
        // No room. An old value would be worse than none.
        let _ = storage.remove_item(key);
    }
}

fn remove(storage: &Option<Storage>, key: &str) {
    if let Some(storage) = storage {
        let _ = storage.remove_item(key);
    }
}
