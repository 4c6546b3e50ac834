//! Free ports that stay ours. The tools' and the broker's tests take this file too.

use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU16, Ordering};

/// An address nobody listens on. The ports lie below those that outgoing connections take, so
/// that a stopped server finds its own free again.
pub fn free() -> SocketAddr {
    static NEXT: LazyLock<AtomicU16> =
        LazyLock::new(|| AtomicU16::new(10_000 + (std::process::id() % 1_000) as u16 * 20));
    loop {
        let port = NEXT.fetch_add(1, Ordering::Relaxed);
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        if is_free(address) {
            return address;
        }
    }
}

/// Whether nobody listens there. Asked by connecting: a listener of our own would live on, for a moment, in each program
/// that another test starts just then.
pub fn is_free(address: SocketAddr) -> bool {
    TcpStream::connect(address).is_err()
}
