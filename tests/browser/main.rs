//! The page in a real Chromium, against real brokers, over real files: one test a rule of the contract. The main rules
//! in Firefox and Safari's engine too.
//!
//! | variable | names | unless set |
//! |---|---|---|
//! | `LAMPI_DIST` | the folder of the built page | `dist` beside Cargo.toml |
//! | `LAMPI_PACKAGE` | the archive that `cargo xtask package` makes | the tests of `deploy/` fail |
//! | `LAMPI_TOOL` | the program behind `cargo xtask` | the tests of its services fail |
//! | `LAMPI_AXE` | axe-core's `axe.min.js` | the tests that need it fail |
//! | `LAMPI_GECKODRIVER` | Firefox's driver | the tests of Firefox fail |
//! | `LAMPI_PAHO_PYTHON` | a Python with `paho-mqtt<2` | the test that needs it fails |
#![cfg(not(target_arch = "wasm32"))]
// Support code is not marked as a test, but runs in tests only, where a panic is how a rule is found broken.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

/// Makes a test of each rule, named after the broker it runs against, or `alone`: such rules bring their own servers. The
/// embedded broker is for rules that depend on the broker; what the page shows does not.
macro_rules! browser_tests {
    (alone: $($rule:ident),+ $(,)?) => {
        mod alone {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                #[ignore = "needs Chromium: run by cargo xtask test"]
                async fn $rule() {
                    super::$rule().await;
                }
            )+
        }
    };
    ($broker:ident: $($rule:ident),+ $(,)?) => {
        mod $broker {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                #[ignore = "needs Chromium and a broker: run by cargo xtask test"]
                async fn $rule() {
                    super::$rule(crate::support::broker::$broker().await).await;
                }
            )+
        }
    };
}

mod access;
mod bad_config;
mod bad_label;
mod certificate;
mod cluster;
mod config;
mod demo;
mod deploy;
mod devices;
mod document;
mod engines;
mod failover;
mod first_sight;
mod flood;
mod focus;
mod framing;
mod frozen;
mod hidden_tab;
mod hostile;
mod label;
mod lamp;
mod layout;
mod leaving;
mod login;
mod login_form;
mod missing;
mod mixed_content;
mod network;
mod power;
mod refusal;
mod restarts;
mod returning;
mod serve;
mod slider;
mod status;
mod stopped;
mod support;
mod takeover;
mod two_tabs;
mod waiting;
