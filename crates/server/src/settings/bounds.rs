//! Every bound of the server in one list, as the settings and the code have it: what is bounded, what happens
//! beyond, and where it is counted.

use super::Settings;
use crate::boot::options;
use chinwag_api::bounds as request;
use chinwag_chat::{Bucket, FileOptions, LimitOptions, Rate, bounds as product};
use chinwag_dialects::{Declared, declared};
use chinwag_gateway::{COMMANDS_IN_FLIGHT, MOST_WATCHED};
use chinwag_wire::{Code, websocket};
use std::{fmt::Write as _, time::Duration};

/// One line of the list.
struct Bound {
    what: &'static str,
    most: String,
    setting: &'static str,
    beyond: String,
    counted: String,
}

fn bound(what: &'static str, most: impl ToString, setting: &'static str) -> Bound {
    let (beyond, counted) = (String::new(), String::new());
    Bound { what, most: most.to_string(), setting, beyond, counted }
}

impl Bound {
    /// Refused with this code, which is counted as such.
    fn refused(self, code: Code) -> Self {
        let counted = format!("chinwag_refused_total{{code=\"{}\"}}", code.name());
        Self { beyond: format!("`{}` ({})", code.name(), code.status()), counted, ..self }
    }

    /// Ends a live connection with this code.
    fn closed(self, code: Code) -> Self {
        let counted = format!("chinwag_closed_total{{code=\"{}\"}}", code.name());
        let beyond = format!("closed with {} `{}`", code.close(), code.name());
        Self { beyond, counted, ..self }
    }

    /// Something else happens.
    fn then(self, beyond: &str, counted: &str) -> Self {
        Self { beyond: beyond.to_owned(), counted: counted.to_owned(), ..self }
    }
}

/// The list in Markdown, as these settings have it.
pub fn bounds(settings: &Settings) -> String {
    let mut text = "# Limits\n\nWritten by `chinwag config limits`, which shows them as they are in force. What passes one \
        gets what stands beside it, and is counted.\n"
        .to_owned();
    let parts = [
        ("Rates", rates(settings)),
        ("Rates of dialects", dialects(settings)),
        ("Requests", requests(settings)),
        ("Live connections", live(settings)),
        ("Accounts and conversations", product(settings)),
        ("Profiles", profiles()),
        ("Files", files(settings)),
        ("Work that waits", queues(settings)),
    ];
    for (title, bounds) in parts {
        let head = "| what | at most | setting | beyond it | counted by |\n| --- | --- | --- | --- | --- |";
        let _ = writeln!(text, "\n## {title}\n\n{head}");
        for Bound { what, most, setting, beyond, counted } in bounds {
            let setting =
                if setting.is_empty() { "none".to_owned() } else { format!("`{setting}`") };
            let _ = writeln!(text, "| {what} | {most} | {setting} | {beyond} | `{counted}` |");
        }
    }
    text
}

fn rates(settings: &Settings) -> Vec<Bound> {
    let LimitOptions { factor, enabled } = options::rates(settings);
    let line = |bucket: Bucket| {
        let what = match bucket {
            Bucket::Send => "messages sent, for each account",
            Bucket::Register => "accounts made, for each address",
            Bucket::SignIn => "sign-ins tried, for each address",
            Bucket::Request => {
                "other requests and commands, for each account, or for each address of guests"
            }
            Bucket::Upload => "files uploaded, for each account",
            Bucket::Connect => "connections opened, for each address",
            Bucket::Report => "reports made, for each account",
            Bucket::Export => "exports taken, for each account",
            Bucket::Mail => "letters asked for, for each address",
            Bucket::RequestContact => "contacts asked for, for each account",
            Bucket::Profile => "profiles changed, for each account",
            Bucket::Search => "searches for people, for each account",
        };
        let (hourly, burst) = bucket.rate();
        let most = match enabled {
            true if hourly * factor < 3600.0 => {
                format!("{} an hour, {} at once", hourly * factor, burst * factor)
            }
            true => format!("{} a minute, {} at once", hourly * factor / 60.0, burst * factor),
            false => "any number: switched off".to_owned(),
        };
        let counted = format!("chinwag_rate_limited_total{{bucket=\"{}\"}}", bucket.name());
        let refused = bound(what, most, "limits.factor").refused(Code::RateLimited);
        Bound { counted, ..refused }
    };
    let guesses = bound(
        "wrong passwords in a row, for each name",
        format!("{}, then waiting up to {}", product::FREE_GUESSES, time(product::LONGEST_WAIT)),
        "",
    );
    Bucket::ALL.into_iter().map(line).chain([guesses.refused(Code::TooManyAttempts)]).collect()
}

