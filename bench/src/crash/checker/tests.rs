//! Each invariant must see the violation that is planted for it, and nothing else.

use super::*;

fn stored(seq: i64, sender: usize, number: u64) -> Stored {
    Stored { seq, sender, number }
}

/// Two senders, three messages, one device that heard them all.
fn sound() -> Record {
    let sent = |sender, number, ack| Sent { conversation: 0, sender, number, ack: Some(ack) };
    let history = vec![stored(1, 0, 1), stored(2, 1, 1), stored(3, 0, 2)];
    Record {
        sent: vec![sent(0, 1, 1), sent(1, 1, 2), sent(0, 2, 3)],
        heard: vec![Heard { name: "d".into(), conversation: 0, messages: history.clone() }],
        stored: vec![history],
        complaints: vec![],
    }
}

fn planted(change: impl FnOnce(&mut Record)) -> Vec<&'static str> {
    let mut record = sound();
    change(&mut record);
    let kinds: BTreeSet<_> = check(&record).iter().map(|finding| finding.kind).collect();
    kinds.into_iter().inspect(|kind| assert!(KINDS.contains(kind), "{kind}")).collect()
}

#[test]
fn a_sound_record_has_no_findings() {
    assert_eq!(check(&sound()), []);
}

#[test]
fn a_lost_message_is_seen() {
    let lose = |record: &mut Record| {
        record.stored[0].pop();
        record.heard[0].messages.pop();
    };
    assert_eq!(planted(lose), ["lost"]);
}

#[test]
fn a_message_without_an_answer_is_seen_whether_stored_or_not() {
    assert_eq!(planted(|record| record.sent[0].ack = None), ["unanswered"]);
    let never = Sent { conversation: 0, sender: 1, number: 9, ack: None };
    assert_eq!(planted(|record| record.sent.push(never)), ["unanswered"]);
}

#[test]
fn a_doubled_message_is_seen() {
    let double = |record: &mut Record| {
        record.stored[0].push(stored(4, 0, 2));
        record.heard[0].messages.push(stored(4, 0, 2));
    };
    assert_eq!(planted(double), ["doubled"]);
}

#[test]
fn a_phantom_is_seen() {
    let invent = |record: &mut Record| {
        record.stored[0].push(stored(4, 1, 7));
        record.heard[0].messages.push(stored(4, 1, 7));
    };
    assert_eq!(planted(invent), ["phantom"]);
}

#[test]
fn a_gap_is_seen() {
    let skip = |record: &mut Record| {
        record.stored[0][2].seq = 4;
        record.sent[2].ack = Some(4);
        record.heard[0].messages[2].seq = 4;
    };
    assert!(planted(skip).contains(&"gap"));
}

#[test]
fn a_senders_disorder_is_seen() {
    let swap = |record: &mut Record| {
        record.stored[0] = vec![stored(1, 0, 2), stored(2, 1, 1), stored(3, 0, 1)];
        record.heard[0].messages = record.stored[0].clone();
        record.sent[0].ack = Some(3);
        record.sent[2].ack = Some(1);
    };
    assert_eq!(planted(swap), ["sender order"]);
}

#[test]
fn a_wrong_acknowledgement_is_seen() {
    assert_eq!(planted(|record| record.sent[1].ack = Some(3)), ["wrong ack"]);
}

#[test]
fn what_a_device_missed_or_heard_wrongly_is_seen() {
    let heard =
        |change: fn(&mut Vec<Stored>)| planted(|record| change(&mut record.heard[0].messages));
    assert_eq!(heard(|log| log.retain(|message| message.seq != 2)), ["missed"]);
    assert_eq!(heard(|log| log.truncate(2)), ["missed"]);
    assert_eq!(heard(|log| log.push(stored(3, 0, 2))), ["repeated"]);
    assert_eq!(heard(|log| log.swap(0, 1)), ["device order"]);
    assert_eq!(heard(|log| log[0].number = 5), ["device order"]);
    assert_eq!(heard(|log| log.push(stored(0, 0, 3))), ["device order"]);
}

#[test]
fn a_complaint_is_seen() {
    assert_eq!(planted(|record| record.complaints.push("gave up".into())), ["complaint"]);
}
