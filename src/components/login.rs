//! Asks for the user name and password that the broker wants.

use stylist::yew::use_style;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::mqtt::Credentials;

/// Properties of [`Login`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct LoginProps {
    /// The user logs in.
    pub onlogin: Callback<Credentials>,
}

/// A form of two fields. What is typed leaves it only through `onlogin`.
#[component]
pub fn Login(props: &LoginProps) -> Html {
    let style = use_style!(
        r#"
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: 0.75rem;
        flex-basis: 100%;

        label {
            display: grid;
            flex: 1 1 12rem;
            gap: 0.25rem;
            font-size: 0.875rem;
            font-weight: 600;
        }

        input {
            box-sizing: border-box;
            width: 100%;
            height: 2.75rem;
            padding: 0 0.75rem;
            border: 1px solid var(--control);
            border-radius: 0.75rem;
            background: var(--page);
            color: inherit;
            font: inherit;
            font-size: 1rem;
        }

        button {
            height: 2.75rem;
        }

        p {
            flex-basis: 100%;
            margin: 0;
            color: var(--muted);
            font-size: 0.875rem;
        }
        "#
    );
    let username = use_node_ref();
    let password = use_node_ref();
    let onsubmit = {
        let text = |field: &NodeRef| {
            let input = field.cast::<HtmlInputElement>();
            input.map_or_else(String::new, |input| input.value())
        };
        let (username, password) = (username.clone(), password.clone());
        props.onlogin.reform(move |event: SubmitEvent| {
            event.prevent_default();
            Credentials {
                username: text(&username),
                password: text(&password),
            }
        })
    };

    html! {
        <form id="login" class={style} {onsubmit}>
            <label>
                { "User name" }
                <input id="username" ref={username} autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="1024" required=true />
            </label>
            <label>
                { "Password" }
                <input id="password" ref={password} type="password" autocomplete="current-password" maxlength="1024" />
            </label>
            <button id="login-submit" type="submit">{ "Log in" }</button>
            <p>{ "Kept until this tab is closed. It goes to the broker named above and nowhere else." }</p>
        </form>
    }
}
