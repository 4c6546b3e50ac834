//! The agent: runs in a web worker, where no rendering delays it and no hidden tab slows its timers.
//!
//! A thin shell around [`Control`]: waits for one thing, feeds it, carries out what comes of it.

pub mod codec;
pub mod handle;
pub mod socket;

pub use handle::Agent;

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::{FutureExt, SinkExt, StreamExt};
use gloo_timers::future::TimeoutFuture;
use lampi::duration::Duration;
use yew_agent::Registrable;
use yew_agent::prelude::{ReactorScope, reactor};

use crate::control::{Control, Input, Output};
use crate::message::{Command, Event};
use crate::mqtt;
use crate::now::now;
use codec::Postcard;
use socket::{Socket, SocketEvent};

/// Makes this worker answer to [`Agent`].
pub fn register() {
    #[cfg(debug_assertions)]
    console_error_panic_hook::set_once();
    LampAgent::registrar().encoding::<Postcard>().register();
}

/// Holds the MQTT session for one page.
#[reactor]
pub async fn LampAgent(mut scope: ReactorScope<Command, Event>) {
    let Some(Command::Start(config)) = scope.next().await else {
        return;
    };
    let mut shell = Shell {
        control: Control::new(config, random(), now()),
        scope,
        socket: None,
        timer: Timer::default(),
    };
    loop {
        shell.carry_out_all().await;
        shell.timer.set(shell.control.deadline(), now());
        match shell.next().await {
            Some(Wake::Command(command)) => shell.handle(Input::Command(command)),
            Some(Wake::Socket(event)) => shell.socket_event(event).await,
            Some(Wake::Timer) => shell.session(mqtt::Input::Tick),
            None => return,
        }
    }
}

struct Shell {
    control: Control,
    scope: ReactorScope<Command, Event>,
    socket: Option<Socket>,
    timer: Timer,
}

enum Wake {
    Command(Command),
    Socket(SocketEvent),
    Timer,
}

impl Shell {
    /// The next thing that happens; `None` once the page is gone.
    async fn next(&mut self) -> Option<Wake> {
        poll_fn(|cx| {
            if let Poll::Ready(command) = self.scope.poll_next_unpin(cx) {
                return Poll::Ready(command.map(Wake::Command));
            }
            if let Some(socket) = &mut self.socket
                && let Poll::Ready(event) = socket.poll_event(cx)
            {
                return Poll::Ready(Some(Wake::Socket(event)));
            }
            self.timer.poll(cx).map(|()| Some(Wake::Timer))
        })
        .await
    }

    async fn socket_event(&mut self, event: SocketEvent) {
        match event {
            SocketEvent::Opened => self.session(mqtt::Input::Opened),
            SocketEvent::Received(bytes) => {
                for piece in bytes.chunks(PIECE) {
                    self.session(mqtt::Input::Received(piece));
                    self.carry_out_all().await;
                }
            }
            SocketEvent::ReceivedText => self.session(mqtt::Input::ReceivedText),
            SocketEvent::Closed => {
                self.socket = None;
                self.session(mqtt::Input::Closed);
            }
        }
    }

    fn session(&mut self, input: mqtt::Input<'_>) {
        self.handle(Input::Session(input));
    }

    fn handle(&mut self, input: Input<'_>) {
        self.control.handle(input, now());
    }

    async fn carry_out_all(&mut self) {
        while let Some(output) = self.control.poll(now()) {
            self.carry_out(output).await;
        }
    }

    async fn carry_out(&mut self, output: Output) {
        match output {
            Output::Open(url) => self.socket = Some(Socket::open(&url)),
            Output::Send(bytes) => {
                if let Some(socket) = &self.socket {
                    socket.send(&bytes);
                }
            }
            Output::Close => self.socket = None,
            Output::Event(event) => {
                let Ok(()) = self.scope.send(event).await;
            }
        }
    }
}

/// Bytes. A frame, which may be large, is read in pieces, so that not all of its messages are in memory at a time.
const PIECE: usize = 64 * 1024;

/// Milliseconds. On some systems, timers stand still while the machine sleeps: to find out, the clock is looked at this
/// often.
const LONGEST_NAP: u64 = 5_000;

/// Rings at a deadline, or sooner. Set anew only when the deadline moves, as a flood would otherwise set it for each message.
#[derive(Default)]
struct Timer(Option<(Duration, TimeoutFuture)>);

impl Timer {
    fn set(&mut self, deadline: Option<Duration>, now: Duration) {
        if self.0.as_ref().map(|(set, _)| *set) != deadline {
            self.0 = deadline.map(|deadline| {
                // Rounded up, so that the deadline has passed when the timer rings.
                let micros = deadline.saturating_sub(now).as_micros();
                let millis = micros.div_ceil(1000).min(LONGEST_NAP);
                (deadline, TimeoutFuture::new(millis as u32))
            });
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some((_, timeout)) = &mut self.0 else {
            return Poll::Pending;
        };
        let rung = Pin::new(timeout).poll_unpin(cx);
        if rung.is_ready() {
            self.0 = None;
        }
        rung
    }
}

fn random() -> u64 {
    (js_sys::Math::random() * 2_f64.powi(53)) as u64
}
