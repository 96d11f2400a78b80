//! How many uploads an account has under way on this node.

use chinwag_wire::{AccountId, Code, Problem};
use parking_lot::Mutex;
use std::{collections::HashMap, sync::Arc};

/// Counts uploads under way. Clones count together.
#[derive(Clone)]
pub(crate) struct UploadSlots {
    most: usize,
    taken: Arc<Mutex<HashMap<AccountId, usize>>>,
}

/// One upload under way, until this is dropped.
pub(crate) struct Slot {
    slots: UploadSlots,
    account: AccountId,
}

impl UploadSlots {
    /// With so many for each account.
    pub(crate) fn new(most: usize) -> Self {
        Self { most, taken: Arc::default() }
    }

    /// Takes one.
    ///
    /// # Errors
    /// `too_many_uploads`.
    pub(crate) fn take(&self, account: AccountId) -> Result<Slot, Problem> {
        let mut taken = self.taken.lock();
        let count = taken.entry(account).or_default();
        if *count >= self.most {
            metrics::counter!("chinwag_uploads_refused_total").increment(1);
            return Err(Problem::from(Code::TooManyUploads).retry_after(5));
        }
        *count += 1;
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

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn slots_are_an_account_s_own_and_come_back() {
        let slots = UploadSlots::new(2);
        let [one, other] = [1, 2].map(|n| AccountId(Uuid::from_u128(n)));
        let held = (slots.take(one).unwrap(), slots.take(one).unwrap());
        assert_eq!(slots.take(one).err().unwrap().code, Code::TooManyUploads);
        assert!(slots.take(other).is_ok());
        drop(held);
        assert!(slots.take(one).is_ok());
        assert!(slots.taken.lock().is_empty());
    }
}
