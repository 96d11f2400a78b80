//! Progress on stderr, where it is a terminal.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar towards `total` of these.
pub fn bar(total: usize, of: &'static str) -> ProgressBar {
    let template = "{bar:30} {human_pos}/{human_len} {msg} {per_sec:.dim} {elapsed}, {eta} left";
    let style =
        ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(total as u64).with_style(style).with_message(of)
}

/// A line that says what is being done.
pub fn note(text: String) -> ProgressBar {
    let bar = ProgressBar::new_spinner().with_message(text);
    bar.enable_steady_tick(std::time::Duration::from_millis(200));
    bar
}
