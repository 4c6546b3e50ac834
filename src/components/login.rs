//! Asks for the user name and password that the broker wants.

use web_sys::{FormData, HtmlFormElement};
use yew::prelude::*;

use crate::intent::Intent;
use crate::mqtt::Credentials;

/// A form of two fields. What is typed leaves it only through `onintent`.
pub fn login(onintent: &Callback<Intent>) -> Html {
    let onsubmit = onintent.reform(|event: SubmitEvent| {
        event.prevent_default();
        let form: HtmlFormElement = event.target_unchecked_into();
        let text = |field| {
            let form = FormData::new_with_form(&form).ok();
            form.and_then(|form| form.get(field).as_string())
                .unwrap_or_default()
        };
        Intent::LogIn(Credentials {
            username: text("username"),
            password: text("password"),
        })
    });
    html! {
        <form id="login" {onsubmit}>
            <label>
                { "User name" }
                <input
                    id="username"
                    class="field"
                    name="username"
                    autocomplete="username"
                    autocapitalize="none"
                    spellcheck="false"
                    maxlength="1024"
                    required=true
                />
            </label>
            <label>
                { "Password" }
                <input
                    id="password"
                    class="field"
                    name="password"
                    type="password"
                    autocomplete="current-password"
                    maxlength="1024"
                />
            </label>
            <button id="login-submit" class="button" type="submit">{ "Log in" }</button>
            <p>{ "Kept until this tab closes. Sent only to this page's brokers." }</p>
        </form>
    }
}
