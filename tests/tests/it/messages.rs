//! Messages: stored once and in order, changed, read page by page, marked as read.

mod changing;
mod history;
mod receipts;
mod sending;
