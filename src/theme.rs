//! Colours, light and dark, and what all parts share.

use stylist::{GlobalStyle, css};

/// Styles the whole document.
///
/// `--text` and `--muted` have a contrast of at least 4.5 to 1 on `--page` and `--card`; `--control`, `--good`,
/// `--wait` and `--bad` at least 3 to 1 (WCAG 2.2, 1.4.3 and 1.4.11).
pub fn apply() {
    let style = css!(
        r#"
        color-scheme: light dark;
        --page: #f5f2ec;
        --card: #ffffff;
        --line: #e2dcd0;
        --text: #22201c;
        --muted: #625d54;
        --control: #857d70;
        --track: #e6e0d4;
        --knob: #ffffff;
        --glow: #ffb52e;
        --on-glow: #2b1d00;
        --halo: #ffc85e;
        --focus: #1d5fd1;
        --good: #1f8a4c;
        --wait: #b86e00;
        --bad: #c4314b;
        --shadow: 0 1px 3px rgb(60 45 20 / 12%);

        @media (prefers-color-scheme: dark) {
            --page: #131418;
            --card: #1d1f25;
            --line: #32353d;
            --text: #f0ede6;
            --muted: #aaa69d;
            --control: #858892;
            --track: #383b44;
            --knob: #f0ede6;
            --glow: #ffc14d;
            --halo: #c98a1c;
            --focus: #8ab6ff;
            --good: #4cc681;
            --wait: #f0a63a;
            --bad: #ff7a8c;
            --shadow: none;
        }

        body {
            margin: 0;
            background: var(--page);
            color: var(--text);
            font: 1rem/1.5 system-ui, sans-serif;
        }

        *,
        ::before {
            box-sizing: border-box;
        }

        :focus-visible {
            outline: 3px solid var(--focus);
            outline-offset: 3px;
        }

        .late {
            animation: appear 0.2s 0.5s both;
        }

        @keyframes appear {
            from {
                visibility: hidden;
            }
        }

        @media (prefers-reduced-motion: reduce) {
            * {
                transition: none !important;
            }
        }
        "#
    );
    // Fails only without a document head, and then there is nothing to style.
    let _ = GlobalStyle::new(style);
}
