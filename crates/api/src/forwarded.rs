//! Where a request came from: the peer's address, or what proxies that the operator trusts say.

use axum::http::HeaderMap;
use std::{net::IpAddr, str::FromStr};

/// An address, or a range of them such as `10.0.0.0/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// Whether an address lies in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                same(network.to_bits().into(), address.to_bits().into(), 32 - self.prefix)
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                same(network.to_bits(), address.to_bits(), 128 - self.prefix)
            }
            _ => false,
        }
    }
}

fn same(network: u128, address: u128, host_bits: u8) -> bool {
    (network ^ address).checked_shr(host_bits.into()).unwrap_or(0) == 0
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not an address or a range such as 10.0.0.0/8");
        let (address, prefix) =
            text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        let address = IpAddr::from_str(address.trim()).map_err(|_| wrong())?.to_canonical();
        let most = if address.is_ipv4() { 32 } else { 128 };
        let prefix =
            prefix.map_or(Ok(most), |prefix| prefix.trim().parse::<u8>().map_err(|_| wrong()))?;
        if prefix > most { Err(wrong()) } else { Ok(Self { address, prefix }) }
    }
}

/// The client's address: the last one in the chain of `X-Forwarded-For` that no trusted proxy vouches for.
pub(crate) fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let peer = peer.to_canonical();
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    if !is_trusted(peer) {
        return peer;
    }
    let lines: Vec<&str> =
        headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok()).collect();
    let mut client = peer;
    for hop in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        let Ok(address) = hop.trim().parse::<IpAddr>() else { break };
        client = address.to_canonical();
        if !is_trusted(client) {
            break;
        }
    }
    client
}

/// Whether a trusted proxy says that the client reached it over TLS.
pub(crate) fn over_tls(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> bool {
    let peer = peer.to_canonical();
    let said = headers.get("x-forwarded-proto").and_then(|proto| proto.to_str().ok());
    let last = said.and_then(|said| said.rsplit(',').next()).unwrap_or_default().trim();
    last.eq_ignore_ascii_case("https") && trusted.iter().any(|network| network.contains(peer))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &str, trusted: &[&str]) -> String {
        let trusted: Vec<Network> = trusted.iter().map(|text| text.parse().unwrap()).collect();
        let headers = HeaderMap::from_iter([(
            "x-forwarded-for".parse().unwrap(),
            forwarded.parse().unwrap(),
        )]);
        client(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn believes_only_trusted_proxies() {
        assert_eq!(seen("192.0.2.9", "203.0.113.7", &[]), "192.0.2.9");
        assert_eq!(seen("10.1.2.3", "203.0.113.7", &["10.0.0.0/8"]), "203.0.113.7");
        assert_eq!(
            seen("10.1.2.3", "1.1.1.1, 203.0.113.7, 10.9.9.9", &["10.0.0.0/8"]),
            "203.0.113.7"
        );
        assert_eq!(seen("10.1.2.3", "1.1.1.1, rubbish", &["10.0.0.0/8"]), "10.1.2.3");
        assert_eq!(seen("::ffff:10.1.2.3", "2001:db8::1", &["10.0.0.0/8"]), "2001:db8::1");
    }

    #[test]
    fn believes_only_trusted_proxies_about_tls() {
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        let said = |peer: &str, proto: &str| {
            let headers = HeaderMap::from_iter([(
                "x-forwarded-proto".parse().unwrap(),
                proto.parse().unwrap(),
            )]);
            over_tls(peer.parse().unwrap(), &headers, &trusted)
        };
        assert!(said("10.1.2.3", "https") && said("10.1.2.3", "http, HTTPS"));
        assert!(!said("10.1.2.3", "https, http") && !said("192.0.2.9", "https"));
    }

    #[test]
    fn reads_ranges() {
        for bad in ["", "10.0.0.0/33", "::1/129", "host", "10.0.0.0/x"] {
            assert!(bad.parse::<Network>().is_err(), "{bad}");
        }
        assert!("0.0.0.0/0".parse::<Network>().unwrap().contains("8.8.8.8".parse().unwrap()));
        assert!(!"::/0".parse::<Network>().unwrap().contains("8.8.8.8".parse().unwrap()));
        assert!(!"192.0.2.1".parse::<Network>().unwrap().contains("192.0.2.2".parse().unwrap()));
    }
}
