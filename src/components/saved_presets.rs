//! Lamp states that the user has saved, to go back to.

use lampi::state::State;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::color;
use crate::hooks::use_css::use_css;
use crate::intent::Intent;
use crate::presets::{MAX_NAME, Preset, Presets};
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
    let class = use_css(
        r#"
        display: grid;
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
            gap: 0.5rem;
        }
        "#,
    );
    let presets = use_state(|| Presets::read(&storage::presets()));
    let name = use_node_ref();
    let change = {
        let presets = presets.clone();
        move |change: &dyn Fn(&mut Presets)| {
            let mut changed = (*presets).clone();
            change(&mut changed);
            storage::keep_presets(&changed.text());
            presets.set(changed);
        }
    };
    let onsubmit = {
        let (name, change, shown) = (name.clone(), change.clone(), props.shown);
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if let Some(field) = name.cast::<HtmlInputElement>() {
                change(&|presets| presets.save(&field.value(), shown));
                field.set_value("");
            }
        })
    };
    let button = |Preset { name, state }: &Preset| {
        let state = *state;
        let delete = {
            let (change, name) = (change.clone(), name.clone());
            move |_| change(&|presets| presets.delete(&name))
        };
        html! {
            <li key={name.as_str()}>
                <button class="button" type="button" onclick={props.onintent.reform(move |_: MouseEvent| Intent::Want(state))}>
                    <span class="swatch" style={format!("background:{}", color::css(state))}></span>
                    { name }
                </button>
                <button class="button" type="button" aria-label={format!("Delete {name}")} onclick={delete}>{ "×" }</button>
            </li>
        }
    };

    html! {
        <section id="presets" ~className={class} aria-labelledby="presets-heading">
            <h2 id="presets-heading">{ "Presets" }</h2>
            if presets.iter().next().is_some() {
                <ul>{ for presets.iter().map(button) }</ul>
            }
            <form {onsubmit}>
                <input
                    id="preset-name"
                    class="field"
                    ref={name}
                    aria-label="Name for this light"
                    placeholder="Name for this light"
                    maxlength={MAX_NAME.to_string()}
                    required=true
                />
                <button id="preset-save" class="button" type="submit">{ "Save" }</button>
            </form>
        </section>
    }
}
