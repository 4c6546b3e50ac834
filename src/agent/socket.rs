//! A WebSocket with the sub-protocol `mqtt`: bytes in, bytes out.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures::{Sink, Stream};
use gloo_net::websocket::futures::WebSocket;
use gloo_net::websocket::{Message, State};

use crate::boot;

/// What a [`Socket`] reports.
#[derive(Debug)]
pub enum SocketEvent {
    /// It is open.
    Opened,
    /// A binary frame arrived.
    Received(Vec<u8>),
    /// A text frame arrived.
    ReceivedText,
    /// It is closed, or could not be opened. Nothing follows.
    Closed,
}

/// Closes when dropped.
#[expect(
    missing_debug_implementations,
    reason = "the WebSocket inside has none"
)]
pub struct Socket {
    /// `None` if the browser refused the address, or the WebSocket has closed before anybody listened to it.
    websocket: Option<WebSocket>,
    /// The same, to send with: gloo-net makes a Blob of each packet, which takes the browser a detour to send.
    sender: Option<web_sys::WebSocket>,
    is_open: bool,
}

impl Socket {
    /// Starts to open, or takes over what `boot.js` has opened. Never fails: a bad address is [`SocketEvent::Closed`]
    /// later.
    pub fn open(url: &str) -> Self {
        let sender = boot::socket(url)
            // `mqtt` alone: some brokers refuse a list, or echo all of it, which browsers reject.
            .or_else(|| web_sys::WebSocket::new_with_str(url, "mqtt").ok())
            .filter(|socket| socket.ready_state() <= web_sys::WebSocket::OPEN);
        let websocket = sender.clone().map(WebSocket::try_from);
        Self {
            websocket: websocket.and_then(Result::ok),
            sender,
            is_open: false,
        }
    }

    /// Sends a binary frame. What the socket cannot take any more is dropped: [`SocketEvent::Closed`] follows.
    pub fn send(&self, bytes: &[u8]) {
        if let Some(sender) = &self.sender {
            let _ = sender.send_with_u8_array(bytes);
        }
    }

    /// Waits for the next event.
    pub fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<SocketEvent> {
        let Some(websocket) = &mut self.websocket else {
            return Poll::Ready(SocketEvent::Closed);
        };
        let mut websocket = Pin::new(websocket);
        if !self.is_open {
            let _ = ready!(websocket.as_mut().poll_ready(cx));
            self.is_open = matches!(websocket.state(), State::Open);
            if self.is_open {
                return Poll::Ready(SocketEvent::Opened);
            }
        }
        Poll::Ready(match ready!(websocket.poll_next(cx)) {
            Some(Ok(Message::Bytes(bytes))) => SocketEvent::Received(bytes),
            Some(Ok(Message::Text(_))) => SocketEvent::ReceivedText,
            Some(Err(_)) | None => SocketEvent::Closed,
        })
    }
}
