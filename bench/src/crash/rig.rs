//! One run: people and conversations, the load, the kills, the rest, and the record for the checker.

use super::checker::{self, Finding, Heard, Record, Stored};
use super::device::{Device, Phase, Place};
use super::faults::{Fault, Victim, schedule};
use super::outcome::Outcome;
use super::{BLIND_POSTGRES, BLIND_SQLITE, Options, gap, journal};
use crate::engine::{Engine, Home};
use crate::native::{self, Account};
use crate::server::{Launch, Server};
use crate::{http, postgres, progress};
use anyhow::{Context as _, Result, ensure};
use chinwag_client::Http;
use chinwag_wire::{ConversationId, Credentials, Register};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::sync::watch;

const PEOPLE: usize = 20;
/// How long everything may take to come to rest after the last kill.
const REST: Duration = Duration::from_secs(10);
/// How long connecting all devices may take.
const GATHERING: Duration = Duration::from_secs(30);

/// Who talks, and where.
struct Rig {
    url: String,
    devices: Vec<Device>,
    /// Each conversation, and somebody who may read it.
    conversations: Vec<(ConversationId, String)>,
    phase: watch::Sender<Phase>,
}

/// Runs it on fresh data.
///
/// # Errors
/// When the server does not come back.
pub async fn run(engine: Engine, home: &Home, options: &Options) -> Result<Outcome> {
    let launch = home.launch()?;
    let server = launch.start().await?;
    let mut rig = Rig::prepare(server.address, options).await?;
    if options.control {
        let blind = if engine == Engine::Sqlite { BLIND_SQLITE } else { BLIND_POSTGRES };
        home.execute(blind).await?;
    }
    rig.gather().await?;
    let mut outcome = Outcome { name: engine.name(), ..Outcome::default() };
    let faults = schedule(engine, options.kills, options.seed);
    let mut server = rig.suffer(&faults, &launch, server, &mut outcome).await?;
    outcome.rest = rig.rest().await?;
    // What counts is what is on disk: the histories are read after one more kill.
    server = restart(server, &launch, &mut outcome).await?;
    let record = rig.record().await?;
    outcome.reconnections = rig.reconnections();
    drop(rig);
    server.stop().await?;
    outcome.findings = checker::check(&record);
    let integrity = home.integrity()?;
    if integrity != "ok" {
        outcome
            .findings
            .push(Finding { kind: "complaint", what: format!("integrity_check: {integrity}") });
    }
    outcome.sent = record.sent.len();
    outcome.acked = record.sent.iter().filter(|sent| sent.ack.is_some()).count();
    outcome.stored = record.stored.iter().map(Vec::len).sum();
    outcome.heard = record.heard.iter().map(|heard| heard.messages.len()).sum();
    Ok(outcome)
}

async fn restart(mut server: Server, launch: &Launch, outcome: &mut Outcome) -> Result<Server> {
    server.kill()?;
    outcome.server_kills += 1;
    let server = launch.start().await.context("restart after a kill")?;
    outcome.slowest_start = outcome.slowest_start.max(server.started_in);
    Ok(server)
}

async fn restart_database(server: &mut Server, outcome: &mut Outcome) -> Result<()> {
    outcome.database_kills += 1;
    let restart = || postgres::script("kill9").and_then(|_| postgres::script("start"));
    tokio::task::spawn_blocking(restart).await??;
    let began = Instant::now();
    server.wait_ready("/readyz").await.context("after a kill of the database")?;
    outcome.slowest_return = outcome.slowest_return.max(began.elapsed());
    Ok(())
}

impl Rig {
    /// Twenty people with two devices each; two direct conversations and three groups of eight.
    async fn prepare(address: SocketAddr, options: &Options) -> Result<Self> {
        let url = format!("http://{address}");
        let mut people = Vec::new();
        for number in 0..PEOPLE {
            people.push(sign_in_twice(&Http::new(&url)?, number).await?);
        }
        let rooms = make_conversations(address, &people).await?;
        let phase = watch::Sender::new(Phase::Gather);
        let mut devices = Vec::new();
        for (person, sessions) in people.iter().enumerate() {
            let mine =
                rooms.iter().enumerate().filter(|(_, (_, members))| members.contains(&person));
            let places: Vec<_> = mine.map(|(at, (id, _))| Place { at, id: *id }).collect();
            for credentials in sessions {
                let gap = gap(PEOPLE * sessions.len(), options.rate);
                let (number, phase) = (devices.len(), phase.subscribe());
                devices.push(Device::start(
                    &url,
                    credentials.clone(),
                    number,
                    places.clone(),
                    gap,
                    phase,
                )?);
            }
        }
        let reader = |members: &Vec<usize>| people[members[0]][0].access_token.clone();
        let conversations = rooms.iter().map(|(id, members)| (*id, reader(members))).collect();
        Ok(Self { url, devices, conversations, phase })
    }

