//! A slider in the hand: nothing but the hand moves it, and a finger may turn out to scroll the page.

use lampi::hundredths::Hundredths;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// What [`use_hold`] gives to a slider: where it stands, and listeners named as their events.
#[derive(Debug)]
pub struct Hold {
    /// In hundredths of its length.
    pub position: Hundredths,
    /// The hand comes.
    pub onpointerdown: Callback<PointerEvent>,
    /// It moves the slider, or a key does.
    pub oninput: Callback<InputEvent>,
    /// It goes.
    pub onpointerup: Callback<PointerEvent>,
    /// It has gone, also where browsers do not tell so: after the mouse has left the page.
    pub onchange: Callback<Event>,
    /// It was a finger that scrolls the page: the slider goes back.
    pub onpointercancel: Callback<PointerEvent>,
}

#[derive(Clone, Copy)]
struct Held {
    grip: Grip,
    before: Hundredths,
    position: Hundredths,
}

#[derive(Clone, Copy, PartialEq)]
enum Grip {
    /// A finger has just been put down.
    PutDown,
    /// The slider is where the finger was put down, which may go on to scroll the page: nothing is told yet.
    Touched,
    /// The slider follows the hand, as it does the mouse from the first, and all is told.
    Moved,
}

/// A slider that stands at `rest` while nothing holds it. `onmove` is told where the hand moves it, read by [`position`].
#[hook]
pub fn use_hold(rest: Hundredths, scale: f64, onmove: Callback<Hundredths>) -> Hold {
    // Not a state: that is only known once it is rendered, and the next event may come before.
    let held = use_mut_ref(|| None::<Held>);
    let now = *held.borrow();
    let redraw = use_force_update();
    let onpointerdown = {
        let (held, redraw) = (held.clone(), redraw.clone());
        Callback::from(move |event: PointerEvent| {
            // Other buttons open menus, and their end is not told.
            if event.button() == 0 {
                held.replace(Some(Held {
                    grip: match &*event.pointer_type() {
                        "mouse" => Grip::Moved,
                        _ => Grip::PutDown,
                    },
                    before: rest,
                    position: rest,
                }));
                redraw.force_update();
            }
        })
    };
    let oninput = {
        let (held, redraw, onmove) = (held.clone(), redraw.clone(), onmove.clone());
        Callback::from(move |event: InputEvent| {
            let slider: HtmlInputElement = event.target_unchecked_into();
            let position = position(&slider, scale);
            let mut is_put_down = false;
            if let Some(held) = &mut *held.borrow_mut() {
                is_put_down = held.grip == Grip::PutDown;
                held.grip = match is_put_down {
                    true => Grip::Touched,
                    false => Grip::Moved,
                };
                held.position = position;
            }
            redraw.force_update();
            if !is_put_down {
                onmove.emit(position);
            }
        })
    };
    let let_go = move || {
        redraw.force_update();
        held.take()
    };
    let release = {
        let (let_go, onmove) = (let_go.clone(), onmove.clone());
        Callback::from(move |()| {
            if let Some(held) = let_go()
                && held.grip == Grip::Touched
            {
                onmove.emit(held.position);
            }
        })
    };
    let onpointercancel = Callback::from(move |_| {
        if let Some(held) = let_go()
            && held.grip == Grip::Moved
        {
            onmove.emit(held.before);
        }
    });
    Hold {
        position: now.map_or(rest, |held| held.position),
        onpointerdown,
        oninput,
        onpointerup: release.reform(|_| ()),
        onchange: release.reform(|_| ()),
        onpointercancel,
    }
}

/// The value of a slider or a number field, times `scale`, as the nearest number of hundredths.
pub fn position(input: &HtmlInputElement, scale: f64) -> Hundredths {
    Hundredths::clamped((input.value_as_number() * scale + 0.5) as u8)
}
