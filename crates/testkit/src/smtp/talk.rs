//! The server's side of one conversation (RFC 5321, RFC 3207, RFC 4954), as much of it as clients need.

use super::{Deed, Security, Smtp, locked};
use crate::ReadLetter;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::io::Result;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader},
    net::TcpStream,
};
use tokio_rustls::TlsAcceptor;

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// A client, and how far it has come.
struct Line {
    stream: BufReader<Box<dyn Stream>>,
    is_secret: bool,
    is_known: bool,
}

impl Line {
    fn over(stream: impl Stream + 'static, is_secret: bool) -> Self {
        Self { stream: BufReader::new(Box::new(stream)), is_secret, is_known: false }
    }

    async fn say(&mut self, reply: &str) -> Result<()> {
        self.stream.write_all(format!("{reply}\r\n").as_bytes()).await?;
        self.stream.flush().await
    }

    /// The next line; nothing once the client has gone.
    async fn hear(&mut self) -> Result<Option<String>> {
        let mut line = String::new();
        let read = self.stream.read_line(&mut line).await?;
        Ok((read > 0).then(|| line.trim_end().to_owned()))
    }

    async fn secured(self, acceptor: &TlsAcceptor) -> Result<Self> {
        Ok(Self::over(acceptor.accept(self.stream.into_inner()).await?, true))
    }
}

impl Smtp {
    pub(super) async fn talk(&self, stream: TcpStream) -> Result<()> {
        let mut line = match &self.options.tls {
            Security::Implicit(acceptor) => Line::over(acceptor.accept(stream).await?, true),
            _ => Line::over(stream, false),
        };
        line.say("220 here").await?;
        while let Some(command) = line.hear().await? {
            let mark = if line.is_secret { "tls " } else { "" };
            locked(&self.heard).push(format!("{mark}{command}"));
            match command.get(..4).unwrap_or_default() {
                "EHLO" => line.say(&self.offer(line.is_secret)).await?,
                "STAR" => line = self.secure(line).await?,
                "AUTH" => self.know(&mut line, &command).await?,
                "MAIL" if self.options.login.is_some() && !line.is_known => {
                    line.say("530 5.7.0 say who you are").await?;
                }
                "DATA" if !self.letter(&mut line).await? => return Ok(()),
                "DATA" => {}
                "QUIT" => return line.say("221 bye").await,
                _ => line.say("250 ok").await?,
            }
        }
        Ok(())
    }

    fn offer(&self, is_secret: bool) -> String {
        let can_secure = matches!(self.options.tls, Security::StartTls(_) | Security::Broken);
        let mut offers = vec!["here".to_owned()];
        offers.extend((can_secure && !is_secret).then(|| "STARTTLS".to_owned()));
        offers.extend(self.options.login.map(|(how, ..)| format!("AUTH {how}")));
        let last = offers.pop().unwrap_or_default();
        let before: String = offers.iter().map(|offer| format!("250-{offer}\r\n")).collect();
        format!("{before}250 {last}")
    }

    async fn secure(&self, mut line: Line) -> Result<Line> {
        match &self.options.tls {
            Security::StartTls(acceptor) => {
                line.say("220 go on").await?;
                line.secured(acceptor).await
            }
            _ => {
                line.say("454 4.7.0 not available").await?;
                Ok(line)
            }
        }
    }

    async fn know(&self, line: &mut Line, command: &str) -> Result<()> {
        let said: Vec<String> = match command.split(' ').collect::<Vec<_>>()[..] {
            ["AUTH", "PLAIN", word] => {
                decoded(word).split('\0').skip(1).map(str::to_owned).collect()
            }
            ["AUTH", "LOGIN"] => {
                let mut said = Vec::new();
                for asked in ["VXNlcm5hbWU6", "UGFzc3dvcmQ6"] {
                    line.say(&format!("334 {asked}")).await?;
                    said.push(decoded(&line.hear().await?.unwrap_or_default()));
                }
                said
            }
            _ => Vec::new(),
        };
        let expected = self.options.login.map(|(_, user, password)| [user, password]);
        line.is_known = expected.is_some_and(|expected| said == expected);
        let reply = if line.is_known { "235 2.7.0 welcome" } else { "535 5.7.8 wrong password" };
        line.say(reply).await
    }

    /// Reads a letter and does what the script says; false to hang up.
    async fn letter(&self, line: &mut Line) -> Result<bool> {
        line.say("354 go on").await?;
        let mut mail = String::new();
        while !mail.ends_with("\r\n.\r\n") {
            if line.stream.read_line(&mut mail).await? == 0 {
                return Ok(false);
            }
        }
        let deed = locked(&self.script).pop_front().unwrap_or(Deed::Take);
        let taken = matches!(deed, Deed::Take | Deed::Drop);
        locked(&self.seen).push((ReadLetter::of(&mail), taken));
        match deed {
            Deed::Take => line.say("250 taken").await?,
            Deed::Refuse(reply) => line.say(reply).await?,
            Deed::Drop => return Ok(false),
            Deed::Hang => std::future::pending().await,
        }
        Ok(true)
    }
}

fn decoded(word: &str) -> String {
    String::from_utf8(STANDARD.decode(word).unwrap_or_default()).unwrap_or_default()
}