    /// Waits until everybody listens: what is sent before that would not be heard live.
    async fn gather(&self) -> Result<()> {
        let deadline = Instant::now() + GATHERING;
        while !self.devices.iter().all(|device| device.journal.lock().connections > 0) {
            ensure!(Instant::now() < deadline, "not all devices could connect");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }

    /// The load and the kills.
    async fn suffer(
        &self,
        faults: &[Fault],
        launch: &Launch,
        mut server: Server,
        outcome: &mut Outcome,
    ) -> Result<Server> {
        let bar = progress::bar(faults.len(), "kills");
        let _ = self.phase.send(Phase::Load);
        for fault in faults {
            tokio::time::sleep(fault.after).await;
            match fault.victim {
                Victim::Server => server = restart(server, launch, outcome).await?,
                Victim::Database => restart_database(&mut server, outcome).await?,
            }
            let acked: usize =
                self.devices.iter().map(|device| device.journal.lock().acked()).sum();
            bar.set_message(format!("kills, {acked} messages acknowledged,"));
            bar.inc(1);
        }
        bar.finish_and_clear();
        Ok(server)
    }

    /// Lets everything come to rest: all is acknowledged, and all devices have heard all.
    async fn rest(&mut self) -> Result<Option<Duration>> {
        let began = Instant::now();
        let _ = self.phase.send(Phase::Rest);
        while !self.devices.iter().all(|device| device.speaking.is_finished()) {
            if began.elapsed() > REST {
                return Ok(None);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let lengths: Vec<_> = self.histories().await?.iter().map(Vec::len).collect();
        while !self.devices.iter().all(|device| device.has_heard(&lengths)) {
            if began.elapsed() > REST {
                return Ok(None);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(Some(began.elapsed()))
    }

    async fn histories(&self) -> Result<Vec<Vec<Stored>>> {
        let mut histories = Vec::new();
        for (id, token) in &self.conversations {
            let http = Http::new(&self.url)?.with_token(token.as_str());
            let messages = http.whole_history(*id).await.context("read a history")?;
            histories.push(messages.iter().map(journal::stored).collect());
        }
        Ok(histories)
    }

    async fn record(&self) -> Result<Record> {
        let mut record = Record { stored: self.histories().await?, ..Record::default() };
        for (number, device) in self.devices.iter().enumerate() {
            let journal = device.journal.lock();
            let name = format!("device {number}");
            record.sent.extend(journal.sent.iter().cloned());
            for Place { at, .. } in &device.places {
                let messages = journal.heard.get(at).cloned().unwrap_or_default();
                record.heard.push(Heard { name: name.clone(), conversation: *at, messages });
            }
            let complaints = journal.complaints.iter();
            record.complaints.extend(complaints.map(|complaint| format!("{name} {complaint}")));
        }
        Ok(record)
    }

    fn reconnections(&self) -> u32 {
        self.devices.iter().map(|device| device.journal.lock().connections.saturating_sub(1)).sum()
    }
}

/// A new account with two sessions, one for each device.
async fn sign_in_twice(http: &Http, number: usize) -> Result<[Credentials; 2]> {
    let name = format!("person{number}");
    let body = Register {
        username: Some(name.clone()),
        display_name: None,
        email: None,
        password: native::PASSWORD.to_owned(),
        owner_link: None,
        device: None,
    };
    let first = http.register(&body).await.context("register")?;
    let second = http.sign_in(&native::sign_in_body(&name)).await.context("sign in")?;
    Ok([first, second])
}

/// Two direct conversations and three groups of eight, which together hold everybody.
async fn make_conversations(
    address: SocketAddr,
    people: &[[Credentials; 2]],
) -> Result<Vec<(ConversationId, Vec<usize>)>> {
    let account = |person: usize| {
        let credentials = &people[person][0];
        Account { id: credentials.account.id, token: credentials.access_token.clone() }
    };
    let mut http = http::Http::new(address);
    let mut made = Vec::new();
    for (one, other) in [(0, 1), (2, 3)] {
        let id = native::open_direct(&mut http, &account(one), account(other).id).await?;
        made.push((id, vec![one, other]));
    }
    for group in 0..3 {
        let members: Vec<usize> = (0..8).map(|place| (group * 6 + place) % people.len()).collect();
        let others: Vec<_> = members[1..].iter().map(|who| account(*who).id).collect();
        let name = format!("group {group}");
        let id = native::make_group(&mut http, &account(members[0]), &name, &others).await?;
        made.push((id, members));
    }
    Ok(made)
}
