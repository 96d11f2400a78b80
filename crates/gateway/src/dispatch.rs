//! From a frame to a command: one table of every command, by name, for the native socket and for
//! Socket.IO alike.

use crate::{
    Gateway,
    commands::{self, people, profiles},
    encode::{self, ReplyTo},
    listener::Listener,
    raw::Task,
};
use chinwag_chat::{Actor, Bucket, LimitKey, Origin, Viewer};
use chinwag_socketio::Event;
use chinwag_wire::{Code, Problem, frame::CommandFrame, json};
use serde::{Serialize, de::DeserializeOwned};
use std::sync::Arc;

/// Whose command it is.
pub(crate) struct Caller {
    /// Where it is run.
    pub(crate) gateway: Gateway,
    /// The connection it came through.
    pub(crate) listener: Arc<Listener>,
    /// Where the connection came from.
    pub(crate) from: Origin,
}

impl Caller {
    /// A caller on this connection.
    pub(crate) fn new(gateway: &Gateway, listener: &Arc<Listener>, from: Origin) -> Self {
        Self { gateway: gateway.clone(), listener: listener.clone(), from }
    }

    /// The signed-in account.
    pub(crate) fn actor(&self) -> Result<Actor, Problem> {
        self.listener.actor().ok_or_else(|| Code::Unauthenticated.into())
    }

    /// Whoever it is, as a reader.
    pub(crate) fn viewer(&self) -> Viewer {
        self.listener.viewer()
    }

    fn check_rate(&self) -> Result<(), Problem> {
        let key =
            self.listener.account().map_or(LimitKey::Address(self.from.address), LimitKey::Account);
        self.gateway.chat().limits().check(Bucket::Request, key).map(|_| ())
    }
}

/// A command with its parameters not yet decoded.
struct Call<'a> {
    to: ReplyTo,
    with: &'a [u8],
    caller: Caller,
}

impl Call<'_> {
    /// Decodes the parameters and gives the work to do; wrong parameters are answered.
    fn run<P, T, F>(self, command: impl FnOnce(Caller, P) -> F) -> Task
    where
        P: DeserializeOwned,
        T: Serialize,
        F: Future<Output = Result<T, Problem>> + Send + 'static,
    {
        let to = self.to;
        match json::decode(self.with) {
            Ok(parameters) => {
                let outcome = command(self.caller, parameters);
                Box::pin(async move { encode::reply(to, outcome.await) })
            }
            Err(problem) => refused(to, problem),
        }
    }
}

/// One line of the table.
struct Command {
    name: &'static str,
    /// How much of a connection's room it takes while it runs: pages of messages are heavy.
    weight: u32,
    begin: fn(Call<'_>) -> Task,
}

/// Every command but `hello`. `send` has a limit of its own, in the product; all others share one.
static COMMANDS: &[Command] = &[
    Command { name: SEND, weight: 1, begin: |call| call.run(commands::send) },
    Command { name: "mark", weight: 1, begin: |call| call.run(commands::mark) },
    Command { name: "typing", weight: 1, begin: |call| call.run(commands::typing) },
    Command { name: "history", weight: 16, begin: |call| call.run(commands::history) },
    Command { name: "sync", weight: 16, begin: |call| call.run(commands::sync) },
    Command { name: "edit", weight: 1, begin: |call| call.run(commands::edit) },
    Command { name: "delete", weight: 1, begin: |call| call.run(commands::delete) },
    Command { name: "conversations", weight: 16, begin: |call| call.run(commands::conversations) },
    Command { name: "conversation", weight: 2, begin: |call| call.run(commands::conversation) },
    Command { name: "join", weight: 2, begin: |call| call.run(commands::join) },
    Command { name: "leave", weight: 1, begin: |call| call.run(commands::leave) },
    Command { name: "watch", weight: 2, begin: |call| call.run(commands::watch) },
    Command { name: "unwatch", weight: 1, begin: |call| call.run(commands::unwatch) },
    Command { name: "presence", weight: 1, begin: |call| call.run(commands::presence) },
    Command { name: "presence_of", weight: 2, begin: |call| call.run(commands::presence_of) },
    Command { name: "report", weight: 1, begin: |call| call.run(commands::report) },
    Command { name: "authors", weight: 2, begin: |call| call.run(commands::authors) },
    Command { name: "audience", weight: 2, begin: |call| call.run(commands::audience) },
    Command { name: "request_contact", weight: 1, begin: |call| call.run(people::request_contact) },
    Command {
        name: "contact_requests",
        weight: 16,
        begin: |call| call.run(people::contact_requests),
    },
    Command { name: "accept_contact", weight: 1, begin: |call| call.run(people::accept_contact) },
    Command { name: "reject_contact", weight: 1, begin: |call| call.run(people::reject_contact) },
    Command { name: "cancel_contact", weight: 1, begin: |call| call.run(people::cancel_contact) },
    Command { name: "contacts", weight: 16, begin: |call| call.run(people::contacts) },
    Command { name: "remove_contact", weight: 1, begin: |call| call.run(people::remove_contact) },
    Command { name: "sync_account", weight: 16, begin: |call| call.run(people::sync_account) },
    Command { name: "settings", weight: 1, begin: |call| call.run(people::settings) },
    Command { name: "update_settings", weight: 1, begin: |call| call.run(people::update_settings) },
    Command { name: "profile", weight: 1, begin: |call| call.run(profiles::profile) },
    Command { name: "update_profile", weight: 1, begin: |call| call.run(profiles::update_profile) },
    Command {
        name: "search_accounts",
        weight: 8,
        begin: |call| call.run(profiles::search_accounts),
    },
    Command { name: "renew", weight: 1, begin: |call| call.run(commands::renew) },
    Command { name: "ping", weight: 1, begin: |call| call.run(commands::ping) },
];

const SEND: &str = "send";

/// Reads a frame as a command.
pub(crate) fn parse(text: &[u8]) -> Result<CommandFrame<'_>, Problem> {
    json::check(text)?;
    let read = serde_json::from_slice::<json::Object<CommandFrame<'_>>>(text);
    read.map(|frame| frame.0)
        .map_err(|error| Problem::from(Code::Malformed).with_detail(error.to_string()))
}

