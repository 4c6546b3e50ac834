//! The whole page.

use stylist::yew::use_style;
use yew::prelude::*;

use super::label::LatestLabel;
use super::lamp_picture::LampPicture;
use super::power_button::PowerButton;
use super::problems::Problems;
use super::slider::Slider;
use super::status::ConnectionStatus;
use crate::agent::Agent;
use crate::config::Problem;
use crate::hooks::use_lamp::use_lamp;
use crate::hooks::use_leave_warning::use_leave_warning;
use crate::lamp::configuration_topic;
use crate::message::Change;
use crate::storage::Kept;

/// Properties of [`App`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct AppProps {
    /// Holds the session.
    pub agent: Agent,
    /// Device whose configuration is changed.
    pub device: AttrValue,
    /// Settings that could not be used.
    pub problems: Vec<Problem>,
    /// What outlives the page.
    pub kept: Kept,
    /// The change that is still to be delivered from before.
    pub wanted: Change,
}

/// Joins the lamp's state and the parts that show it.
#[component]
pub fn App(props: &AppProps) -> Html {
    let lamp = use_lamp(&props.agent, &props.kept, props.wanted);
    let state = &*lamp.state;
    use_leave_warning(state.is_undelivered());
    let style = use_style!(
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
            overflow-wrap: anywhere;
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

        .card {
            min-width: 0;
            padding: 1.5rem;
            background: var(--card);
            border: 1px solid var(--line);
            border-radius: 1.25rem;
            box-shadow: var(--shadow);
        }

        .controls {
            display: grid;
            gap: 1.5rem;
            justify-items: center;
        }

        footer {
            color: var(--muted);
            font-size: 0.875rem;
            overflow-wrap: anywhere;
        }
        "#
    );

    html! {
        <div class={style}>
            <header>
                <h1>{ "LAMPI" }</h1>
                <p>{ "device " }{ &props.device }</p>
            </header>
            <main>
                <ConnectionStatus
                    status={state.status.clone()}
                    is_agent_missing={state.is_agent_missing}
                    ignored={state.ignored}
                    onretry={lamp.retry}
                    onlogin={lamp.log_in}
                />
                <Problems problems={props.problems.clone()} />
                <div class="cards">
                    <section class="card controls" aria-label="Lamp">
                        <LampPicture lamp={state.wanted.lamp} />
                        <PowerButton on={state.wanted.lamp.on} ontoggle={lamp.toggle_power} />
                        <Slider
                            level={state.wanted.lamp.level}
                            undelivered={state.is_undelivered()}
                            onchange={lamp.set_level}
                        />
                    </section>
                    <section class="card" aria-labelledby="label-heading">
                        <LatestLabel label={state.label.clone()} />
                    </section>
                </div>
            </main>
            <footer>
                { "Changes go to " }<code>{ configuration_topic(&props.device) }</code>
            </footer>
        </div>
    }
}
