//! What all five contracts ask for alike: a table with a row for each dialect, and a test for each promise.

mod checklist;
mod choosing;
mod ending;
mod frames;
mod pace;
mod pages;
mod scene;
mod sign_ins;
mod slow;
mod storage;
