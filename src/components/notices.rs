//! Says what was wrong with settings and messages, without covering anything.

use stylist::yew::use_style;
use yew::prelude::*;

use crate::coalesce::Ignored;
use crate::config::Problem;

/// Properties of [`Notices`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct NoticesProps {
    /// Settings that could not be used.
    pub problems: Vec<Problem>,
    /// Messages that were no labels.
    pub ignored: Option<Ignored>,
}

/// A list of settings and a line about messages; nothing while all is well.
#[component]
pub fn Notices(props: &NoticesProps) -> Html {
    let style = use_style!(
        r#"
        display: grid;
        gap: 0.5rem;
        color: var(--muted);
        font-size: 0.875rem;
        overflow-wrap: anywhere;

        ul,
        p {
            margin: 0;
        }

        ul {
            padding: 0.75rem 1rem 0.75rem 2rem;
            border: 1px solid var(--wait);
            border-radius: 1rem;
            color: var(--text);
        }
        "#
    );
    let ignored = props.ignored.map(|ignored| {
        let messages = match ignored.count {
            1 => "1 message was".to_owned(),
            count => format!("{count} messages were"),
        };
        format!("{messages} ignored. The last one was {}.", ignored.last)
    });

    html! {
        <div class={style}>
            if !props.problems.is_empty() {
                <ul id="notices">
                    { for props.problems.iter().map(|problem| html! { <li>{ problem.to_string() }</li> }) }
                </ul>
            }
            if let Some(ignored) = ignored {
                <p id="ignored">{ ignored }</p>
            }
        </div>
    }
}
