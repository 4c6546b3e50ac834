//! The whole page.

use lampi::topics::Topics;
use yew::prelude::*;

use super::devices::Devices;
use super::label::LatestLabel;
use super::lamp_panel::LampPanel;
use super::lamp_picture::lamp_picture;
use super::power_button::PowerButton;
use super::presence::BrokerPresence;
use super::problems::problems;
use super::saved_presets::SavedPresets;
use super::slider::Slider;
use super::status::ConnectionStatus;
use crate::agent::Agent;
use crate::coalesce::LabelReport;
use crate::config::{DEFAULT_DEVICE, Problem};
use crate::css;
use crate::hooks::use_agent::use_agent;
use crate::hooks::use_css::use_css;
use crate::hooks::use_device::use_device;
use crate::hooks::use_focus_heir::use_focus_heir;
use crate::hooks::use_leave_warning::use_leave_warning;
use crate::intent::Intent;
use crate::state::AppState;
use crate::storage::Kept;

/// Properties of [`App`].
#[derive(Clone, Debug, Properties)]
pub struct AppProps {
    /// Holds the session.
    pub agent: Agent,
    /// Device that is shown first.
    pub device: AttrValue,
    /// The lesson's device, which is always there to choose.
    pub lesson: AttrValue,
    /// How topics are named.
    pub topics: Topics,
    /// Settings that could not be used.
    pub problems: Vec<Problem>,
    /// What outlives the page.
    pub kept: Kept,
    /// What is known so far.
    pub known: AppState,
    /// The newest label so far.
    pub label: Option<LabelReport>,
}

impl PartialEq for AppProps {
    /// A page has one agent, and gets its properties once.
    fn eq(&self, other: &Self) -> bool {
        self.agent == other.agent
    }
}

/// Joins the page's state and the parts that show it.
#[component]
pub fn App(props: &AppProps) -> Html {
    let agent = use_agent(&props.agent, &props.kept, &props.known);
    let state = &*agent.state;
    let chosen = use_device(&props.device, &props.lesson);
    let device = &chosen.device;
    // A device is a lamp once there is any news of it as one, even that of config.json; `TEST` only with a lamp's state.
    let is_lamp = |device: &AttrValue| {
        let lamp = state.lamp(device);
        lamp.is_some_and(|lamp| device != DEFAULT_DEVICE || lamp.report.confirmed.is_some())
    };
    let lesson = [props.lesson.clone(), AttrValue::Static(DEFAULT_DEVICE)]
        .into_iter()
        .find(|lesson| !is_lamp(lesson));
    let known = state.lamp(device).filter(|_| is_lamp(device));
    let pending = known.and_then(|known| known.report.pending(&state.wishes));
    let confirmed = known.and_then(|known| known.report.confirmed);
    let shown = confirmed.map(|confirmed| pending.unwrap_or(confirmed));
    let broker = BrokerPresence {
        is_reached: state.is_broker_reached(),
        since: state.reached_since,
    };
    use_focus_heir();
    use_leave_warning(state.is_undelivered() || state.is_wishing());
    let setting = state.changes.of(device);
    let brightness = setting.on.then(|| setting.level.get());
    let onintent = agent.act.reform({
        let device = device.clone();
        move |intent| (device.clone(), intent)
    });
    let topic = match known {
        Some(_) => props.topics.set_config(device),
        None => props.topics.poke_value(device),
    };
    let class = use_css(css!(
        r#"
        display: grid;
        gap: 1rem;
        max-width: 60rem;
        margin: 0 auto;
        padding: clamp(1rem, 4vw, 2.5rem) clamp(1rem, 4vw, 2rem);

        header {
            display: flex;
            flex-wrap: wrap;
            align-items: baseline;
            gap: 0 0.75rem;
        }

        h1 {
            margin: 0;
            font-size: 1.5rem;
            font-weight: 700;
            letter-spacing: 0.12em;
        }

        header p {
            margin: 0;
            color: var(--muted);
        }

        main {
            display: grid;
            gap: 1rem;
        }

        .cards {
            display: grid;
            gap: 1rem;
            grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr));
        }

        .side {
            display: grid;
            grid-template-rows: 1fr;
            gap: 1rem;
            min-width: 0;
        }

        .card {
            min-width: 0;
            padding: min(1.5rem, 5vw);
            background: var(--card);
            border: 1px solid var(--line);
            border-radius: 1.25rem;
            box-shadow: var(--shadow);
        }

        .controls {
            display: grid;
            grid-template-columns: minmax(0, 1fr);
            gap: 1.5rem;
            justify-items: center;
        }

        footer {
            color: var(--muted);
            font-size: 0.875rem;
        }

        code {
            white-space: break-spaces;
        }
        "#
    ));

    html! {
        <div ~className={class}>
            <header>
                <h1>{ "LAMPI" }</h1>
                <p>{ "device " }{ device }</p>
            </header>
            <main tabindex="-1">
                <ConnectionStatus
                    connection={state.connection.clone()}
                    retry_at={state.retry_at}
                    is_just_lost={state.is_just_lost}
                    ignored={state.ignored.clone()}
                    onintent={&onintent}
                />
                { problems(&props.problems) }
                if !state.lamps.is_empty() {
                    <Devices
                        {lesson}
                        lamps={state.lamps.clone()}
                        wishes={state.wishes.clone()}
                        selected={device.clone()}
                        {broker}
                        onselect={chosen.select}
                    />
                }
                <div class="cards">
                    if let Some(known) = known {
                        <section id="controls" class="card" tabindex="-1" aria-label={format!("Lamp {device}")}>
                            // Made anew for another lamp: what is held or half typed belongs to this one.
                            <LampPanel
                                key={&**device}
                                lamp={known.clone()}
                                {shown}
                                is_pending={pending.is_some()}
                                is_held_up={state.is_held_up(&known.report)}
                                {broker}
                                onintent={&onintent}
                            />
                        </section>
                    } else {
                        <section id="controls" class="card controls" tabindex="-1" aria-label="Lamp">
                            { lamp_picture("lesson-light", "var(--glow)", brightness) }
                            <PowerButton id="power" on={setting.on} ontoggle={onintent.reform(|()| Intent::TogglePower)} />
                            <Slider
                                key={&**device}
                                level={setting.level}
                                undelivered={state.is_undelivered()}
                                onchange={onintent.reform(Intent::SetLevel)}
                            />
                        </section>
                    }
                    <div class="side">
                        <section class="card" aria-labelledby="label-heading">
                            <LatestLabel
                                agent={props.agent.clone()}
                                topics={props.topics.clone()}
                                first={props.label.clone()}
                            />
                        </section>
                        if let Some(shown) = shown {
                            <section id="presets" class="card" tabindex="-1" aria-labelledby="presets-heading">
                                <SavedPresets {shown} {onintent} />
                            </section>
                        }
                    </div>
                </div>
            </main>
            <footer>
                { "Changes go to " }<code>{ topic }</code>
            </footer>
        </div>
    }
}
