//! The newest label.

use yew::prelude::*;

use crate::agent::Agent;
use crate::coalesce::LabelReport;

/// The newest label, beginning with the `first`. Many come: the component that asks is rendered for them, and no other.
#[hook]
pub fn use_label(agent: &Agent, first: &Option<LabelReport>) -> Option<LabelReport> {
    let label = use_state(|| first.clone());
    use_effect_with(agent.clone(), {
        let label = label.setter();
        move |agent| agent.listen_to_labels(Callback::from(move |shown| label.set(Some(shown))))
    });
    (*label).clone()
}
