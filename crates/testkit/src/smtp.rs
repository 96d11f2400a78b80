//! An SMTP server that does to each letter what a test says, with TLS and passwords where it is to have them.

mod talk;

use crate::{Authority, ReadLetter};
use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

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

/// How the server is spoken to.
#[derive(Clone, Default)]
pub struct SmtpOptions {
    tls: Security,
    /// The words after `AUTH`, and the user and the password that are asked for.
    login: Option<(&'static str, &'static str, &'static str)>,
}

#[derive(Clone, Default)]
enum Security {
    #[default]
    Plain,
    StartTls(TlsAcceptor),
    /// STARTTLS is offered and then refused.
    Broken,
    Implicit(TlsAcceptor),
}

impl SmtpOptions {
    /// TLS after STARTTLS, as a host of this name.
    pub fn start_tls(self, authority: &Authority, host: &str) -> Self {
        Self { tls: Security::StartTls(authority.acceptor(host)), ..self }
    }

    /// STARTTLS that is offered and refused when it comes to it.
    pub fn broken_start_tls(self) -> Self {
        Self { tls: Security::Broken, ..self }
    }

    /// TLS from the first byte, as a host of this name.
    pub fn implicit_tls(self, authority: &Authority, host: &str) -> Self {
        Self { tls: Security::Implicit(authority.acceptor(host)), ..self }
    }

    /// Takes letters from this user alone, by these mechanisms: `PLAIN`, `LOGIN` or `PLAIN LOGIN`.
    pub fn login(self, how: &'static str, user: &'static str, password: &'static str) -> Self {
        Self { login: Some((how, user, password)), ..self }
    }
}

/// A server; what is not said otherwise it takes.
#[derive(Clone)]
pub struct Smtp {
    /// Where it listens.
    pub address: SocketAddr,
    options: SmtpOptions,
    script: Arc<Mutex<VecDeque<Deed>>>,
    seen: Arc<Mutex<Vec<(ReadLetter, bool)>>>,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Smtp {
    /// Listens from now on, without TLS or a password.
    pub fn start(script: impl IntoIterator<Item = Deed>) -> Self {
        Self::with(SmtpOptions::default(), script)
    }

    /// The same, spoken to like this.
    pub fn with(options: SmtpOptions, script: impl IntoIterator<Item = Deed>) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
        listener.set_nonblocking(true).expect("sockets know how");
        let smtp = Self {
            address: listener.local_addr().expect("it has an address"),
            options,
            script: Arc::new(Mutex::new(script.into_iter().collect())),
            seen: Arc::default(),
            heard: Arc::default(),
        };
        let here = smtp.clone();
        tokio::spawn(async move {
            let listener = TcpListener::from_std(listener).expect("a runtime takes it");
            while let Ok((stream, _)) = listener.accept().await {
                let here = here.clone();
                // A client that hangs up is none of our business.
                tokio::spawn(async move { drop(here.talk(stream).await) });
            }
        });
        smtp
    }

    /// How `mail.smtp` names it without TLS or a password.
    pub fn url(&self) -> String {
        format!("smtp://{}?tls=none", self.address)
    }

    /// Says what to do with letters to come.
    pub fn script(&self, deeds: impl IntoIterator<Item = Deed>) {
        locked(&self.script).extend(deeds);
    }

    /// How many letters have come this far, taken or not.
    pub fn seen(&self) -> usize {
        locked(&self.seen).len()
    }

    /// The letters that are here, whether or not that was said.
    pub fn taken(&self) -> Vec<ReadLetter> {
        let seen = locked(&self.seen);
        seen.iter().filter(|(_, taken)| *taken).map(|(letter, _)| letter.clone()).collect()
    }

    /// Every command it heard, with `tls ` before those that nobody else could read.
    pub fn heard(&self) -> Vec<String> {
        locked(&self.heard).clone()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
