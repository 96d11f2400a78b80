//! Settings as each part of the server takes them.

use crate::{Settings, settings::GroupMembers};
use chinwag_api::{ApiOptions, ListenOptions};
use chinwag_blobs::{Blobs, PictureLimits};
use chinwag_broker::BrokerOptions;
use chinwag_chat::{
    Acquaintance, ChatOptions, Confirmation, FileOptions, LimitOptions, Retries, Secrets,
    bounds::MOST_WAITING,
};
use chinwag_dialects::{LiveChat, MessagingApp, Options as DialectOptions, Pingtalk, RoomChat};
use chinwag_gateway::HubOptions;
use chinwag_mail::MailerOptions;
use std::{net::SocketAddr, time::Duration};

const MIB: u64 = 1024 * 1024;
const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// For the product.
pub fn chat(settings: &Settings, secret: &[u8], blobs: Blobs) -> ChatOptions {
    let Settings { accounts, limits, .. } = settings;
    ChatOptions {
        bcrypt_cost: accounts.bcrypt_cost,
        hash_threads: accounts.hash_threads,
        hash_queue: accounts.hash_queue,
        access_life: MINUTE * accounts.access_minutes as u32,
        refresh_idle: DAY * accounts.refresh_days as u32,
        refresh_absolute: DAY * accounts.session_days as u32,
        limits: rates(settings),
        group_limit: limits.group_members,
        audit_kept: DAY * accounts.audit_days as u32,
        registration_open: accounts.registration_open,
        direct_from: accounts.direct_from,
        files: files(settings, blobs),
        announcements: (!settings.broker.url.is_empty()).then_some(MOST_WAITING),
        ..ChatOptions::new(Secrets::from_master(secret))
    }
}

fn files(Settings { files, .. }: &Settings, blobs: Blobs) -> FileOptions {
    let pixels = files.most_megapixels * 1_000_000;
    FileOptions {
        blobs,
        most_bytes: files.most_mib * MIB,
        quota_bytes: files.quota_mib * MIB,
        quota_files: files.quota_files,
        picture_limits: PictureLimits { pixels, ..PictureLimits::default() },
        ..FileOptions::default()
    }
}

/// For the rates.
pub fn rates(settings: &Settings) -> LimitOptions {
    let limits = &settings.limits;
    LimitOptions { enabled: limits.enabled, factor: limits.factor }
}

/// For live connections.
pub fn hub(settings: &Settings) -> HubOptions {
    let Settings { live, http, .. } = settings;
    HubOptions {
        outbox_bytes: live.outbox_kib * 1024,
        outbox_frames: live.outbox_frames,
        heartbeat: Duration::from_secs(live.heartbeat_seconds),
        connections_per_session: live.connections_per_session,
        connections_per_account: live.connections_per_account,
        most_connections: http.most_connections,
        ..HubOptions::default()
    }
}

/// For HTTP.
pub fn api(settings: &Settings, listening_on: SocketAddr) -> ApiOptions {
    let http = &settings.http;
    let proxies = http
        .trusted_proxies
        .iter()
        .map(|proxy| proxy.parse().expect("settings are checked before they are used"));
    ApiOptions {
        cors_origins: settings.cors.origins.clone(),
        trusted_proxies: proxies.collect(),
        metrics_public: http.metrics_public,
        public_url: Some(settings.public_url(listening_on)),
    }
}

/// For the dialects.
pub fn dialects(settings: &Settings) -> DialectOptions {
    let Settings { dialects, live, http, .. } = settings;
    DialectOptions {
        heap_bytes: dialects.health.heap_mib * MIB,
        resident_bytes: dialects.health.resident_mib * MIB,
        heartbeat: Duration::from_secs(live.heartbeat_seconds),
        most_connections: http.most_connections,
        messaging_service: dialects.messaging_service.enabled,
        messaging_app: messaging_app(&dialects.messaging_app),
        room_chat: room_chat(&dialects.room_chat),
        live_chat: live_chat(&dialects.live_chat),
        pingtalk: pingtalk(&dialects.pingtalk),
        public_url: settings.given_url(),
    }
}

fn messaging_app(chosen: &crate::settings::MessagingApp) -> Option<MessagingApp> {
    chosen.enabled.then(|| MessagingApp {
        token_life: Duration::from_secs(chosen.token_life),
        internal_token: chosen.internal_token.clone(),
        register_limit: chosen.register_limit,
        login_limit: chosen.login_limit,
        general_limit: chosen.general_limit,
    })
}

fn room_chat(chosen: &crate::settings::RoomChat) -> Option<RoomChat> {
    chosen.enabled.then(|| RoomChat {
        session_life: Duration::from_secs(chosen.session_life),
        docs_user: chosen.docs_user.clone(),
        docs_password: chosen.docs_password.clone(),
        user_topic: chosen.user_topic.clone(),
    })
}

/// For the letter with a code.
pub fn confirmation(Settings { mail, .. }: &Settings) -> Confirmation {
    Confirmation { url: mail.verify_url.clone(), subject: mail.subject.clone() }
}

/// For letters that cannot be sent, and events that are refused.
pub fn retries(Settings { mail, .. }: &Settings) -> Retries {
    Retries { attempts: mail.attempts, first_pause: MINUTE * mail.retry_minutes as u32 }
}

fn live_chat(chosen: &crate::settings::LiveChat) -> Option<LiveChat> {
    chosen.enabled.then(|| LiveChat {
        public_emails: chosen.public_emails,
        heartbeat: Duration::from_secs(chosen.heartbeat_seconds),
    })
}

fn pingtalk(chosen: &crate::settings::Pingtalk) -> Option<Pingtalk> {
    chosen.enabled.then_some(Pingtalk {
        open_lookup: chosen.open_lookup,
        received_lists_all: chosen.received_lists_all,
        invite_mail: chosen.invite_mail,
        group_members: match chosen.group_members {
            GroupMembers::Anyone => Acquaintance::Anyone,
            GroupMembers::Connected => Acquaintance::Contacts,
        },
    })
}

/// For letters.
pub fn mailer(settings: &Settings) -> MailerOptions {
    let smtp = Some(settings.mail.smtp.clone()).filter(|url| !url.is_empty());
    let ca_file = Some(settings.mail.ca_file.clone()).filter(|file| !file.as_os_str().is_empty());
    let directory = settings.data_dir.join("mail");
    MailerOptions { smtp, ca_file, from: settings.mail.from.clone(), directory }
}

/// For the broker, if there is one.
pub fn broker(Settings { broker, .. }: &Settings) -> Option<BrokerOptions> {
    let ca_file = Some(broker.ca_file.clone()).filter(|file| !file.as_os_str().is_empty());
    (!broker.url.is_empty()).then(|| BrokerOptions { url: broker.url.clone(), ca_file })
}

/// For the listener.
pub fn listen(settings: &Settings) -> ListenOptions {
    ListenOptions { most_connections: settings.http.most_connections, ..ListenOptions::default() }
}
