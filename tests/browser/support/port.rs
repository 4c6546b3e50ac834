//! Free ports that stay ours.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU16, Ordering};

/// An address nobody listens on. The ports lie below those that outgoing connections take, so
/// that a stopped server finds its own free again.
pub fn free() -> SocketAddr {
    static NEXT: LazyLock<AtomicU16> =
        LazyLock::new(|| AtomicU16::new(10_000 + (std::process::id() % 1_000) as u16 * 20));
    loop {
        let address = at(NEXT.fetch_add(1, Ordering::Relaxed));
        if TcpListener::bind(address).is_ok() {
            return address;
        }
    }
}

pub fn at(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}
