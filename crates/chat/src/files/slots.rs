//! How many uploads are under way on this node: of an account, and of all together.

use crate::{Actor, Chat};
use chinwag_wire::{AccountId, Code, Problem};
use parking_lot::Mutex;
use std::{collections::HashMap, sync::Arc};

/// Counts uploads under way. Clones count together.
#[derive(Clone)]
pub(crate) struct UploadSlots {
    most: usize,
    most_together: usize,
    taken: Arc<Mutex<HashMap<AccountId, usize>>>,
}

/// One upload under way, until this is dropped.
pub struct Slot {
    slots: UploadSlots,
    account: AccountId,
}

impl UploadSlots {
    /// With so many for each account, and so many for all.
    pub(crate) fn new(most: usize, most_together: usize) -> Self {
        Self { most, most_together, taken: Arc::default() }
    }

    /// Takes one.
    ///
    /// # Errors
    /// `too_many_uploads`; `overloaded` where there are too many of everybody's.
    pub(crate) fn take(&self, account: AccountId) -> Result<Slot, Problem> {
        let mut taken = self.taken.lock();
        let together: usize = taken.values().sum();
        let own = taken.get(&account).copied().unwrap_or_default();
        let full = [
            (own >= self.most, Code::TooManyUploads),
            (together >= self.most_together, Code::Overloaded),
        ];
        if let Some((_, code)) = full.into_iter().find(|(full, _)| *full) {
            metrics::counter!("chinwag_uploads_refused_total").increment(1);
            return Err(Problem::from(code).retry_after(5));
        }
        taken.insert(account, own + 1);
        Ok(Slot { slots: self.clone(), account })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut taken = self.slots.taken.lock();
        if let Some(count) = taken.get_mut(&self.account) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.account);
            }
        }
    }
}

impl Chat {
    /// Room for something large that an account sends, where a surface has to take it in whole before it knows
    /// what it is for.
    ///
    /// # Errors
    /// `too_many_uploads`; `overloaded` where there are too many of everybody's.
    pub fn upload_slot(&self, actor: &Actor) -> Result<Slot, Problem> {
        self.upload_slots.take(actor.account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn slots_are_an_account_s_own_and_come_back() {
        let slots = UploadSlots::new(2, 3);
        let [one, other] = [1, 2].map(|n| AccountId(Uuid::from_u128(n)));
        let held = (slots.take(one).unwrap(), slots.take(one).unwrap());
        assert_eq!(slots.take(one).err().unwrap().code, Code::TooManyUploads);
        let third = slots.take(other).unwrap();
        assert_eq!(slots.take(other).err().unwrap().code, Code::Overloaded, "three together");
        drop(third);
        drop(held);
        assert!(slots.take(one).is_ok());
        assert!(slots.taken.lock().is_empty());
    }
}
