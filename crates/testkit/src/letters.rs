//! Letters of a server without SMTP: files in its data directory.

use crate::{TestServer, soon};
use std::{fs, time::Duration};

/// A letter, as its reader sees it.
#[derive(Clone, Debug)]
pub struct ReadLetter {
    /// To whom.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// The whole, with long lines put together again.
    pub text: String,
}

impl ReadLetter {
    /// Reads a mail.
    pub fn of(mail: &str) -> Self {
        let text = mail.replace("=\r\n", "").replace("=3D", "=");
        let header = |name: &str| {
            let value = text.lines().find_map(|line| line.strip_prefix(name));
            value.unwrap_or_default().trim().to_owned()
        };
        Self { to: header("To:"), subject: header("Subject:"), text }
    }

    /// The token of its link.
    ///
    /// # Panics
    /// Where it has no link.
    pub fn token(&self) -> String {
        let (_, rest) = self.text.split_once("?token=").expect("a letter with a link");
        rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect()
    }
}

impl TestServer {
    /// The letters that were written to an address so far, the oldest first.
    pub fn letters(&self, to: &str) -> Vec<ReadLetter> {
        let files = fs::read_dir(self.data_dir().join("mail")).into_iter().flatten();
        let mut paths: Vec<_> = files.filter_map(|file| Some(file.ok()?.path())).collect();
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "eml"));
        paths.sort();
        let read = paths.iter().filter_map(|path| fs::read_to_string(path).ok());
        read.map(|mail| ReadLetter::of(&mail)).filter(|letter| letter.to == to).collect()
    }

    /// Waits until so many letters were written to an address; gives the last of them.
    pub async fn letter(&self, to: &str, many: usize) -> ReadLetter {
        soon("a letter", async {
            loop {
                if let Some(letter) = self.letters(to).get(many - 1) {
                    return letter.clone();
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        })
        .await
    }
}
