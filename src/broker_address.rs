//! Addresses of brokers: which of them a browser opens, and what else it can do with them.

/// Why a browser could not open a WebSocket to this address, or must not.
pub fn fault(url: &str) -> Option<&'static str> {
    let Some(rest) = url
        .strip_prefix("ws://")
        .or_else(|| url.strip_prefix("wss://"))
    else {
        return Some("does not begin with ws:// or wss://");
    };
    if url.contains(|c: char| c == '#' || c == '\\' || c.is_whitespace() || c.is_control()) {
        Some("has a character that a broker's address cannot have")
    } else if authority(rest).contains('@') {
        Some("has a login in it, which belongs into username and password of config.json")
    } else if !is_host_and_port(authority(rest)) {
        Some("does not name a host, or its port is not a number up to 65535")
    } else {
        None
    }
}

/// Whether all browsers forbid a page that came over https to open this address: it is not encrypted, and leads
/// elsewhere than to this machine (W3C, Mixed Content and Secure Contexts) and its network.
pub fn is_mixed_content(url: &str) -> bool {
    unencrypted_host(url).is_some_and(|host| !is_loopback(&host) && !is_local(&host))
}

/// Whether some browsers forbid that: Chrome and Edge open what leads into the local network, and may ask the user before
/// (WICG, Local Network Access).
pub fn is_local_network(url: &str) -> bool {
    unencrypted_host(url).is_some_and(|host| is_local(&host))
}

/// Where a browser shows an encrypted broker's certificate, for the user to accept it. `None` for `ws:`.
pub fn certificate_page(url: &str) -> Option<String> {
    url.strip_prefix("wss://")
        .map(|rest| format!("https://{rest}"))
}

/// Splits `host:port`; the port is `None` where none is named. IPv6 stays in its brackets.
pub fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

/// In small letters.
fn unencrypted_host(url: &str) -> Option<String> {
    let rest = url.strip_prefix("ws://")?;
    Some(split_port(authority(rest)).0.to_ascii_lowercase())
}

fn authority(after_scheme: &str) -> &str {
    after_scheme.split(['/', '?']).next().unwrap_or_default()
}

fn is_host_and_port(authority: &str) -> bool {
    let (host, port) = split_port(authority);
    let is_ipv6 = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .is_some_and(|host| host.contains(':') && host.chars().all(is_ipv6_character));
    let is_name = !host.is_empty() && !host.contains(['[', ']', ':', '%', '<', '>', '^', '|']);
    (is_ipv6 || is_name) && port.is_none_or(is_port)
}

fn is_port(port: &str) -> bool {
    port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok()
}

fn is_ipv6_character(c: char) -> bool {
    c.is_ascii_hexdigit() || c == ':' || c == '.'
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host == "[::1]"
        || (host.starts_with("127.") && host.split('.').all(|part| part.parse::<u8>().is_ok()))
}

/// Whether the host is named as one of the local network: by a private address, or for multicast DNS. A name that begins
/// like such an address is tried in vain.
fn is_local(host: &str) -> bool {
    let starts = ["10.", "192.168.", "169.254.", "[fc", "[fd", "[fe80:"];
    let rest = host
        .strip_prefix("172.")
        .and_then(|rest| rest.split_once('.'));
    host.ends_with(".local")
        || starts.iter().any(|start| host.starts_with(start))
        || rest.is_some_and(|(second, _)| matches!(second.parse(), Ok(16_u8..=31)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_no_websocket_opens_has_a_fault() {
        for url in [
            "",
            "x",
            "http://x/",
            "ws:/x",
            "ws://",
            "ws:///mqtt",
            "ws://:50002/",
            "ws://host:port/",
            "ws://host:+80/",
            "ws://host:65536/",
            "ws://host/#x",
            "ws://user:secret@host/",
            "ws://ho st/",
            "ws://[::1/",
            "ws://[nonsense]/",
            "ws://[::x]/",
            "ws://[abc]/",
        ] {
            assert!(fault(url).is_some(), "{url:?}");
        }
        for url in [
            "ws://h",
            "ws://h:1",
            "ws://h:1?x=1",
            "wss://h.example:443/mqtt?x=1",
            "ws://[::1]:50002/mqtt",
            "ws://[::ffff:127.0.0.1]/",
            "ws://127.0.0.1/ws",
        ] {
            assert_eq!(fault(url), None, "{url:?}");
        }
    }

    #[test]
    fn a_login_in_an_address_is_told_where_it_belongs() {
        for url in ["ws://user@host/", "wss://user:secret@host:1/"] {
            assert!(fault(url).unwrap().contains("config.json"), "{url}");
        }
    }

    #[test]
    fn a_host_has_no_character_that_a_url_keeps_for_itself() {
        for c in "[]:%<>^|".chars() {
            let url = format!("ws://a{c}b:1/");
            assert!(fault(&url).is_some(), "{url}");
        }
    }

    #[test]
    fn only_an_unencrypted_way_off_this_machine_is_mixed_content() {
        for url in [
            "ws://box.example:50002/mqtt",
            "ws://8.8.8.8/",
            "ws://127.example/",
            "ws://localhost.example/",
            "ws://[::2]/",
        ] {
            assert!(is_mixed_content(url), "{url}");
        }
        for url in [
            "wss://box.example/mqtt",
            "ws://localhost:50002/mqtt",
            "ws://LOCALHOST/",
            "ws://lamp.localhost/",
            "ws://127.0.0.1:50002/mqtt",
            "ws://127.1.2.3/",
            "ws://[::1]:50002/mqtt",
        ] {
            assert!(!is_mixed_content(url), "{url}");
        }
    }

    #[test]
    fn some_browsers_open_an_unencrypted_way_into_the_local_network() {
        for url in [
            "ws://10.0.0.1/",
            "ws://172.16.0.1:50002/mqtt",
            "ws://172.31.0.1/",
            "ws://192.168.1.5:50002/mqtt",
            "ws://169.254.0.1/",
            "ws://RaspberryPi.local:50002/mqtt",
            "ws://[fd00::1]:50002/",
            "ws://[fe80::1]/",
        ] {
            assert!(is_local_network(url) && !is_mixed_content(url), "{url}");
        }
        for url in [
            "wss://192.168.1.5/mqtt",
            "ws://172.32.0.1/",
            "ws://192.169.1.5/",
            "ws://100.64.0.1/",
            "ws://local/",
            "ws://local.example/",
            "ws://fd.example/",
            "ws://[2001:db8::1]/",
            "ws://127.0.0.1/",
        ] {
            assert!(!is_local_network(url), "{url}");
        }
    }

    #[test]
    fn a_certificate_is_shown_at_the_same_address_over_https() {
        let page = certificate_page("wss://box.example:8443/mqtt");
        assert_eq!(page.as_deref(), Some("https://box.example:8443/mqtt"));
        assert_eq!(certificate_page("ws://box.example/mqtt"), None);
    }
}