fn dialects(settings: &Settings) -> Vec<Bound> {
    let scale = options::rates(settings);
    let line = |Declared { what, rule, setting }| {
        let most = match rule.rate.scaled(&scale) {
            _ if !scale.enabled => "any number: switched off".to_owned(),
            Rate::Window { most, window } => format!("{most} in {}", time(window)),
            Rate::Steady { per_second, burst } => format!("{per_second} a second, {burst} at once"),
        };
        let setting = if setting.is_empty() { "limits.factor" } else { setting };
        let counted = format!("chinwag_rate_limited_total{{bucket=\"{}\"}}", rule.name);
        Bound { counted, ..bound(what, most, setting).refused(Code::RateLimited) }
    };
    declared(&options::dialects(settings)).into_iter().map(line).collect()
}

fn requests(settings: &Settings) -> Vec<Bound> {
    let listen = options::listen(settings);
    let timed_out = "chinwag_http_connections_timed_out_total";
    vec![
        bound("connections at once", listen.most_connections, "http.most_connections")
            .then("`overloaded` (503), then closed", "chinwag_http_connections_refused_total"),
        bound(
            "head of a request",
            format!("{} and {} lines", size(request::HEAD_BYTES), request::HEAD_LINES),
            "",
        )
        .then("431, then closed", "chinwag_http_connections_failed_total"),
        bound("time for the head", time(listen.header_timeout), "").then("closed", timed_out),
        bound("rest between two requests", time(listen.idle_timeout), "").then("closed", timed_out),
        bound("JSON body", size(request::BODY_BYTES), "").refused(Code::TooLarge),
        bound("time for a JSON body", time(request::BODY_TIME), "").refused(Code::Malformed),
        bound("time until an answer begins", time(request::ANSWER_TIME), "")
            .refused(Code::Overloaded),
    ]
}

fn live(settings: &Settings) -> Vec<Bound> {
    let hub = options::hub(settings);
    let frames = websocket::Limits::default();
    vec![
        bound(
            "live connections of a session",
            hub.connections_per_session,
            "live.connections_per_session",
        )
        .refused(Code::TooManyConnections),
        bound(
            "live connections of an account",
            hub.connections_per_account,
            "live.connections_per_account",
        )
        .refused(Code::TooManyConnections),
        bound("time for `hello`", time(hub.hello_timeout), "").closed(Code::HelloExpected),
        bound("silence of a client", time(hub.heartbeat * 2), "live.heartbeat_seconds")
            .closed(Code::HeartbeatMissed),
        bound("message from a client", size(frames.message), "")
            .then("closed with 1009", "chinwag_violations_total"),
        bound("fragments of a message", frames.fragments, "")
            .then("closed with 1009", "chinwag_violations_total"),
        bound("commands in flight, by weight", COMMANDS_IN_FLIGHT, "")
            .then("not read until one is answered", "chinwag_commands_full_total"),
        bound("waiting for one reader", size(hub.outbox_bytes), "live.outbox_kib")
            .then("closed with 4408 `slow_consumer`, to resume", "chinwag_slow_consumers_total"),
        bound("events waiting for one reader", hub.outbox_frames, "live.outbox_frames")
            .then("closed with 4408 `slow_consumer`, to resume", "chinwag_slow_consumers_total"),
        bound("rooms watched without being in them", MOST_WATCHED, "").refused(Code::Invalid),
    ]
}

fn product(settings: &Settings) -> Vec<Bound> {
    let accounts = &settings.accounts;
    let members = settings.limits.group_members;
    vec![
        bound("text of a message", size(product::CONTENT_BYTES), "").refused(Code::Invalid),
        bound("members of a group", members, "limits.group_members").refused(Code::GroupFull),
        bound("sessions of an account", product::MOST_SESSIONS, "")
            .then("the one used longest ago ends", "chinwag_closed_total{code=\"session_ended\"}"),
        bound("names that nobody has, an account writes to", product::MOST_UNCLAIMED, "")
            .refused(Code::TooManyNames),
        bound(
            "life of an access token",
            format!("{} minutes", accounts.access_minutes),
            "accounts.access_minutes",
        )
        .refused(Code::Unauthenticated),
        bound(
            "session without use",
            format!("{} days", accounts.refresh_days),
            "accounts.refresh_days",
        )
        .refused(Code::SessionEnded),
        bound("session", format!("{} days", accounts.session_days), "accounts.session_days")
            .refused(Code::SessionEnded),
    ]
}

