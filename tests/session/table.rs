//! Every state and every input: which state comes of it, as the outside sees it.

use lampi::duration::Duration;
use lampi_web::mqtt::{Input, Output, Status};

use super::rig::*;

/// States, in the order of the table's columns.
const STATES: [State; 8] = [
    State::Waiting,
    State::WaitingWhileOpening,
    State::Opening,
    State::Connecting,
    State::Subscribing,
    State::Connected,
    State::Refused,
    State::Left,
];

/// A letter is the state that follows; `.` is the same one. What does not belong on a connection ends it.
const TABLE: [(&str, &str); 27] = [
    // input              W D O C S K R L
    ("socket opened", ". C C . . . . ."),
    ("socket closed", ". . W W W W . ."),
    ("text frame", ". . . W W W . ."),
    ("noise", ". . . W W W . ."),
    ("half a packet", ". . . . . . . ."),
    ("CONNACK 0", ". . . S W W . ."),
    ("CONNACK 1", ". . . R W W . ."),
    ("CONNACK 2", ". . . R W W . ."),
    ("CONNACK 3", ". . . W W W . ."),
    ("CONNACK 4", ". . . R W W . ."),
    ("CONNACK 5", ". . . R W W . ."),
    ("SUBACK", ". . . W K W . ."),
    ("SUBACK 0x80", ". . . W . W . ."),
    ("narrower SUBACK 0x80", ". . . W W W . ."),
    ("SUBACK of other", ". . . W W W . ."),
    ("PUBLISH", ". . . W . . . ."),
    ("PUBACK of other", ". . . W W W . ."),
    ("PINGRESP", ". . . W . . . ."),
    ("publish", ". . . . . . . ."),
    ("retry", "O O . . . . O O"),
    ("log in", "O O . . . . O O"),
    ("wanted", ". . . . . . . ."),
    ("wake", "O O . . . . . O"),
    ("offline", ". . . . . . . ."),
    ("leave", "L L L L L L L ."),
    ("early tick", ". . . . . . . ."),
    ("tick at deadline", "O O D W W . . ."),
];

#[test]
fn every_input_in_every_state() {
    for (name, row) in TABLE {
        let cells: Vec<&str> = row.split(' ').collect();
        assert_eq!(cells.len(), STATES.len(), "{name}");
        for (before, cell) in STATES.into_iter().zip(cells) {
            let mut seen = Seen::in_state(before);
            seen.feed(name);
            let expected = if cell == "." { before.letter() } else { cell };
            assert_eq!(seen.state().letter(), expected, "{name} while {before:?}");
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Waiting,
    /// The last try's socket may open yet.
    WaitingWhileOpening,
    Opening,
    Connecting,
    Subscribing,
    Connected,
    Refused,
    Left,
}

impl State {
    fn letter(self) -> &'static str {
        match self {
            Self::Waiting => "W",
            Self::WaitingWhileOpening => "D",
            Self::Opening => "O",
            Self::Connecting => "C",
            Self::Subscribing => "S",
            Self::Connected => "K",
            Self::Refused => "R",
            Self::Left => "L",
        }
    }
}

/// A session, and what it has done since it last opened a socket.
struct Seen {
    rig: Rig,
    sent: Vec<u8>,
    status: Option<Status>,
    is_closed: bool,
    has_left: bool,
}

impl Seen {
    fn in_state(wanted: State) -> Self {
        let mut seen = Self {
            rig: Rig::new(),
            sent: Vec::new(),
            status: None,
            is_closed: false,
            has_left: false,
        };
        let outputs = seen.rig.outputs();
        seen.note(outputs);
        // A first failure is tried again at once; from now on a loss is seen as a wait.
        seen.feed("socket opened");
        seen.feed("noise");
        let path: &[&str] = match wanted {
            State::Waiting => &["socket closed"],
            State::WaitingWhileOpening => &["tick at deadline"],
            State::Opening => &[],
            State::Connecting => &["socket opened"],
            State::Subscribing => &["socket opened", "CONNACK 0"],
            State::Connected => &["socket opened", "CONNACK 0", "SUBACK"],
            State::Refused => &["socket opened", "CONNACK 1"],
            State::Left => &["leave"],
        };
        path.iter().for_each(|input| seen.feed(input));
        assert_eq!(seen.state(), wanted);
        seen
    }

    fn feed(&mut self, name: &str) {
        let deadline = self.rig.session.deadline();
        let connack = |code| {
            Input::Received(match code {
                '0' => &[0x20, 2, 0, 0],
                '1' => &[0x20, 2, 0, 1],
                '2' => &[0x20, 2, 0, 2],
                '3' => &[0x20, 2, 0, 3],
                '4' => &[0x20, 2, 0, 4],
                _ => &[0x20, 2, 0, 5],
            })
        };
        let input = match name {
            "socket opened" => Input::Opened,
            "socket closed" => Input::Closed,
            "text frame" => Input::ReceivedText,
            "noise" => Input::Received(b"HTTP/1.1 400 Bad Request"),
            "half a packet" => Input::Received(&PUBLISH[..3]),
            "SUBACK" => Input::Received(&SUBACK),
            "SUBACK 0x80" => Input::Received(&[0x90, 3, 0xff, 0xff, 0x80]),
            "narrower SUBACK 0x80" => Input::Received(&[0x90, 3, 0xff, 0xfe, 0x80]),
            "SUBACK of other" => Input::Received(&[0x90, 3, 0, 1, 0]),
            "PUBLISH" => Input::Received(PUBLISH),
            "PUBACK of other" => Input::Received(&[0x40, 2, 0, 99]),
            "PINGRESP" => Input::Received(&PINGRESP),
            "publish" => Input::Publish {
                topic: "t",
                payload: "1".to_owned(),
            },
            "retry" => Input::Retry,
            "log in" => Input::LogIn(credentials()),
            "wanted" => Input::Wanted,
            "wake" => Input::Wake,
            "offline" => Input::Offline,
            "leave" => {
                self.has_left = true;
                Input::Leave
            }
            "early tick" => Input::Tick,
            "tick at deadline" => {
                self.rig.now = deadline.unwrap_or(self.rig.now + Duration::from_secs(3600));
                Input::Tick
            }
            _ => connack(name.chars().last().unwrap()),
        };
        let outputs = self.rig.input(input);
        self.note(outputs);
    }

    fn note(&mut self, outputs: Vec<Output>) {
        for output in outputs {
            match output {
                Output::Open(_) => {
                    self.sent.clear();
                    self.is_closed = false;
                    self.has_left = false;
                }
                Output::Close => self.is_closed = true,
                Output::Send(bytes) => self.sent.push(bytes[0]),
                Output::Status(status) => self.status = Some(status),
                _ => {}
            }
        }
    }

    fn state(&self) -> State {
        let is_idle = self.rig.session.deadline().is_none();
        match self.status {
            _ if is_idle && self.has_left => State::Left,
            Some(Status::Refused { .. }) if is_idle => State::Refused,
            Some(Status::Offline { .. }) if self.is_closed => State::Waiting,
            Some(Status::Offline { .. }) => State::WaitingWhileOpening,
            Some(Status::Connected { .. }) => State::Connected,
            _ if self.sent.contains(&SUBSCRIBE[0]) => State::Subscribing,
            _ if self.sent.contains(&0x10) => State::Connecting,
            _ => State::Opening,
        }
    }
}
