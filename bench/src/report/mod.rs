//! What a run leaves behind: tables to read and lines of JSON to compare.

pub mod summary;
pub mod table;
pub mod targets;
