//! A certificate authority of this run's own, and the certificate that it signed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};

/// A host that is not this machine's loopback by its name, though browsers of this run are led there.
pub const HOST: &str = "lamp.test";

/// PEM texts.
pub struct Signed {
    pub authority: String,
    /// The server's certificate and that of its authority.
    pub chain: String,
    pub key: String,
}

pub static SIGNED: LazyLock<Signed> = LazyLock::new(|| {
    let mut authority = CertificateParams::new([]).unwrap();
    authority
        .distinguished_name
        .push(DnType::CommonName, "LAMPI's test authority");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let server = CertificateParams::new([HOST, "localhost", "127.0.0.1"].map(str::to_owned))
        .unwrap()
        .signed_by(&key, &authority)
        .unwrap();
    Signed {
        authority: authority.pem(),
        chain: [server.pem(), authority.pem()].concat(),
        key: key.serialize_pem(),
    }
});

/// A home folder whose browsers trust this run's authority, as they do where a school or a company has its own.
pub fn trusting_home() -> PathBuf {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("trusting-home");
    // An earlier run's.
    if home.exists() {
        fs::remove_dir_all(&home).unwrap();
    }
    let database = home.join(".pki/nssdb");
    fs::create_dir_all(&database).unwrap();
    let authority = home.join("authority.pem");
    fs::write(&authority, &SIGNED.authority).unwrap();
    let certutil = |arguments: &[&str]| {
        let done = Command::new("certutil")
            .arg("-d")
            .arg(format!("sql:{}", database.display()))
            .args(arguments)
            .status()
            .expect("certutil is not installed");
        assert!(done.success());
    };
    certutil(&["-N", "--empty-password"]);
    certutil(&[
        "-A",
        "-n",
        "lampi",
        "-t",
        "C,,",
        "-i",
        &authority.display().to_string(),
    ]);
    home
}
