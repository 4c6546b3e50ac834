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

use futures::channel::mpsc::{self, UnboundedReceiver, UnboundedSender};
use futures::{FutureExt, StreamExt};
use gloo_timers::future::TimeoutFuture;
use lampi::duration::Duration;
use yew::platform::spawn_local;
use yew_agent::Registrable;
use yew_agent::worker::{HandlerId, Worker, WorkerScope};

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
#[derive(Debug)]
pub struct LampAgent {
    /// To the session, once there is a page.
    commands: Option<UnboundedSender<Command>>,
}

impl Worker for LampAgent {
    type Message = ();
    type Input = Command;
    type Output = Event;

    fn create(_: &WorkerScope<Self>) -> Self {
        Self { commands: None }
    }

    fn connected(&mut self, scope: &WorkerScope<Self>, page: HandlerId) {
        let (sender, commands) = mpsc::unbounded();
        self.commands = Some(sender);
        spawn_local(run(commands, scope.clone(), page));
    }

    fn received(&mut self, _: &WorkerScope<Self>, command: Command, _: HandlerId) {
        if let Some(commands) = &self.commands {
            let _ = commands.unbounded_send(command);
        }
    }

    fn update(&mut self, _: &WorkerScope<Self>, (): ()) {}
}

async fn run(
    mut commands: UnboundedReceiver<Command>,
    scope: WorkerScope<LampAgent>,
    page: HandlerId,
) {
    let Some(Command::Start(config)) = commands.next().await else {
        return;
    };
    let mut shell = Shell {
        control: Control::new(config, random(), now()),
        commands,
        scope,
        page,
        socket: None,
        timer: Timer::default(),
    };
    shell.settle(now());
    while let Some(wake) = shell.next().await {
        shell.handle(wake, now());
    }
}

struct Shell {
    control: Control,
    commands: UnboundedReceiver<Command>,
    scope: WorkerScope<LampAgent>,
    page: HandlerId,
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
            if let Poll::Ready(command) = self.commands.poll_next_unpin(cx) {
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

    fn handle(&mut self, wake: Wake, now: Duration) {
        match wake {
            Wake::Command(command) => self.control.handle(Input::Command(command), now),
            Wake::Socket(event) => self.socket_event(event, now),
            Wake::Timer => self.session(mqtt::Input::Tick, now),
        }
        self.settle(now);
    }

    fn settle(&mut self, now: Duration) {
        self.carry_out_all(now);
        if let Some(deadline) = self.control.deadline() {
            self.timer.set(deadline, now);
        }
    }

    fn socket_event(&mut self, event: SocketEvent, now: Duration) {
        match event {
            SocketEvent::Opened => self.session(mqtt::Input::Opened, now),
            SocketEvent::Received(bytes) => {
                for piece in bytes.chunks(PIECE) {
                    self.session(mqtt::Input::Received(piece), now);
                    self.carry_out_all(now);
                }
            }
            SocketEvent::ReceivedText => self.session(mqtt::Input::ReceivedText, now),
            SocketEvent::Closed => {
                self.socket = None;
                self.session(mqtt::Input::Closed, now);
            }
        }
    }

    fn session(&mut self, input: mqtt::Input<'_>, now: Duration) {
        self.control.handle(Input::Session(input), now);
    }

    fn carry_out_all(&mut self, now: Duration) {
        while let Some(output) = self.control.poll(now) {
            self.carry_out(output);
        }
    }

    fn carry_out(&mut self, output: Output) {
        match output {
            Output::Open(url) => self.socket = Some(Socket::open(&url)),
            Output::Send(bytes) => {
                if let Some(socket) = &self.socket {
                    socket.send(&bytes);
                }
            }
            Output::Close => self.socket = None,
            Output::Event(event) => self.scope.respond(self.page, event),
        }
    }
}

/// Bytes. A frame, which may be large, is read in pieces, so that not all of its messages are in memory at a time.
const PIECE: usize = 64 * 1024;

/// Milliseconds. On some systems, timers stand still while the machine sleeps: to find out, the clock is looked at this
/// often.
const LONGEST_NAP: u64 = 5_000;

/// Rings at a deadline, or sooner: one that is put off, as each message puts off the next ping, does not set it anew.
#[derive(Default)]
struct Timer(Option<(Duration, TimeoutFuture)>);

impl Timer {
    fn set(&mut self, deadline: Duration, now: Duration) {
        if self.0.as_ref().is_none_or(|(set, _)| deadline < *set) {
            // Rounded up, so that the deadline has passed when the timer rings.
            let micros = deadline.saturating_sub(now).as_micros();
            let millis = micros.div_ceil(1000).min(LONGEST_NAP);
            self.0 = Some((deadline, TimeoutFuture::new(millis as u32)));
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
