//! The devices that the page has heard of, to choose from.

use std::rc::Rc;

use js_sys::JsString;
use lampi::duration::Duration;
use lampi::state::State;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::presence::{BrokerPresence, presence};
use crate::color;
use crate::css;
use crate::hooks::use_css::use_css;
use crate::hooks::use_device::address;
use crate::hooks::use_now::use_now;
use crate::lamp_report::PresenceReport;
use crate::message::LampWish;
use crate::state::KnownLamp;

/// Seconds. Ages in the list go on in such steps, so that entries without news stay as they are.
const AGE_STEP: u64 = 5;

/// From so many devices up there is a search box.
const SEARCH_FROM: usize = 8;

/// Properties of [`Devices`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct DevicesProps {
    /// The lesson's device, which comes first, if there is one.
    pub lesson: Option<AttrValue>,
    /// The lamps, by device.
    pub lamps: Vec<Rc<KnownLamp>>,
    /// The newest wish for each lamp.
    pub wishes: Vec<LampWish>,
    /// The device that is shown.
    pub selected: AttrValue,
    /// Whether the page reaches the broker.
    pub broker: BrokerPresence,
    /// The user chooses a device.
    pub onselect: Callback<AttrValue>,
}

/// A list of links, each to its device's own address. Above a long one, the keyboard finds a link to what is after it.
#[component]
pub fn Devices(props: &DevicesProps) -> Html {
    let class = use_css(css!(
        r#"
        display: grid;
        gap: 0.75rem;

        ul.devices {
            position: relative;
            display: grid;
            grid-template-columns: repeat(auto-fill, minmax(min(100%, 13rem), 1fr));
            gap: 0.5rem;
            max-height: min(16rem, 50vh);
            margin: -0.375rem;
            padding: 0.375rem;
            scroll-padding: 0.375rem;
            overflow-y: auto;
            list-style: none;
        }

        a {
            display: grid;
            grid-template-columns: auto 1fr;
            gap: 0 0.75rem;
            align-items: center;
            height: 100%;
            padding: 0.5rem 0.75rem;
            border: 1px solid var(--line);
            border-radius: 0.75rem;
            background: var(--card);
            color: inherit;
            text-decoration: none;
        }

        a[aria-current] {
            border-color: var(--control);
            box-shadow: inset 0 0 0 1px var(--control);
            scroll-initial-target: nearest;
        }

        .swatch {
            grid-row: span 2;
        }

        .absent {
            opacity: 0.35;
        }

        .power {
            color: var(--muted);
            font-size: 0.875rem;
        }

        .about {
            display: flex;
            align-items: center;
            justify-content: space-between;
            gap: 0.5rem;
        }
        "#
    ));
    let wanted = use_state(String::new);
    let now = use_now();
    let can_search = props.lamps.len() + 1 >= SEARCH_FROM;
    let oninput = {
        let wanted = wanted.setter();
        Callback::from(move |event: InputEvent| {
            let field: HtmlInputElement = event.target_unchecked_into();
            wanted.set(in_small_letters(field.value().trim()));
        })
    };
    let is_searching = can_search && !wanted.is_empty();
    let is_wanted =
        |device: &str| !is_searching || in_small_letters(device).contains(wanted.as_str());
    let lesson = props.lesson.as_ref().filter(|lesson| is_wanted(lesson));
    let mut lamps = props
        .lamps
        .iter()
        .filter(|lamp| props.lesson.as_deref() != Some(&*lamp.report.device))
        .filter(|lamp| is_wanted(&lamp.report.device))
        .peekable();
    let is_empty = lesson.is_none() && lamps.peek().is_none();
    let lesson_entry = |lesson: &AttrValue| {
        html! {
            <li key="">
                <a
                    href={address(lesson)}
                    aria-current={(props.selected == *lesson).then_some("page")}
                    onclick={select(&props.onselect, lesson, props.selected == *lesson)}
                >
                    <span class="swatch" style="background:var(--track)"></span>
                    <span>{ lesson }</span>
                    <span class="power">{ "the lesson's panel" }</span>
                </a>
            </li>
        }
    };
    let entry = |lamp: &Rc<KnownLamp>| {
        html! {
            <Entry
                key={lamp.report.device.as_str()}
                lamp={lamp.clone()}
                is_selected={props.selected == lamp.report.device}
                is_pending={lamp.report.pending(&props.wishes).is_some()}
                broker={props.broker.report(step(now))}
                told_for={step(now.saturating_sub(lamp.told_at))}
                onselect={props.onselect.clone()}
            />
        }
    };

    html! {
        <nav id="devices" ~className={class} aria-label="Devices">
            if can_search {
                <div>
                    <input id="device-search" class="field" type="search" placeholder="Search devices" aria-label="Search devices" {oninput} />
                    <span class="power" role="status">{ if is_empty { "No device with this name" } else { "" } }</span>
                </div>
                <a class="skip" href="#controls">{ "Skip the list" }</a>
            }
            <ul class="devices">
                // One list of keys: Yew would make all entries above a new one anew, and with them what has the focus.
                { for lesson.map(lesson_entry).into_iter().chain(lamps.map(entry)) }
            </ul>
        </nav>
    }
}

#[derive(Clone, Debug, PartialEq, Properties)]
struct EntryProps {
    lamp: Rc<KnownLamp>,
    is_selected: bool,
    is_pending: bool,
    broker: PresenceReport,
    told_for: Duration,
    onselect: Callback<AttrValue>,
}

#[component]
fn Entry(props: &EntryProps) -> Html {
    let report = &props.lamp.report;
    let device = AttrValue::from(report.device.clone());
    let href = use_memo(device.clone(), |device| AttrValue::from(address(device)));
    let light = report
        .confirmed
        .map_or("transparent".to_owned(), color::css);
    let power = match report.confirmed {
        _ if props.is_pending && report.is_out_of_reach(props.broker.is_up) => "A change waits",
        _ if report.is_absent() => "Away",
        Some(State { on: true, .. }) => "On",
        Some(_) => "Off",
        None => "State unknown",
    };
    let onclick = select(&props.onselect, &device, props.is_selected);
    let swatch = match report.is_absent() {
        true => "swatch absent",
        false => "swatch",
    };

    html! {
        <li>
            <a href={&*href} aria-current={props.is_selected.then_some("page")} {onclick}>
                <span ~className={swatch} style={format!("background:{light}")}></span>
                <span>{ &device }</span>
                <span class="about">
                    <span class="power">{ power }</span>
                    { presence(report, props.broker, props.told_for, false) }
                </span>
            </a>
        </li>
    }
}

/// Follows a link inside the page, but not to where it is. A click with a key held, for a new tab, stays the browser's.
fn select(
    onselect: &Callback<AttrValue>,
    device: &AttrValue,
    is_selected: bool,
) -> Callback<MouseEvent> {
    let (onselect, device) = (onselect.clone(), device.clone());
    Callback::from(move |event: MouseEvent| {
        if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
            event.prevent_default();
            if !is_selected {
                onselect.emit(device.clone());
            }
        }
    })
}

/// Of any script: Rust's own tables for that would cost bytes.
fn in_small_letters(text: &str) -> String {
    JsString::from(text).to_lower_case().into()
}

fn step(age: Duration) -> Duration {
    Duration::from_secs(age.as_secs() / AGE_STEP * AGE_STEP)
}
