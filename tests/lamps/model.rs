//! Whatever happens to page, broker and lamp.

use lampi::duration::Duration;
use lampi::simulated::Faults;
use lampi_web::mqtt::session::HOLD;
use lampi_web::wish::Outcome;
use proptest::collection::vec;
use proptest::prelude::*;

use super::world::*;

proptest! {
    /// Drags, changes by others, lamps and brokers that come and go: in the end every wish has ended, what the page
    /// believes is what the lamp is, and that is what was last wanted or the page says that it was not accepted; unless the
    /// lamp is away, and then the page says so.
    #[test]
    fn wishes_end_at_the_lamp_s_state_or_wait_for_it(
        steps in vec(step(), 0..80),
        rejects in prop::bool::weighted(0.2),
        delay in 0_u64..200,
    ) {
        let delay = Duration::from_millis(delay);
        let mut world = World::with(Faults { rejects, delay });
        world.lamp_comes();
        let mut asked = 0;
        let mut last = None;
        for step in steps {
            match step {
                Step::Want(value) => last = Some(brightness(value)),
                Step::Foreign(_) if world.is_lamp_there => last = None,
                Step::GiveUp => last = None,
                _ => {}
            }
            match step {
                Step::Want(value) => world.want(brightness(value)),
                Step::Foreign(value) if world.is_lamp_there => world.foreign("lamp_ui", brightness(value)),
                Step::Foreign(_) => {}
                Step::Pass(millis) => world.pass(Duration::from_millis(millis.into())),
                Step::Come => world.lamp_comes(),
                Step::Go => world.lamp_goes(),
                Step::GiveUp => world.give_up(),
                Step::Lose => world.disconnect(),
                Step::Connect if world.is_connected => {}
                Step::Connect => world.reconnect(),
                Step::Slow => world.is_slow = true,
                Step::Acknowledge => world.acknowledge(),
            }
            if world.is_lamp_there {
                asked = world.requests.len();
            }
            prop_assert_eq!(world.requests.len(), asked, "asked a lamp that is away");
        }
        world.is_slow = false;
        world.acknowledge();
        if !world.is_connected {
            world.reconnect();
        }
        world.pass(HOLD + Duration::from_secs(20));
        let is_there = world.is_lamp_there;
        let report = world.last().clone();
        if is_there {
            prop_assert_eq!(report.ended.number, world.wishes);
            let truth = world.lamp.start();
            let changed = truth.iter().find(|message| message.topic.ends_with("/changed")).unwrap();
            let state = lampi::state::Changed::parse(changed.payload.as_bytes()).unwrap().state;
            prop_assert_eq!(report.confirmed, Some(state));
            if let Some(last) = last && report.ended.outcome != Outcome::Unanswered {
                prop_assert_eq!(state, last, "lost without a word");
            }
        } else {
            prop_assert!(report.is_absent());
        }
    }
}

#[derive(Clone, Debug)]
enum Step {
    Want(u8),
    Foreign(u8),
    Pass(u16),
    Come,
    Go,
    GiveUp,
    Lose,
    Connect,
    Slow,
    Acknowledge,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        // Few, so that what was wanted before is wanted again.
        5 => (0..=2_u8).prop_map(Step::Want),
        2 => (0..=2_u8).prop_map(Step::Foreign),
        4 => (0..2_000_u16).prop_map(Step::Pass),
        1 => Just(Step::Come),
        1 => Just(Step::Go),
        1 => Just(Step::GiveUp),
        1 => Just(Step::Lose),
        2 => Just(Step::Connect),
        1 => Just(Step::Slow),
        2 => Just(Step::Acknowledge),
    ]
}
