//! Says what was wrong with the settings, and what is used instead.

use yew::prelude::*;

use crate::config::Problem;

/// A list; nothing while all is well.
pub fn problems(problems: &[Problem]) -> Html {
    if problems.is_empty() {
        return Html::default();
    }
    html! {
        <ul id="notices" class="notices">
            { for problems.iter().map(|problem| html! { <li>{ problem.to_string() }</li> }) }
        </ul>
    }
}
