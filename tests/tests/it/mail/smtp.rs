//! An SMTP server that does to each letter what a test says.

use chinwag_testkit::ReadLetter;
use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

/// What to do with a letter.
#[derive(Clone, Copy, Debug)]
pub enum Deed {
    /// Take it.
    Take,
    /// Refuse it, for now or for good.
    Refuse(&'static str),
    /// Take it and hang up without saying so.
    Drop,
    /// Read it and never answer.
    Hang,
}

/// A server; what is not said otherwise it takes.
#[derive(Clone)]
pub struct Smtp {
    pub address: SocketAddr,
    script: Arc<Mutex<VecDeque<Deed>>>,
    seen: Arc<Mutex<Vec<(ReadLetter, bool)>>>,
}

impl Smtp {
    /// Listens in a thread of its own, so that it can be there before the server under test.
    pub fn start(script: impl IntoIterator<Item = Deed>) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let smtp = Self {
            address: listener.local_addr().unwrap(),
            script: Arc::new(Mutex::new(script.into_iter().collect())),
            seen: Arc::default(),
        };
        let here = smtp.clone();
        tokio::spawn(async move {
            let listener = TcpListener::from_std(listener).unwrap();
            while let Ok((stream, _)) = listener.accept().await {
                let here = here.clone();
                tokio::spawn(async move { drop(here.talk(stream).await) });
            }
        });
        smtp
    }

    /// How `mail.smtp` names it.
    pub fn url(&self) -> String {
        format!("smtp://{}?tls=none", self.address)
    }

    /// How many letters have come this far, taken or not.
    pub fn seen(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    /// The letters that are here, whether or not that was said.
    pub fn taken(&self) -> Vec<ReadLetter> {
        let seen = self.seen.lock().unwrap();
        seen.iter().filter(|(_, taken)| *taken).map(|(letter, _)| letter.clone()).collect()
    }

    async fn talk(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        stream.write_all(b"220 here\r\n").await?;
        let mut line = String::new();
        loop {
            line.clear();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let answer: &[u8] = match line.get(..4).unwrap_or_default() {
                "EHLO" => b"250 here\r\n",
                "DATA" => {
                    stream.write_all(b"354 go on\r\n").await?;
                    if !self.letter(&mut stream).await? {
                        return Ok(());
                    }
                    continue;
                }
                "QUIT" => return stream.write_all(b"221 bye\r\n").await,
                _ => b"250 ok\r\n",
            };
            stream.write_all(answer).await?;
        }
    }

    /// Reads a letter and does what the script says; false to hang up.
    async fn letter(&self, stream: &mut BufReader<TcpStream>) -> std::io::Result<bool> {
        let mut mail = String::new();
        while !mail.ends_with("\r\n.\r\n") {
            if stream.read_line(&mut mail).await? == 0 {
                return Ok(false);
            }
        }
        let deed = self.script.lock().unwrap().pop_front().unwrap_or(Deed::Take);
        let taken = matches!(deed, Deed::Take | Deed::Drop);
        self.seen.lock().unwrap().push((ReadLetter::of(&mail), taken));
        match deed {
            Deed::Take => stream.write_all(b"250 taken\r\n").await?,
            Deed::Refuse(reply) => stream.write_all(format!("{reply}\r\n").as_bytes()).await?,
            Deed::Drop => return Ok(false),
            Deed::Hang => std::future::pending().await,
        }
        Ok(true)
    }
}
