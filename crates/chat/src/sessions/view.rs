//! What is known in memory about which sessions live, so that a request costs no read. What is not
//! known here is read from the database; what has ended here stays ended.

use crate::Notice;
use chinwag_wire::{AccountId, SessionId, Time};
use parking_lot::RwLock;
use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Arc,
};

/// Most live sessions in each of the two halves.
const HALF: usize = 100_000;
/// Most ended sessions remembered. It takes longer to end as many than a read of the database takes
/// to come back, and only such a read could bring an ended session to life again.
const ENDED: usize = 65_536;

/// What the view knows of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// It lives, and is this account's.
    Live(AccountId),
    /// It has ended.
    Ended,
    /// Ask the database.
    Nothing,
}

/// Which sessions live. Clones are the same view.
#[derive(Clone, Default)]
pub(crate) struct SessionView(Arc<RwLock<Sessions>>);

/// The live are kept in two halves: when the young one is full it becomes the old one, and what was
/// old and not asked for meanwhile is forgotten.
#[derive(Default)]
struct Sessions {
    young: HashMap<SessionId, Live>,
    old: HashMap<SessionId, Live>,
    ended: HashSet<SessionId>,
    ended_in_order: VecDeque<SessionId>,
}

#[derive(Clone, Copy)]
struct Live {
    account: AccountId,
    ends_at: Time,
}

impl SessionView {
    /// What is known of a session now.
    pub(super) fn ask(&self, session: SessionId, now: Time) -> Known {
        let sessions = self.0.read();
        if let Some(live) = sessions.young.get(&session) {
            return live.known(now);
        }
        if sessions.ended.contains(&session) {
            return Known::Ended;
        }
        let Some(live) = sessions.old.get(&session).copied() else { return Known::Nothing };
        drop(sessions);
        self.live(session, live.account, live.ends_at);
        live.known(now)
    }

    /// Notes a session that lives; says whether it may, which it may not if it has ended.
    pub(super) fn live(&self, session: SessionId, account: AccountId, ends_at: Time) -> bool {
        let mut sessions = self.0.write();
        if sessions.ended.contains(&session) {
            return false;
        }
        if sessions.young.len() >= HALF {
            sessions.old = std::mem::take(&mut sessions.young);
        }
        sessions.young.insert(session, Live { account, ends_at });
        true
    }

    /// Notes that a session has ended.
    pub(super) fn ended(&self, session: SessionId) {
        let mut sessions = self.0.write();
        sessions.young.remove(&session);
        sessions.old.remove(&session);
        if sessions.ended.insert(session) {
            sessions.ended_in_order.push_back(session);
        }
        if sessions.ended_in_order.len() > ENDED
            && let Some(oldest) = sessions.ended_in_order.pop_front()
        {
            sessions.ended.remove(&oldest);
        }
    }

    /// Takes note of what was committed, before anybody is answered.
    pub(crate) fn heed(&self, notices: &[Notice]) {
        for notice in notices {
            if let Notice::SessionEnded { session } = notice {
                self.ended(*session);
            }
        }
    }
}

impl Live {
    /// A session past its end may have been refreshed elsewhere: the database knows.
    fn known(self, now: Time) -> Known {
        if now < self.ends_at { Known::Live(self.account) } else { Known::Nothing }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn session(number: usize) -> SessionId {
        SessionId(Uuid::from_u128(number as u128))
    }

    const ACCOUNT: AccountId = AccountId(Uuid::nil());

    #[test]
    fn what_has_ended_stays_ended() {
        let view = SessionView::default();
        assert_eq!(view.ask(session(1), Time(0)), Known::Nothing);
        assert!(view.live(session(1), ACCOUNT, Time(10)));
        assert_eq!(view.ask(session(1), Time(9)), Known::Live(ACCOUNT));
        assert_eq!(view.ask(session(1), Time(10)), Known::Nothing);
        view.heed(&[Notice::SessionEnded { session: session(1) }]);
        assert!(!view.live(session(1), ACCOUNT, Time(10)), "a read that began earlier");
        assert_eq!(view.ask(session(1), Time(0)), Known::Ended);
    }

    #[test]
    fn is_bounded_and_keeps_what_is_used() {
        let view = SessionView::default();
        for number in 0..3 * HALF {
            view.live(session(number), ACCOUNT, Time(1));
            if number % 1_000 == 0 {
                assert_eq!(view.ask(session(0), Time(0)), Known::Live(ACCOUNT), "{number}");
            }
        }
        let sessions = view.0.read();
        assert!(sessions.young.len() + sessions.old.len() <= 2 * HALF);
        drop(sessions);
        (0..ENDED + 10).for_each(|number| view.ended(session(number)));
        let sessions = view.0.read();
        assert_eq!((sessions.ended.len(), sessions.ended_in_order.len()), (ENDED, ENDED));
    }
}
