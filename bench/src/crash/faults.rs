//! The fault schedule, a pure function of its seed: when to kill, and what.

use crate::engine::Engine;
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use std::time::Duration;

/// Load between two kills, in milliseconds.
const APART: std::ops::Range<u64> = 200..2000;

/// What dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Victim {
    /// The chat server.
    Server,
    /// PostgreSQL, all of its processes.
    Database,
}

/// One kill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// After this much load.
    pub after: Duration,
    /// What.
    pub victim: Victim,
}

/// As many kills as asked for; on PostgreSQL the server and the database in turn.
pub fn schedule(engine: Engine, kills: u32, seed: u64) -> Vec<Fault> {
    let mut random = StdRng::seed_from_u64(seed);
    let victim = |number| match (engine, number % 2) {
        (Engine::Postgres, 1) => Victim::Database,
        _ => Victim::Server,
    };
    let mut fault = |number| {
        let after = Duration::from_millis(random.random_range(APART));
        Fault { after, victim: victim(number) }
    };
    (0..kills).map(&mut fault).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_faults() {
        let faults = schedule(Engine::Postgres, 20, 7);
        assert_eq!(faults, schedule(Engine::Postgres, 20, 7));
        assert_ne!(faults, schedule(Engine::Postgres, 20, 8));
        let databases = faults.iter().filter(|fault| fault.victim == Victim::Database);
        assert_eq!(databases.count(), 10);
        assert!(schedule(Engine::Sqlite, 20, 7).iter().all(|fault| fault.victim == Victim::Server));
    }
}