/// Begins the command in a frame of the native socket: its weight, and the work that ends in its reply.
///
/// # Errors
/// The code to close the connection with, where the frame is no command at all.
pub(crate) fn begin(caller: Caller, text: &[u8]) -> Result<(u32, Task), Code> {
    let frame = parse(text).map_err(|problem| problem.code)?;
    let with = frame.with.map_or("{}", |with| with.get()).as_bytes();
    Ok(run(&frame.name, Call { to: ReplyTo::Command(frame.id), with, caller }))
}

/// Begins the command that is named by a Socket.IO event. Its parameters are the one argument.
pub(crate) fn begin_event(caller: Caller, event: &Event) -> (u32, Task) {
    let to = ReplyTo::Ack(event.id);
    let with: &[u8] = match event.args.as_slice() {
        _ if !event.attachments.is_empty() => {
            return (1, refused(to, Problem::from(Code::Malformed).with_detail("Send no binary.")));
        }
        [] => b"{}",
        [with] => with,
        _ => {
            let problem =
                Problem::from(Code::Malformed).with_detail("Give one argument, an object.");
            return (1, refused(to, problem));
        }
    };
    run(&event.name, Call { to, with, caller })
}

fn run(name: &str, call: Call<'_>) -> (u32, Task) {
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        let problem = match name {
            "hello" => {
                Problem::from(Code::Invalid).with_detail("This connection has said hello already.")
            }
            _ => Code::UnknownCommand.into(),
        };
        return (1, refused(call.to, problem));
    };
    metrics::counter!("chinwag_commands_total", "command" => command.name).increment(1);
    if let Err(problem) = if command.name == SEND { Ok(()) } else { call.caller.check_rate() } {
        return (1, refused(call.to, problem));
    }
    (command.weight, (command.begin)(call))
}

fn refused(to: ReplyTo, problem: Problem) -> Task {
    Box::pin(std::future::ready(encode::reply::<()>(to, Err(problem))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique() {
        let names: std::collections::HashSet<_> =
            COMMANDS.iter().map(|command| command.name).collect();
        assert_eq!(names.len(), COMMANDS.len());
    }

    #[test]
    fn only_objects_with_an_id_are_commands() {
        let frame = parse(br#"{"id":7,"do":"s\u0065nd","with":{"a":[1]}}"#).unwrap();
        assert_eq!(
            (frame.id, &*frame.name, frame.with.map(|with| with.get())),
            (7, "send", Some(r#"{"a":[1]}"#))
        );
        assert!(parse(br#"{"id":7,"do":"ping"}"#).unwrap().with.is_none());
        for bad in [
            "[7,\"send\",{}]",
            "{}",
            "{\"do\":\"send\"}",
            "{\"id\":-1,\"do\":\"x\"}",
            "7",
            "",
            "{\"id\":1,\"do\":\"x\",\"y\":1}",
        ] {
            assert_eq!(parse(bad.as_bytes()).unwrap_err().code, Code::Malformed, "{bad}");
        }
    }
}
