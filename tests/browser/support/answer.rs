//! What a web server answers, as curl tells it: status and headers as they were sent.

use std::process::Command;

use super::certificates::HOST;
use super::deployment::Deployment;

pub struct Answer {
    pub status: u16,
    /// In lower case, each with its value.
    headers: Vec<(String, String)>,
    /// As it was sent: compressed if the header says so.
    pub body: Vec<u8>,
}

impl Answer {
    /// Asks for a path, as a client that takes these encodings.
    pub fn to(deployment: &Deployment, path: &str, encodings: &str) -> Self {
        let address = format!("{}{path}", deployment.address);
        Self::from(
            deployment,
            &address,
            &format!("Accept-Encoding: {encodings}"),
        )
    }

    /// Asks for any address, with a header of one's own.
    pub fn from(deployment: &Deployment, address: &str, header: &str) -> Self {
        let output = Command::new("curl")
            .args([
                "--silent",
                "--show-error",
                "--include",
                "--http1.1",
                "--cacert",
            ])
            .arg(deployment.authority())
            .args(["--connect-to", &format!("{HOST}::127.0.0.1:")])
            .args(["--header", header, address])
            .output()
            .expect("curl is not installed");
        assert!(output.status.success(), "{output:?}");
        Self::read(&output.stdout)
    }

    /// A header's value; of several with that name, all, as browsers join them.
    pub fn header(&self, name: &str) -> Option<String> {
        let values: Vec<&str> = self
            .headers
            .iter()
            .filter(|(known, _)| known == name)
            .map(|(_, value)| &**value)
            .collect();
        (!values.is_empty()).then(|| values.join(", "))
    }

    pub fn has(&self, name: &str) -> bool {
        self.header(name).is_some()
    }

    fn read(bytes: &[u8]) -> Self {
        let end = bytes
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap();
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap();
        Self {
            status: status.parse().unwrap(),
            headers: lines
                .map(|line| line.split_once(": ").unwrap())
                .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
                .collect(),
            body: bytes[end + 4..].to_vec(),
        }
    }
}
