//! What a run leaves behind: a table to read and lines of JSON to compare.

pub mod table;
