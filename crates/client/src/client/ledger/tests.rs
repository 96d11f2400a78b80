//! The rule against hand-made histories.

use super::*;

fn conversation() -> ConversationId {
    "0190a000-0000-7000-8000-000000000001".parse().unwrap()
}

fn at(rev: i64) -> Ledger {
    let conversations = BTreeMap::from([(conversation(), rev)]);
    Ledger::new(Positions { epoch: Some("e".into()), conversations })
}

#[test]
fn the_next_is_taken_and_the_known_is_dropped() {
    let mut ledger = at(41);
    assert_eq!(ledger.judge(conversation(), 42), Verdict::Take);
    assert_eq!(ledger.judge(conversation(), 42), Verdict::Drop);
    assert_eq!(ledger.judge(conversation(), 7), Verdict::Drop);
    assert_eq!(ledger.judge(conversation(), 43), Verdict::Take);
}

#[test]
fn a_gap_is_healed_up_to_the_highest_seen() {
    let mut ledger = at(41);
    assert_eq!(ledger.judge(conversation(), 44), Verdict::SyncFrom(41));
    assert_eq!(ledger.judge(conversation(), 45), Verdict::Drop, "the sync will bring it");
    assert_eq!(ledger.judge_head(conversation(), 46), Verdict::Drop);
    assert_eq!(
        ledger.synced(conversation(), 44, false),
        Some(44),
        "45 and 46 were dropped meanwhile"
    );
    assert_eq!(ledger.synced(conversation(), 46, false), None);
    assert_eq!(ledger.judge(conversation(), 47), Verdict::Take);
}

#[test]
fn pages_go_on_until_the_last_and_an_empty_one_ends_it() {
    let mut ledger = at(0);
    assert_eq!(ledger.judge_head(conversation(), 500), Verdict::SyncFrom(0));
    assert_eq!(ledger.synced(conversation(), 200, true), Some(200));
    assert_eq!(ledger.synced(conversation(), 400, true), Some(400));
    assert_eq!(ledger.synced(conversation(), 400, false), None);
    assert_eq!(ledger.judge_head(conversation(), 500), Verdict::SyncFrom(400), "told again");
}

#[test]
fn an_unknown_conversation_begins_with_its_first_event() {
    let mut ledger = Ledger::default();
    assert_eq!(ledger.judge(conversation(), 9), Verdict::Take);
    assert_eq!(ledger.judge(conversation(), 11), Verdict::SyncFrom(9));
    ledger.forget(conversation());
    assert_eq!(ledger.judge_head(conversation(), 12), Verdict::Drop);
}

#[test]
fn another_epoch_forgets_everything() {
    let mut ledger = at(41);
    assert!(ledger.enter("e", true));
    assert!(ledger.knows(conversation()));
    assert!(!ledger.enter("f", false));
    assert!(!ledger.knows(conversation()));
    assert_eq!(ledger.positions().unwrap().epoch.as_deref(), Some("f"));
    assert!(Ledger::default().enter("e", false), "the first connection restarts nothing");
}
