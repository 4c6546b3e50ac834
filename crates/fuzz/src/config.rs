use lampi_web::config::{Config, ConfigFile, PageAddress};
use lampi_web::mqtt::Login;
use serde_json::json;

/// Any settings give brokers and a device that can be used: written to a file, they are read back without a problem.
///
/// The input is `config.json`, then `?device=` and `?broker=` of the page's address, with a NUL before each.
pub fn config(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else {
        return;
    };
    let mut parts = text.split('\0');
    let file = parts.next().unwrap_or_default();
    let page = PageAddress {
        host: "lamp.example:8080",
        ..PageAddress::default()
    };
    let address = PageAddress {
        device: parts.next(),
        broker: parts.next(),
        ..page
    };
    let (mut config, _) = Config::read(ConfigFile::Text(file), address);
    assert!(!config.brokers.is_empty());
    assert!(!config.device.is_empty());
    let filter = config.topics.label_filter();
    assert!(
        filter
            .split('/')
            .all(|level| level == "+" || !level.contains('+'))
    );

    let mut written = json!({
        "brokers": config.brokers,
        "device": config.device,
        "keepalive": config.keep_alive.as_secs(),
        "prefix": config.topics.prefix,
        "bridgeSuffix": config.topics.bridge_suffix,
    });
    match &config.login {
        Login::Known(credentials) => {
            written["username"] = credentials.username.as_str().into();
            written["password"] = credentials.password.as_str().into();
        }
        Login::Unknown => {}
        // That comes from the page's address, and cannot be written into the file.
        Login::Withheld => config.login = Login::Unknown,
    }
    config.lesson_device.clone_from(&config.device);
    let read_back = Config::read(ConfigFile::Text(&written.to_string()), page);
    assert_eq!(read_back, (config, Vec::new()));
}
