//! A disk that is full: writing is refused and reading goes on, and once there is room the same server writes
//! again. SQLite only: PostgreSQL's disk is PostgreSQL's.

mod full;
pub(crate) mod small_disk;
