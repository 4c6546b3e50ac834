//! A certificate authority of this run's own, and the certificate that it signed.

use std::sync::LazyLock;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};

/// A host that is not this machine's loopback by its name, though browsers of this run are led there.
pub const HOST: &str = "lamp.test";

/// PEM texts.
pub struct Signed {
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
        chain: [server.pem(), authority.pem()].concat(),
        key: key.serialize_pem(),
    }
});
