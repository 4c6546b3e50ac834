//! Lamp states that the user has saved, to go back to.

use lampi::state::State;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::color;
use crate::css;
use crate::entries;
use crate::hooks::use_css::use_css;
use crate::hooks::use_focus_heir::use_focus_heir;
use crate::hooks::use_now::use_now;
use crate::intent::Intent;
use crate::presets::{self, MAX_NAME};
use crate::storage;

/// Properties of [`SavedPresets`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct SavedPresetsProps {
    /// What the lamp's controls show.
    pub shown: State,
    /// The user wants a saved state.
    pub onintent: Callback<Intent>,
}

/// A button for each, and a field to save what is shown.
#[component]
pub fn SavedPresets(props: &SavedPresetsProps) -> Html {
    let class = use_css(css!(
        r#"
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 0.75rem;

        h2 {
            margin: 0;
            font-size: 1rem;
            font-weight: 600;
        }

        ul {
            display: flex;
            flex-wrap: wrap;
            gap: 0.5rem;
            margin: 0;
            padding: 0;
            list-style: none;
        }

        li {
            display: flex;
        }

        li button:first-child {
            display: flex;
            align-items: center;
            gap: 0.5rem;
            border-start-end-radius: 0;
            border-end-end-radius: 0;
        }

        li button:last-child {
            border-start-start-radius: 0;
            border-end-start-radius: 0;
            border-inline-start: 0;
        }

        .swatch {
            width: 1rem;
            height: 1rem;
        }

        form {
            display: flex;
            flex-wrap: wrap;
            gap: 0.5rem;
        }

        .field {
            flex: 1 1 11rem;
            width: auto;
        }

        p {
            margin: 0;
            font-size: 0.875rem;
        }
        "#
    ));
    use_focus_heir();
    // Drawn anew every five seconds: another tab may have changed them.
    use_now();
    let text = storage::presets();
    let presets = entries::read(&text);
    let field = use_node_ref();
    let outcome = use_state_eq(|| Ok(String::new()));
    let told = outcome.setter();
    // The same words a second time are spoken only if they were gone.
    let oninput = {
        let told = told.clone();
        move |_| told.set(Ok(String::new()))
    };
    let change = move |name: &str, state: Option<&str>| {
        let is_kept = storage::keep_preset(name, state);
        let done = if state.is_some() { "Saved" } else { "Deleted" };
        told.set(match is_kept {
            true => Ok([done, " ", name].concat()),
            false => Err(NOT_KEPT),
        });
        is_kept
    };
    let onsubmit = {
        let (field, change, shown) = (field.clone(), change.clone(), props.shown);
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if let Some(field) = field.cast::<HtmlInputElement>() {
                let name = presets::name(&field.value());
                if name.is_empty() || change(&name, Some(&shown.text())) {
                    field.set_value("");
                }
            }
        })
    };
    let button = |(name, state): (&str, &str)| {
        let state = State::read(state)?;
        let delete = {
            let (change, name) = (change.clone(), name.to_owned());
            move |_| {
                change(&name, None);
            }
        };
        Some(html! {
            <li key={name}>
                <button class="button" type="button" onclick={props.onintent.reform(move |_: MouseEvent| Intent::Want(state))}>
                    <span class="swatch" style={format!("background:{}", color::css(state))}></span>
                    { name }
                </button>
                <button class="button" type="button" aria-label={format!("Delete {name}")} onclick={delete}>{ "×" }</button>
            </li>
        })
    };

    html! {
        <div ~className={class}>
            <h2 id="presets-heading">{ "Presets" }</h2>
            if !presets.is_empty() {
                <ul>{ for presets.into_iter().filter_map(button) }</ul>
            }
            <form {onsubmit} {oninput}>
                <input
                    id="preset-name"
                    class="field"
                    ref={field}
                    aria-label="Name for this light"
                    placeholder="Name for this light"
                    maxlength={MAX_NAME.to_string()}
                    required=true
                />
                <button id="preset-save" class="button" type="submit">{ "Save" }</button>
            </form>
            // What is done is seen in the list.
            <span class="unseen" role="status">{ outcome.as_deref().unwrap_or_default() }</span>
            if let Err(trouble) = *outcome {
                <p role="alert">{ trouble }</p>
            }
        </div>
    }
}

const NOT_KEPT: &str = "Not saved: this browser does not let the page keep it.";
