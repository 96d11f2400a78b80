//! Access tokens that were verified before: a signature costs more than everything else that is asked of a request. Whether
//! the session lives is asked each time.

use crate::Actor;
use parking_lot::RwLock;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;

/// Most in each of the two halves.
const HALF: usize = 20_000;

/// What is kept of a token: its digest, never the token.
pub(super) type TokenDigest = [u8; 32];

/// What a token proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Proof {
    /// Who acts, and until when.
    pub(super) actor: Actor,
    /// From when on, in seconds since 1970.
    pub(super) begins: i64,
}

/// What tokens prove. When the young half is full it becomes the old one, and what was old is verified anew.
#[derive(Default)]
pub(super) struct Proven(RwLock<Halves>);

#[derive(Default)]
struct Halves {
    young: HashMap<TokenDigest, Proof>,
    old: HashMap<TokenDigest, Proof>,
}

impl Proven {
    /// What a token is known by.
    pub(super) fn digest(token: &str) -> TokenDigest {
        Sha256::digest(token).into()
    }

    /// What a token proved.
    pub(super) fn get(&self, token: &TokenDigest) -> Option<Proof> {
        let halves = self.0.read();
        halves.young.get(token).or_else(|| halves.old.get(token)).copied()
    }

    /// Notes what a token proves that was verified.
    pub(super) fn note(&self, token: TokenDigest, proof: Proof) {
        let mut halves = self.0.write();
        if halves.young.len() >= HALF {
            halves.old = std::mem::take(&mut halves.young);
        }
        halves.young.insert(token, proof);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chinwag_wire::{AccountId, SessionId, Time};
    use uuid::Uuid;

    #[test]
    fn memory_is_bounded_and_what_is_new_stays() {
        let (proven, id) = (Proven::default(), Uuid::from_u128(1));
        let actor = Actor { account: AccountId(id), session: SessionId(id), expires: Time(9) };
        let proof = Proof { actor, begins: 1 };
        let digest = |number: usize| Proven::digest(&number.to_string());
        (0..=2 * HALF).for_each(|number| proven.note(digest(number), proof));
        assert_eq!(proven.get(&digest(2 * HALF)), Some(proof));
        assert_eq!(proven.get(&digest(2 * HALF - 1)), Some(proof));
        assert_eq!(proven.get(&digest(0)), None);
        let halves = proven.0.read();
        assert!(halves.young.len() + halves.old.len() <= 2 * HALF);
    }
}
