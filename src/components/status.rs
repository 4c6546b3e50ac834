//! Says how the connection is, why, and what to do.

use lampi::duration::Duration;
use yew::prelude::*;

use super::login::login;
use crate::connection::{Connection, State};
use crate::css;
use crate::hooks::use_countdown::use_countdown;
use crate::hooks::use_css::use_css;
use crate::ignored::Ignored;
use crate::intent::Intent;

/// Properties of [`ConnectionStatus`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ConnectionStatusProps {
    /// What the agent last told.
    pub connection: Connection,
    /// When the agent tries again, if it waits for that, on the page's clock.
    pub retry_at: Option<Duration>,
    /// The connection has just been lost, and is tried anew at once.
    pub is_just_lost: bool,
    /// Messages that could not be used.
    pub ignored: Option<Ignored>,
    /// The user asks for a try now, or logs in.
    pub onintent: Callback<Intent>,
}

/// One line when all is well; what happened and what to do when not.
#[component]
pub fn ConnectionStatus(props: &ConnectionStatusProps) -> Html {
    let class = use_css(css!(
        r#"
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 0.5rem 0.75rem;
        padding: 0.75rem 1rem;
        background: var(--card);
        border: 1px solid var(--line);
        border-radius: 1rem;

        &::before {
            content: "";
            flex: none;
            width: 0.75rem;
            height: 0.75rem;
            border-radius: 50%;
            background: var(--state);
        }

        &[data-state="connecting"] { --state: var(--wait); }
        &[data-state="connected"] { --state: var(--good); }
        &[data-state="connecting"]:has(#retry),
        &[data-state="offline"] { --state: var(--wait); border-color: var(--wait); }
        &[data-state="refused"] { --state: var(--bad); border-color: var(--bad); }

        /* Mostly it is back in a moment, and nothing should move under the user's finger. */
        &[data-just-lost] :is(.detail, #retry) {
            animation: arrive 0s 0.4s both;
        }

        .text {
            flex: 1 1 60%;
            min-width: 0;
        }

        .detail,
        .ignored {
            color: var(--muted);
        }

        .ignored {
            font-size: 0.875rem;
        }

        form {
            display: flex;
            flex-basis: 100%;
            flex-wrap: wrap;
            align-items: end;
            gap: 0.75rem;
        }

        label {
            display: grid;
            flex: 1 1 12rem;
            gap: 0.25rem;
            font-size: 0.875rem;
            font-weight: 600;
        }

        form p {
            flex-basis: 100%;
            margin: 0;
            color: var(--muted);
            font-size: 0.875rem;
        }
        "#
    ));
    let Connection {
        state,
        detail,
        can_retry,
        can_log_in,
        can_try_demo,
        certificate,
        ..
    } = &props.connection;
    let (kind, title) = match state {
        State::Starting => ("connecting", "Starting"),
        State::Missing => ("refused", "Not running"),
        // “Offline” stays during a new try, which may fail at once.
        State::Connecting if *can_retry => ("connecting", "Offline"),
        State::Connecting => ("connecting", "Connecting"),
        State::Connected => ("connected", "Connected"),
        State::Offline => ("offline", "Offline"),
        State::Refused if *can_log_in => ("refused", "Log in"),
        State::Refused => ("refused", "Refused"),
        State::Demo => ("connected", "Demo"),
    };
    let seconds = use_countdown(props.retry_at.unwrap_or_default());
    let onclick = props.onintent.reform(|_: MouseEvent| Intent::Retry);

    html! {
        <div
            id="status"
            ~className={class}
            data-state={kind}
            data-just-lost={props.is_just_lost.then_some("")}
            tabindex="-1"
        >
            <div class="text">
                // What is spoken is what has changed, not all again.
                <span role="status" aria-atomic="false">
                    <strong>{ title }</strong>{ " " }
                    if *can_retry && *state != State::Connected && is_without_network() {
                        { "The browser says that this device has no network. " }
                    }
                    <span class="detail">{ detail }</span>
                </span>
                // Outside the live region: a screen reader would speak every second.
                if props.retry_at.is_some() {
                    { format!(" Next try in {seconds}\u{a0}s.") }
                } else if *can_retry && *state == State::Connecting {
                    { " Trying …" }
                }
                if *can_try_demo {
                    <span class="detail">
                        { " Or " }<a id="demo" href="?demo">{ "try a simulated lamp" }</a>{ "." }
                    </span>
                }
                if *state == State::Demo {
                    <span class="detail">{ " " }<a id="leave-demo" href="?">{ "Leave the demo" }</a></span>
                }
                if let Some(address) = certificate {
                    <span class="detail">
                        { " If the certificate of " }
                        <a id="certificate" href={address.clone()} target="_blank" rel="noopener noreferrer">{ address }</a>
                        { " is your own, open that address once and accept it." }
                    </span>
                }
            </div>
            if let Some(ignored) = &props.ignored {
                <span id="ignored" class="ignored">{ counted(ignored) }</span>
            }
            if *can_retry {
                <button id="retry" class="button" type="button" {onclick}>{ "Retry now" }</button>
            }
            if *can_log_in {
                { login(&props.onintent) }
            }
        </div>
    }
}

/// As far as the browser knows. That there is a network it only guesses.
fn is_without_network() -> bool {
    web_sys::window().is_some_and(|window| !window.navigator().on_line())
}

fn counted(ignored: &Ignored) -> String {
    let Ignored { count, last, topic } = ignored;
    let messages = match count {
        1 => "1 message".to_owned(),
        _ => format!("{count} messages"),
    };
    let the_last = if *count == 1 { "" } else { ", the last" };
    let on = if topic.is_empty() { "" } else { " on " };
    format!("{messages} ignored{the_last}{on}{topic}: {last}")
}
