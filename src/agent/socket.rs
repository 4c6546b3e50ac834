//! A WebSocket with the sub-protocol `mqtt`: bytes in, bytes out.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures::{Sink, Stream};
use gloo_net::websocket::futures::WebSocket;
use gloo_net::websocket::{Message, State};

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
    /// `None` if the browser refused the address.
    websocket: Option<WebSocket>,
    is_open: bool,
}

impl Socket {
    /// Starts to open. Never fails: a bad address is [`SocketEvent::Closed`] later.
    pub fn open(url: &str) -> Self {
        Self {
            // `mqtt` alone: some brokers refuse a list, or echo all of it, which browsers reject.
            websocket: WebSocket::open_with_protocol(url, "mqtt").ok(),
            is_open: false,
        }
    }

    /// Sends a binary frame. What the socket cannot take any more is dropped: [`SocketEvent::Closed`] follows.
    pub fn send(&mut self, bytes: Bytes) {
        if let Some(websocket) = &mut self.websocket {
            let _ = Pin::new(websocket).start_send(Message::Bytes(bytes.into()));
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
