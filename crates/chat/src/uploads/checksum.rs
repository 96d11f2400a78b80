//! The checksum of a part, compared while it streams in.

use bytes::Bytes;
use sha1::{Digest as _, Sha1};

/// What the bytes of a part must come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checksum {
    /// SHA-1; against errors of the line it is as good as any.
    Sha1([u8; 20]),
    /// SHA-256.
    Sha256([u8; 32]),
}

impl Checksum {
    /// From the name of an algorithm and a digest; nothing for others than `sha1` and `sha256`.
    pub fn of(algorithm: &str, digest: &[u8]) -> Option<Self> {
        match algorithm {
            "sha1" => Some(Self::Sha1(digest.try_into().ok()?)),
            "sha256" => Some(Self::Sha256(digest.try_into().ok()?)),
            _ => None,
        }
    }
}

/// A checksum that is being taken.
pub(super) struct Taking {
    wanted: Option<Checksum>,
    sha1: Sha1,
}

impl Taking {
    pub(super) fn of(wanted: Option<Checksum>) -> Self {
        Self { wanted, sha1: Sha1::new() }
    }

    pub(super) fn update(&mut self, chunk: &Bytes) {
        if let Some(Checksum::Sha1(_)) = self.wanted {
            self.sha1.update(chunk);
        }
    }

    /// Whether it is the one that was announced. The store takes the other digest anyway.
    pub(super) fn fits(&self, sha256: [u8; 32]) -> bool {
        match &self.wanted {
            None => true,
            Some(Checksum::Sha256(wanted)) => *wanted == sha256,
            Some(Checksum::Sha1(wanted)) => {
                *wanted == <[u8; 20]>::from(self.sha1.clone().finalize())
            }
        }
    }

    /// Whether one was announced: then a part is taken whole or not at all.
    pub(super) fn is_wanted(&self) -> bool {
        self.wanted.is_some()
    }
}
