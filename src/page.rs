//! Starts the page: the agent first, so that it connects before the page is drawn.

use web_sys::Window;
use yew::platform::spawn_local;
use yew::{AttrValue, Renderer};

use crate::agent::Agent;
use crate::boot;
use crate::changes::Changes;
use crate::components::app::{App, AppProps};
use crate::config::{Config, ConfigFile, DEFAULT_DEVICE, PageAddress, Problem};
use crate::hooks::use_device::query;
use crate::lifecycle;
use crate::message::{Command, Event, Pace};
use crate::mqtt::Login;
use crate::now::now;
use crate::state::{Action, AppState};
use crate::storage::Kept;

/// Milliseconds that drawing waits for news. A broker nearby sends some sooner: the page is then drawn once, not twice,
/// before it shows a label. Nor does drawing hold up the worker, whose first messages reach it only between the tasks of
/// this window.
pub const PATIENCE: u32 = 50;

/// The same for a page that is opened for a device that may be a lamp: drawn before the lamp is heard, it would show the
/// lesson's panel for a moment.
pub const LAMP_PATIENCE: u32 = 1_000;

/// Starts everything in the document's element `app`, which must not be translated: browsers put elements of their own in the
/// place of texts, and what changes would stand still.
pub fn start() {
    let Some(window) = web_sys::window() else {
        return;
    };
    let root = window
        .document()
        .and_then(|document| document.get_element_by_id("app"));
    let Some(root) = root else {
        return;
    };
    let agent = Agent::spawn();
    let (mut config, problems) = read_config(&window);
    let kept = Kept::of(&config);
    apply(&kept, &mut config);
    let device = AttrValue::from(config.device.clone());
    let lesson = config.lesson_device.clone().into();
    let topics = config.topics.clone();
    agent.send(Command::Start(config));
    let changes = send_changes(&agent, &kept);
    let wishes = kept.wishes();
    for wish in &wishes {
        agent.send(Command::Want(wish.clone()));
    }
    lifecycle::watch(&window, &agent);
    spawn_local(async move {
        let mut label = None;
        let mut known = AppState {
            changes,
            wishes,
            ..AppState::default()
        };
        let may_be_lamp = device != lesson && device != DEFAULT_DEVICE;
        for event in first_events(&agent, &device, may_be_lamp).await {
            if let Event::Label(shown) = event {
                label = Some(shown);
                continue;
            }
            kept.learn(&event, &known);
            known.apply(Action::Agent(event, now()));
        }
        let props = AppProps {
            agent,
            device,
            lesson,
            topics,
            problems,
            kept,
            known,
            label,
        };
        Renderer::<App>::with_root_and_props(root, props).render();
    });
}

/// Puts the broker that worked last first, and takes the login that the user typed before the reload.
fn apply(kept: &Kept, config: &mut Config) {
    if let Some(broker) = kept.good_broker() {
        config.prefer(&broker);
    }
    if config.login != Login::Withheld
        && let Some(login) = kept.login()
    {
        config.login = Login::Known(login);
    }
}

/// Sends on what was on its way when the page was left, and gives it.
fn send_changes(agent: &Agent, kept: &Kept) -> Changes {
    let mut changes = Changes::default();
    for (device, setting) in kept.changes() {
        agent.send(Command::Change {
            change: changes.set(&device, setting),
            device,
            pace: Pace::AtOnce,
        });
    }
    changes
}

/// What the page is drawn with: the agent's events up to the first that is worth it, but no longer than drawing may wait.
async fn first_events(agent: &Agent, device: &str, may_be_lamp: bool) -> Vec<Event> {
    let (patience, is_enough): (u32, &dyn Fn(&Event) -> bool) = match may_be_lamp {
        true => (LAMP_PATIENCE, &|event| event.is_news_of(device)),
        false => (PATIENCE, &Event::is_news),
    };
    agent.events_until(is_enough, patience).await
}

fn read_config(window: &Window) -> (Config, Vec<Problem>) {
    let found = boot::config();
    let text = found.as_string();
    let file = match &text {
        Some(text) => ConfigFile::Text(text),
        None if found.is_null() => ConfigFile::Missing,
        None => ConfigFile::Unreadable,
    };
    let location = window.location();
    let text_of = |part: Result<String, _>| part.unwrap_or_default();
    let query = query();
    let parameter = |name| query.as_ref().and_then(|query| query.get(name));
    let (device, broker) = (parameter("device"), parameter("broker"));
    let page = PageAddress {
        is_secure: text_of(location.protocol()) == "https:",
        host: &text_of(location.host()),
        device: device.as_deref(),
        broker: broker.as_deref(),
        is_demo: parameter("demo").is_some(),
    };
    Config::read(file, page)
}
