//! A slider in the hand: nothing but the hand moves it, and a finger may turn out to scroll the page.

use web_sys::HtmlInputElement;
use yew::prelude::*;

/// What [`use_hold`] gives to a slider: where it stands, and listeners named as their events.
#[derive(Debug)]
pub struct Hold {
    /// In steps, 0 to 100.
    pub position: u8,
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
    before: u8,
    position: u8,
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

/// A slider stands at `position` while nothing holds it. `steps` of a position make 1 of the slider's value. Tells where the
/// hand moves it.
#[hook]
pub fn use_hold(position: u8, steps: f64, onmove: Callback<u8>) -> Hold {
    let held = use_state(|| None::<Held>);
    let now = *held;
    let set = held.setter();
    let onpointerdown = {
        let set = set.clone();
        Callback::from(move |event: PointerEvent| {
            // Other buttons open menus, and their end is not told.
            if event.button() == 0 {
                set.set(Some(Held {
                    grip: match &*event.pointer_type() {
                        "mouse" => Grip::Moved,
                        _ => Grip::PutDown,
                    },
                    before: position,
                    position,
                }));
            }
        })
    };
    let oninput = {
        let (set, onmove) = (set.clone(), onmove.clone());
        Callback::from(move |event: InputEvent| {
            let slider: HtmlInputElement = event.target_unchecked_into();
            let position = (slider.value_as_number() * steps + 0.5).clamp(0.0, 100.0) as u8;
            let is_put_down = now.is_some_and(|held| held.grip == Grip::PutDown);
            set.set(now.map(|held| Held {
                grip: match is_put_down {
                    true => Grip::Touched,
                    false => Grip::Moved,
                },
                position,
                ..held
            }));
            if !is_put_down {
                onmove.emit(position);
            }
        })
    };
    let release = {
        let (set, onmove) = (set.clone(), onmove.clone());
        Callback::from(move |()| {
            set.set(None);
            if let Some(held) = now
                && held.grip == Grip::Touched
            {
                onmove.emit(held.position);
            }
        })
    };
    let onpointercancel = Callback::from(move |_| {
        set.set(None);
        if let Some(held) = now
            && held.grip == Grip::Moved
        {
            onmove.emit(held.before);
        }
    });
    Hold {
        position: now.map_or(position, |held| held.position),
        onpointerdown,
        oninput,
        onpointerup: release.reform(|_| ()),
        onchange: release.reform(|_| ()),
        onpointercancel,
    }
}
