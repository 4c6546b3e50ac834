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

        .button {
            padding: 0.5rem 1rem;
            border: 1px solid var(--control);
            border-radius: 0.75rem;
            background: transparent;
            color: inherit;
            font: inherit;
            font-weight: 600;
            cursor: pointer;
        }

        .field {
            width: 100%;
            min-width: 0;
            height: 2.75rem;
            padding: 0 0.75rem;
            border: 1px solid var(--control);
            border-radius: 0.75rem;
            background: var(--page);
            color: inherit;
            font: inherit;
        }

        input[type="range"] {
            appearance: none;
            display: block;
            width: 100%;
            height: 2.75rem;
            margin: 0;
            background: transparent;
            cursor: pointer;
            border-radius: 0.5rem;
            touch-action: pan-y;
        }

        ::-webkit-slider-runnable-track {
            height: 1rem;
            border: 1px solid var(--control);
            border-radius: 0.5rem;
            background: var(--track-paint);
        }

        ::-moz-range-track {
            height: 1rem;
            border: 1px solid var(--control);
            border-radius: 0.5rem;
            background: var(--track-paint);
        }

        ::-webkit-slider-thumb {
            appearance: none;
            width: 1.75rem;
            height: 1.75rem;
            margin-top: -0.4375rem;
            border: 2px solid var(--control);
            border-radius: 50%;
            background: var(--knob);
            box-shadow: var(--shadow);
        }

        ::-moz-range-thumb {
            width: 1.5rem;
            height: 1.5rem;
            border: 2px solid var(--control);
            border-radius: 50%;
            background: var(--knob);
        }

        .swatch {
            flex: none;
            width: 1.5rem;
            height: 1.5rem;
            border: 1px solid var(--control);
            border-radius: 50%;
        }

        .notices {
            margin: 0;
            padding: 0.75rem 1rem 0.75rem 2rem;
            border: 1px solid var(--wait);
            border-radius: 1rem;
            font-size: 0.875rem;
            overflow-wrap: anywhere;
        }

        .picture {
            width: 9rem;
            height: 9rem;
            overflow: visible;
        }

        .shade {
            fill: var(--track);
            stroke: var(--control);
            stroke-width: 1.5;
        }

        .light,
        .halo {
            transition: opacity 0.15s;
        }

        .halo {
            filter: blur(9px);
        }

        .base {
            fill: var(--control);
        }

        .presence {
            display: flex;
            flex-wrap: wrap;
            gap: 0.25rem 1rem;
            margin: 0;
            padding: 0;
            list-style: none;
            color: var(--muted);
            font-size: 0.875rem;
        }

        .presence.dots {
            gap: 0.25rem;
        }

        .presence li {
            display: flex;
            align-items: center;
            gap: 0.375rem;
        }

        .presence li::before {
            content: "";
            flex: none;
            width: 0.625rem;
            height: 0.625rem;
            border: 2px solid var(--control);
            border-radius: 50%;
        }

        .presence .up::before {
            border-color: var(--good);
            background: var(--good);
        }

        .presence .down::before {
            border-color: var(--bad);
        }

        .dots span {
            position: absolute;
            width: 1px;
            height: 1px;
            overflow: hidden;
            clip-path: inset(50%);
            white-space: nowrap;
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
