//! What outlives the page's being loaded: kept by the browser, for this page alone.
//!
//! A browser may refuse to keep anything; the page then goes on without.

use lampi::state::State;
use web_sys::Storage;

use crate::config::Config;
use crate::lesson::Setting;
use crate::message::{Change, Event, LampWish};
use crate::mqtt::{Credentials, Login, Status};
use crate::presets::{read_state, state_text};

/// Storage of one page and its list of brokers.
#[derive(Clone, Debug, PartialEq)]
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
    /// What is kept for these settings. Not found for other brokers: a login must not reach them.
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

    /// Keeps or forgets what the agent tells of: the broker that works, the newest change that was wanted of a device, once
    /// it is delivered, and the wishes that have ended.
    pub fn learn(&self, event: &Event, device: &str, wanted: Change, wishes: &[LampWish]) {
        match event {
            Event::Status(Status::Connected { broker }) => self.keep_good_broker(broker),
            Event::Delivered(number) if *number == wanted.number => self.forget_change(device),
            Event::Lamps(reports) => {
                let has_ended = |wish: &&LampWish| {
                    let mut lamps = reports.iter();
                    lamps.any(|lamp| lamp.device == wish.device && lamp.has_ended(wish))
                };
                for wish in wishes.iter().filter(has_ended) {
                    self.forget_wish(&wish.device);
                }
            }
            _ => {}
        }
    }

    /// A change of a device that was not delivered before the page was loaded anew.
    pub fn change(&self, device: &str) -> Option<Setting> {
        get(&self.session, &self.change_key(device))?.parse().ok()
    }

    /// Keeps a change until it is delivered.
    pub fn keep_change(&self, device: &str, setting: Setting) {
        set(
            &self.session,
            &self.change_key(device),
            &setting.to_string(),
        );
    }

    /// A wish for a lamp that had not ended before the page was loaded anew.
    pub fn wish(&self, device: &str) -> Option<State> {
        read_state(&get(&self.session, &self.wish_key(device))?)
    }

    /// Keeps a wish until it has ended.
    pub fn keep_wish(&self, device: &str, state: State) {
        set(&self.session, &self.wish_key(device), &state_text(state));
    }

    /// The login that the user typed.
    pub fn login(&self) -> Option<Credentials> {
        Some(Credentials {
            username: get(&self.session, &self.login_key("username"))?,
            password: get(&self.session, &self.login_key("password"))?,
        })
    }

    /// Keeps a login while the tab is open.
    pub fn keep_login(&self, login: &Credentials) {
        set(&self.session, &self.login_key("username"), &login.username);
        set(&self.session, &self.login_key("password"), &login.password);
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

    /// The change is delivered.
    fn forget_change(&self, device: &str) {
        remove(&self.session, &self.change_key(device));
    }

    /// The wish has ended.
    fn forget_wish(&self, device: &str) {
        remove(&self.session, &self.wish_key(device));
    }

    fn change_key(&self, device: &str) -> String {
        format!("lampi change {device} {}", self.brokers)
    }

    fn wish_key(&self, device: &str) -> String {
        format!("lampi wish {device} {}", self.brokers)
    }

    fn login_key(&self, field: &str) -> String {
        format!("lampi {field} {}", self.brokers)
    }
}

/// The lamp states that the user has saved, as text.
pub fn presets() -> String {
    get(&local(), PRESETS).unwrap_or_default()
}

/// Keeps them, for every lamp.
pub fn keep_presets(text: &str) {
    set(&local(), PRESETS, text);
}

const PRESETS: &str = "lampi presets";

fn local() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

fn get(storage: &Option<Storage>, key: &str) -> Option<String> {
    storage.as_ref()?.get_item(key).ok().flatten()
}

fn set(storage: &Option<Storage>, key: &str, value: &str) {
    if let Some(storage) = storage {
        let _ = storage.set_item(key, value);
    }
}

fn remove(storage: &Option<Storage>, key: &str) {
    if let Some(storage) = storage {
        let _ = storage.remove_item(key);
    }
}
