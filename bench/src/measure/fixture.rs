//! What every measured run starts from: accounts, pairs with some history, a hall of a thousand, and
//! three rooms that everyone is in. Built once through the server's own surfaces; each run gets a copy.

use crate::engine::{Engine, Home};
use crate::load::dialect::{Dialect, Heard, Message};
use crate::native::{self, Account};
use crate::{crowd, http::Http, progress};
use anyhow::{Context as _, Result, bail, ensure};
use chinwag_wire::ConversationId;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Messages each pair has already exchanged: one page.
pub const PAGE: usize = 50;
/// Length of every body, in bytes.
pub const BODY: usize = 200;
const WIDTH: usize = 24;

/// How much there is.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Accounts; every two are a pair.
    pub accounts: usize,
    /// Members of the hall.
    pub hall: usize,
}

/// The template and what is known of it.
#[derive(Debug)]
pub struct Fixture {
    home: Home,
    crowded: tokio::sync::OnceCell<Home>,
    /// How much there is.
    pub size: Size,
    /// Everyone, signed in.
    pub tokens: Vec<String>,
    /// The pairs' conversations: pair n is the accounts 2n and 2n + 1.
    pub pairs: Vec<String>,
    /// The hall.
    pub hall: String,
}

impl Fixture {
    /// Builds it.
    ///
    /// # Errors
    /// When the server refuses something.
    pub async fn build(size: Size) -> Result<Self> {
        let home = Home::create(Engine::Sqlite, None).await?;
        let server = home.launch()?.start().await?;
        let accounts = accounts(server.address, size.accounts).await?;
        let pairs = open_pairs(server.address, &accounts).await?;
        let pairs = pairs.iter().map(ToString::to_string).collect();
        let hall = gather(server.address, "hall", &accounts[..size.hall]).await?;
        server.stop().await?;
        let tokens = accounts.into_iter().map(|account| account.token).collect();
        Ok(Self { home, crowded: Default::default(), size, tokens, pairs, hall: hall.to_string() })
    }

    /// A fresh copy to run on.
    ///
    /// # Errors
    /// When it cannot be copied.
    pub async fn copy(&self) -> Result<Home> {
        copy_of(&self.home).await
    }

    /// A copy in which everyone is in three more rooms.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn crowded(&self) -> Result<Home> {
        let template = self.crowded.get_or_try_init(|| self.gather_everyone()).await?;
        copy_of(template).await
    }

    async fn gather_everyone(&self) -> Result<Home> {
        let home = self.copy().await?;
        let server = home.launch()?.start().await?;
        let accounts: Vec<Account> = self.tokens.iter().map(|token| known(token)).collect();
        for name in ["first", "second", "third"] {
            gather(server.address, name, &accounts).await?;
        }
        server.stop().await?;
        Ok(home)
    }

    /// A copy with so many messages in all, written by the server's own filling command.
    ///
    /// # Errors
    /// When the command fails.
    pub async fn filled(&self, messages: usize) -> Result<Home> {
        let home = self.copy().await?;
        let each = (messages / self.pairs.len()).saturating_sub(PAGE);
        fill(&home.launch()?.binary, &home.data(), self.pairs.len(), each)?;
        Ok(home)
    }
}

/// Some accounts and their pairs on a server of their own: tokens and conversations.
///
/// # Errors
/// When the server refuses.
pub async fn people(address: SocketAddr, count: usize) -> Result<(Vec<String>, Vec<String>)> {
    let accounts = accounts(address, count).await?;
    let pairs = open_pairs(address, &accounts).await?.iter().map(ToString::to_string).collect();
    Ok((accounts.into_iter().map(|account| account.token).collect(), pairs))
}

fn fill(binary: &Path, data: &Path, conversations: usize, messages: usize) -> Result<()> {
    let note = progress::note(format!("writing {} messages", conversations * messages));
    let output = Command::new(binary)
        .args(["bench-fill", "--conversations", &conversations.to_string()])
        .args(["--messages", &messages.to_string()])
        .env("CHINWAG_DATA_DIR", data)
        .output()?;
    note.finish_and_clear();
    ensure!(output.status.success(), "bench-fill: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// An account of which only the token matters.
fn known(token: &str) -> Account {
    Account { id: chinwag_wire::AccountId(Default::default()), token: token.to_owned() }
}

/// What the account of this number is called.
pub fn username(number: usize) -> String {
    format!("user{number}")
}

async fn accounts(address: SocketAddr, count: usize) -> Result<Vec<Account>> {
    let bar = progress::bar(count, "accounts");
    let bar = &bar;
    crowd::each(address, count, WIDTH, async |http, number| {
        let account = native::register(http, &username(number), "Someone").await;
        bar.inc(1);
        account
    })
    .await
}

async fn open_pairs(address: SocketAddr, accounts: &[Account]) -> Result<Vec<ConversationId>> {
    let bar = progress::bar(accounts.len() / 2, "pairs");
    let (bar, body) = (&bar, &"x".repeat(BODY));
    crowd::each(address, accounts.len() / 2, WIDTH, async |http, number| {
        let (first, second) = (&accounts[2 * number], &accounts[2 * number + 1]);
        let conversation = native::open_direct(http, first, second.id).await?;
        talk(address, &first.token, conversation, body).await.context("a page of messages")?;
        bar.inc(1);
        Ok(conversation)
    })
    .await
}

/// One page of messages, sent without waiting in between.
async fn talk(
    address: SocketAddr,
    token: &str,
    conversation: ConversationId,
    body: &str,
) -> Result<()> {
    let mut socket = Dialect::Native.connect(&native::target(address), token).await?;
    let (mut out, conversation) = (Vec::new(), conversation.to_string());
    for number in 0..PAGE as u64 {
        // Numbers beyond any that a run uses.
        let message =
            Message { id: number, conversation: &conversation, number: SEEDED + number, body };
        Dialect::Native.append(&mut out, message);
    }
    socket.writer().write(&out).await?;
    let mut replies = 0;
    while replies < PAGE {
        let text = socket.next().await?.context("closed")?;
        match Dialect::Native.hear(&text) {
            Heard::Reply { ok: true, .. } => replies += 1,
            Heard::Reply { .. } => bail!("refused: {}", String::from_utf8_lossy(&text)),
            _ => {}
        }
    }
    Ok(())
}

/// Messages of the fixture carry the numbers from here on.
const SEEDED: u64 = 900_000_000;

async fn gather(address: SocketAddr, name: &str, members: &[Account]) -> Result<ConversationId> {
    let room = native::make_room(&mut Http::new(address), &members[0], name).await?;
    let bar = progress::bar(members.len(), "members of a room");
    let bar = &bar;
    crowd::each(address, members.len() - 1, WIDTH, async |http, number| {
        bar.inc(1);
        native::join(http, &members[number + 1], room).await
    })
    .await?;
    Ok(room)
}

async fn copy_of(template: &Home) -> Result<Home> {
    let home = Home::create(Engine::Sqlite, None).await?;
    copy_directory(&template.data(), &home.data())?;
    Ok(home)
}

fn copy_directory(from: &Path, to: &PathBuf) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_directory(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