fn profiles() -> Vec<Bound> {
    use product::profile;
    let characters =
        |what, most: usize| bound(what, format!("{most} characters"), "").refused(Code::Invalid);
    vec![
        characters("a name that people read", profile::NAME),
        characters("text about oneself", profile::ABOUT),
        characters("a gender", profile::GENDER),
        characters("a status", profile::STATUS),
        characters("a public key", profile::KEY),
        bound("age", format!("{} years", profile::OLDEST), "").refused(Code::Invalid),
        characters("beginning of a name that is searched for", profile::PREFIX),
        bound("a picture of a person", format!("{} MiB", profile::AVATAR / 1024 / 1024), "")
            .refused(Code::TooLarge),
    ]
}

fn files(settings: &Settings) -> Vec<Bound> {
    let (files, fixed) = (&settings.files, FileOptions::default());
    vec![
        bound("files of a message", product::MOST_ATTACHED, "").refused(Code::Invalid),
        bound("a file", format!("{} MiB", files.most_mib), "files.most_mib")
            .refused(Code::TooLarge),
        bound("all files of an account", format!("{} MiB", files.quota_mib), "files.quota_mib")
            .refused(Code::QuotaReached),
        bound("number of files of an account", files.quota_files, "files.quota_files")
            .refused(Code::QuotaReached),
        bound("uploads of an account at once, on a node", fixed.uploads_at_once, "")
            .refused(Code::TooManyUploads),
        bound("uploads of an account in parts, unfinished", fixed.uploads_open, "")
            .refused(Code::TooManyUploads),
        bound("uploads of everybody at once, on a node", fixed.uploads_together, "")
            .refused(Code::Overloaded),
        bound("pictures waiting to be decoded", fixed.picture_queue, "").refused(Code::Overloaded),
        bound("pause in an upload", time(request::UPLOAD_PAUSE), "").refused(Code::UploadTooSlow),
        bound("time for an upload", time(request::UPLOAD_TIME), "").refused(Code::UploadTooSlow),
        bound(
            "a picture",
            format!("{} megapixels", files.most_megapixels),
            "files.most_megapixels",
        )
        .refused(Code::PictureTooLarge),
    ]
}

fn queues(settings: &Settings) -> Vec<Bound> {
    let accounts = &settings.accounts;
    let hashes = format!("{} on {} thread(s)", accounts.hash_queue, accounts.hash_threads);
    let mut bounds = vec![
        bound("passwords waiting to be hashed", hashes, "accounts.hash_queue")
            .refused(Code::Overloaded),
        bound("changes waiting for the database", chinwag_sql::QUEUE, "").refused(Code::Overloaded),
        bound("jobs that wait", product::MOST_JOBS, "")
            .then("`overloaded` (503), or left out", "chinwag_jobs_left_out_total"),
        bound("events waiting for other systems", product::MOST_WAITING, "")
            .then("not told", "chinwag_outbox_left_out_total"),
        bound("links sent to one email address in an hour", product::MOST_LETTERS, "")
            .refused(Code::RateLimited),
    ];
    for (class, milliseconds) in chinwag_chat::patience() {
        let (what, beyond) = match class {
            "signal" => ("wait at which typing is still told", "left out"),
            "send" => ("wait at which messages are still taken", "`overloaded` (503)"),
            "browse" => ("wait at which pages are still read", "`overloaded` (503)"),
            "sign_in" => ("wait at which sign-ins are still tried", "`overloaded` (503)"),
            _ => ("wait at which accounts are still made", "`overloaded` (503)"),
        };
        let counted = format!("chinwag_shed_total{{class=\"{class}\"}}");
        bounds.push(bound(what, format!("{milliseconds} ms"), "").then(beyond, &counted));
    }
    bounds
}

fn size(bytes: usize) -> String {
    if bytes.is_multiple_of(1024) {
        format!("{} KiB", bytes / 1024)
    } else {
        format!("{bytes} bytes")
    }
}

fn time(time: Duration) -> String {
    match time.as_secs() {
        seconds if seconds >= 120 => format!("{} minutes", seconds / 60),
        seconds => format!("{seconds} s"),
    }
}
