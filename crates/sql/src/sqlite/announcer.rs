//! The thread that answers: what follows a commit runs here, in commit order, while the writer is
//! already syncing the next group.

use super::job::Job;
use crate::Error;
use std::io;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

/// How many groups may wait to be answered before the writer waits too.
const GROUPS: usize = 4;

/// A group that was committed, or that failed as a whole.
pub(super) struct Announcement {
    pub(super) group: Vec<Box<dyn Job>>,
    pub(super) outcome: Result<(), Error>,
}

/// Starts the thread; it ends when the sender is dropped.
pub(super) fn start() -> io::Result<(SyncSender<Announcement>, JoinHandle<()>)> {
    let (sender, groups) = sync_channel::<Announcement>(GROUPS);
    let thread = thread::Builder::new().name("sql-announcer".to_owned()).spawn(move || {
        for Announcement { group, outcome } in groups {
            for mut job in group {
                match &outcome {
                    Ok(()) => job.finish(),
                    Err(error) => job.fail(error),
                }
            }
        }
    })?;
    Ok((sender, thread))
}
