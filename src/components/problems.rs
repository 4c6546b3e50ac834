//! Says what was wrong with the settings, and what is used instead.

use stylist::yew::use_style;
use yew::prelude::*;

use crate::config::Problem;

/// Properties of [`Problems`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ProblemsProps {
    /// Settings that could not be used.
    pub problems: Vec<Problem>,
}

/// A list; nothing while all is well.
#[component]
pub fn Problems(props: &ProblemsProps) -> Html {
    let style = use_style!(
        r#"
        margin: 0;
        padding: 0.75rem 1rem 0.75rem 2rem;
        border: 1px solid var(--wait);
        border-radius: 1rem;
        font-size: 0.875rem;
        overflow-wrap: anywhere;
        "#
    );
    if props.problems.is_empty() {
        return Html::default();
    }
    html! {
        <ul id="notices" class={style}>
            { for props.problems.iter().map(|problem| html! { <li>{ problem.to_string() }</li> }) }
        </ul>
    }
}
