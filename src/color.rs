//! What colour a lamp's state is, for the eye and for the ear. Whole numbers only: they make a smaller page.

use lampi::hundredths::Hundredths;
use lampi::state::State;

/// The light of a lamp as CSS writes it: hue and saturation at full value, times the brightness; black when off.
pub fn css(state: State) -> String {
    let channels = match state.on {
        true => rgb(state.hue, state.saturation, state.brightness),
        false => [0; 3],
    };
    css_rgb(channels)
}

/// The colour of a lamp at full brightness, whether it is on or off.
pub fn css_of_hue(hue: Hundredths, saturation: Hundredths) -> String {
    css_rgb(rgb(hue, saturation, Hundredths::ONE))
}

/// Degrees on the colour wheel, 0 to 360.
pub fn degrees(hue: Hundredths) -> u16 {
    (u16::from(hue.get()) * 36 + 5) / 10
}

/// What people call a hue.
pub fn name(hue: Hundredths) -> &'static str {
    match degrees(hue) {
        15..45 => "orange",
        45..70 => "yellow",
        70..160 => "green",
        160..200 => "cyan",
        200..260 => "blue",
        260..290 => "violet",
        290..335 => "magenta",
        _ => "red",
    }
}

/// HSV to RGB at full value, then each channel times the brightness.
fn rgb(hue: Hundredths, saturation: Hundredths, brightness: Hundredths) -> [u8; 3] {
    let hue = u32::from(hue.get()) * 6;
    let saturation = u32::from(saturation.get());
    let (sector, part) = (hue / 100 % 6, hue % 100);
    // In ten-thousandths.
    let full = 10_000;
    let low = full - saturation * 100;
    let falling = full - saturation * part;
    let rising = full - saturation * (100 - part);
    let channels = match sector {
        0 => [full, rising, low],
        1 => [falling, full, low],
        2 => [low, full, rising],
        3 => [low, falling, full],
        4 => [rising, low, full],
        _ => [full, low, falling],
    };
    let dimmed = |channel: u32| channel * u32::from(brightness.get());
    channels.map(|channel| ((dimmed(channel) * 255 + 500_000) / 1_000_000) as u8)
}

fn css_rgb([red, green, blue]: [u8; 3]) -> String {
    format!("rgb({red},{green},{blue})")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(hue: u8, saturation: u8, brightness: u8) -> State {
        State {
            hue: Hundredths::clamped(hue),
            saturation: Hundredths::clamped(saturation),
            brightness: Hundredths::clamped(brightness),
            on: true,
        }
    }

    #[test]
    fn colours_are_those_of_the_lamp() {
        assert_eq!(css(state(0, 100, 100)), "rgb(255,0,0)");
        assert_eq!(css(state(100, 100, 100)), "rgb(255,0,0)");
        assert_eq!(css(state(50, 100, 100)), "rgb(0,255,255)");
        assert_eq!(css(state(25, 100, 100)), "rgb(128,255,0)");
        assert_eq!(css(state(50, 0, 100)), "rgb(255,255,255)");
        assert_eq!(css(state(0, 100, 50)), "rgb(128,0,0)");
        assert_eq!(css(state(0, 50, 100)), "rgb(255,128,128)");
    }

    #[test]
    fn each_sixth_of_the_wheel_leads_from_one_colour_to_the_next() {
        for (hue, expected) in [
            (10, "rgb(255,153,0)"),
            (20, "rgb(204,255,0)"),
            (40, "rgb(0,255,102)"),
            (60, "rgb(0,102,255)"),
            (75, "rgb(128,0,255)"),
            (90, "rgb(255,0,153)"),
        ] {
            assert_eq!(css(state(hue, 100, 100)), expected);
        }
    }

    #[test]
    fn a_colour_alone_is_as_bright_as_it_can_be() {
        let red = css_of_hue(Hundredths::ZERO, Hundredths::ONE);
        assert_eq!(red, "rgb(255,0,0)");
    }

    #[test]
    fn a_lamp_that_is_off_is_dark() {
        let off = State {
            on: false,
            ..state(0, 0, 100)
        };
        assert_eq!(css(off), "rgb(0,0,0)");
    }

    #[test]
    fn hues_have_degrees_and_names() {
        let spoken = |hue| {
            (
                degrees(Hundredths::clamped(hue)),
                name(Hundredths::clamped(hue)),
            )
        };
        assert_eq!(spoken(0), (0, "red"));
        assert_eq!(spoken(58), (209, "blue"));
        assert_eq!(spoken(33), (119, "green"));
        assert_eq!(spoken(100), (360, "red"));
    }

    #[test]
    fn each_name_goes_from_one_place_on_the_wheel_to_the_next() {
        let named = |hue| name(Hundredths::clamped(hue));
        for (last, before, after) in [
            (4, "red", "orange"),
            (12, "orange", "yellow"),
            (19, "yellow", "green"),
            (44, "green", "cyan"),
            (55, "cyan", "blue"),
            (72, "blue", "violet"),
            (80, "violet", "magenta"),
            (92, "magenta", "red"),
        ] {
            assert_eq!((named(last), named(last + 1)), (before, after));
        }
    }
}
