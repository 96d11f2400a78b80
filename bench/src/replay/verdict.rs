//! The verdict: what was sent, stored and heard, compared. Pure functions over what was recorded.

use super::hearing::{Said, digest};
use super::input::Log;
use super::listener::Heard;
use super::player::Played;
use chinwag_wire::{AccountId, Content, Message};
use std::collections::BTreeMap;

/// Figures of one engine. All but the first four must be zero.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Verdict {
    /// Messages acknowledged.
    pub sent: usize,
    /// Messages in the histories read back.
    pub stored: usize,
    /// Messages heard, over all listeners.
    pub delivered: usize,
    /// Reconnections of listeners.
    pub reconnects: u32,
    /// Messages that were refused.
    pub refused: usize,
    /// Acknowledged but not stored, or not heard by somebody who listened.
    pub lost: usize,
    /// Stored or heard more than once.
    pub doubled: usize,
    /// Stored or heard in another order than in the file.
    pub out_of_order: usize,
    /// Messages whose text, author or reply differs from the file, byte for byte.
    pub differing: usize,
    /// The first complaints, a few.
    pub complaints: Vec<String>,
}

impl Verdict {
    /// Whether everything is as it must be.
    pub fn is_clean(&self) -> bool {
        let faults = [self.refused, self.lost, self.doubled, self.out_of_order, self.differing];
        faults.iter().all(|count| *count == 0) && self.sent == self.stored
    }

    /// Takes a log's play and the history read back into account.
    pub fn judge_log(
        &mut self,
        log: &Log,
        played: &Played,
        history: &[Message],
        authors: &[AccountId],
    ) {
        let said: Vec<_> = log.said().collect();
        let acked = played.receipts.iter().flatten().count();
        self.sent += acked;
        self.refused += said.len() - acked;
        self.stored += history.len();
        self.complain(played.complaint.clone());
        let numbers: Vec<Said> = history.iter().map(|message| (message.seq, 0)).collect();
        let acks: Vec<i64> = played.receipts.iter().flatten().copied().collect();
        self.judge_order(&acks, &numbers);
        let mut line_of: BTreeMap<&str, usize> = BTreeMap::new();
        history.iter().for_each(|message| *line_of.entry(&message.client_id).or_default() += 1);
        self.doubled += line_of.values().map(|count| count - 1).sum::<usize>();
        for ((number, (who, text, answers)), seq) in said.iter().enumerate().zip(&played.receipts) {
            let Some(seq) = seq else { continue };
            let reply_to = answers.and_then(|to| played.receipts[to - 1]);
            let stored = history.get((seq - 1) as usize);
            let same = stored.is_some_and(|message| {
                message.seq == *seq
                    && message.client_id == format!("line-{}", number + 1)
                    && message.content == Some(Content::Text((*text).to_owned()))
                    && message.sender_id == authors[*who]
                    && message.reply_to == reply_to
            });
            self.differing += usize::from(!same);
        }
    }

    /// Takes a listener into account.
    pub fn judge_listener(&mut self, log: &Log, played: &Played, heard: &Heard) {
        self.delivered += heard.hearing.said.len();
        self.reconnects += heard.reconnects.saturating_sub(1);
        let acked: Vec<i64> = played.receipts.iter().flatten().copied().collect();
        let before = (self.lost, self.doubled, self.out_of_order);
        self.judge_order(&acked, &heard.hearing.said);
        let texts: BTreeMap<i64, u64> = (played.receipts.iter())
            .zip(log.said())
            .filter_map(|(seq, (_, text, _))| seq.map(|seq| (seq, digest(text))))
            .collect();
        let other = |said: &&Said| texts.get(&said.0) != Some(&said.1);
        self.differing += heard.hearing.said.iter().filter(other).count();
        if before != (self.lost, self.doubled, self.out_of_order) {
            let complaint = heard.complaint.as_deref().unwrap_or("heard something else");
            self.complain(Some(format!("{} ({}): {complaint}", log.name, heard.how)));
        }
    }

    /// Compares the numbers that were acknowledged, in order of the file, with a sequence of them.
    fn judge_order(&mut self, acked: &[i64], seen: &[Said]) {
        let mut counts: BTreeMap<i64, usize> = BTreeMap::new();
        seen.iter().for_each(|(seq, _)| *counts.entry(*seq).or_default() += 1);
        self.lost += acked.iter().filter(|seq| !counts.contains_key(seq)).count();
        self.doubled += counts.values().map(|count| count - 1).sum::<usize>();
        self.out_of_order += acked.windows(2).filter(|pair| pair[0] >= pair[1]).count();
        self.out_of_order += seen.windows(2).filter(|pair| pair[0].0 > pair[1].0).count();
    }

    fn complain(&mut self, complaint: Option<String>) {
        if self.complaints.len() < 8 {
            self.complaints.extend(complaint);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replay::hearing::Hearing;
    use crate::replay::input::{Act, What};

    fn log(texts: &[&str]) -> Log {
        let said = |text: &&str| What::Said { text: (*text).to_owned(), answers: None };
        let acts =
            texts.iter().map(|text| Act { who: 0, minute: None, what: said(text) }).collect();
        Log { name: "log".into(), acts, empty: 0 }
    }

    fn judged(heard: &[(i64, &str)]) -> Verdict {
        let played = Played { receipts: vec![Some(1), Some(2), Some(3)], complaint: None };

        let mut hearing = Hearing::default();
        hearing.said = heard.iter().map(|(seq, text)| (*seq, digest(text))).collect();
        let heard = Heard { log: 0, how: "test", hearing, reconnects: 0, complaint: None };
        let mut verdict = Verdict::default();
        verdict.judge_listener(&log(&["a", "b", "c"]), &played, &heard);
        verdict
    }

    #[test]
    fn each_planted_fault_is_found() {
        assert!(judged(&[(1, "a"), (2, "b"), (3, "c")]).is_clean());
        assert_eq!(judged(&[(1, "a"), (3, "c")]).lost, 1);
        assert_eq!(judged(&[(1, "a"), (2, "b"), (2, "b"), (3, "c")]).doubled, 1);
        assert_eq!(judged(&[(2, "b"), (1, "a"), (3, "c")]).out_of_order, 1);
        assert_eq!(judged(&[(1, "a"), (2, "x"), (3, "c")]).differing, 1);
    }
}
