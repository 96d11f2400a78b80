//! What a type cannot say of a setting: ranges, and values that fit together.

use super::{Files, Settings};
use anyhow::{Result, anyhow, bail};
use std::ops::RangeInclusive;

/// Refuses settings that cannot work.
///
/// # Errors
/// The first wrong setting, with the range it must be in.
pub fn check(settings: &Settings) -> Result<()> {
    let Settings { http, database, accounts, files, limits, live, mail, .. } = settings;
    within("http.most_connections", http.most_connections as u64, 1..=10_000_000)?;
    within("database.pool", database.pool as u64, 2..=1_000)?;
    within("database.readers", database.readers as u64, 1..=64)?;
    within("database.cache_mib", database.cache_mib.into(), 1..=65_536)?;
    within("accounts.bcrypt_cost", accounts.bcrypt_cost.into(), 4..=15)?;
    within("accounts.hash_threads", accounts.hash_threads as u64, 1..=256)?;
    within("accounts.hash_queue", accounts.hash_queue as u64, 1..=100_000)?;
    within("accounts.access_minutes", accounts.access_minutes, 1..=24 * 60)?;
    within("accounts.session_days", accounts.session_days, 1..=3_650)?;
    within("accounts.refresh_days", accounts.refresh_days, 1..=accounts.session_days)?;
    within("accounts.audit_days", accounts.audit_days, 1..=36_500)?;
    within("limits.group_members", limits.group_members.unsigned_abs(), 2..=100_000)?;
    within("live.outbox_kib", live.outbox_kib as u64, 64..=1 << 20)?;
    within("live.outbox_frames", live.outbox_frames as u64, 16..=1 << 20)?;
    within("live.heartbeat_seconds", live.heartbeat_seconds, 1..=3_600)?;
    within("live.connections_per_session", live.connections_per_session as u64, 1..=100_000)?;
    within("live.connections_per_account", live.connections_per_account as u64, 1..=100_000)?;
    within("mail.attempts", mail.attempts.into(), 1..=10)?;
    within("mail.retry_minutes", mail.retry_minutes, 1..=24 * 60)?;
    within("files.most_mib", files.most_mib, 1..=1 << 20)?;
    within("files.quota_mib", files.quota_mib, files.most_mib..=1 << 40)?;
    within("files.quota_files", files.quota_files, 1..=1 << 40)?;
    within("files.most_megapixels", files.most_megapixels, 1..=1_000)?;
    within("dialects.health.heap_mib", settings.dialects.health.heap_mib, 1..=1 << 30)?;
    within("dialects.health.resident_mib", settings.dialects.health.resident_mib, 1..=1 << 30)?;
    let app = &settings.dialects.messaging_app;
    within("dialects.messaging-app.token_life", app.token_life, 1..=3_650 * 86_400)?;
    within("dialects.messaging-app.register_limit", app.register_limit.into(), 1..=1 << 30)?;
    within("dialects.messaging-app.login_limit", app.login_limit.into(), 1..=1 << 30)?;
    within("dialects.messaging-app.general_limit", app.general_limit.into(), 1..=1 << 30)?;
    within(
        "dialects.room-chat.session_life",
        settings.dialects.room_chat.session_life,
        60..=3_650 * 86_400,
    )?;
    let live = &settings.dialects.live_chat;
    within("dialects.live-chat.heartbeat_seconds", live.heartbeat_seconds, 1..=3_600)?;
    check_bucket(files)?;
    if !(limits.factor.is_finite() && limits.factor > 0.0) {
        bail!("`limits.factor` must be above 0; to have no limits, set `limits.enabled = false`");
    }
    crate::boot::mailer_options(settings).check().map_err(|wrong| anyhow!("`mail`: {wrong}"))?;
    if let Some(broker) = crate::boot::broker_options(settings) {
        broker.check().map_err(|wrong| anyhow!("`broker`: {wrong}"))?;
    }
    check_topic(&settings.dialects.room_chat.user_topic)?;
    check_urls(settings)
}

fn check_urls(Settings { http, cors, database, mail, .. }: &Settings) -> Result<()> {
    let is_web = |url: &str| url.starts_with("http://") || url.starts_with("https://");
    if !is_web(&mail.verify_url) {
        bail!("`mail.verify_url` must begin with http:// or https://, not `{}`", mail.verify_url);
    }
    if !http.public_url.is_empty() && !is_web(&http.public_url) {
        bail!("`http.public_url` must begin with http:// or https://, not `{}`", http.public_url);
    }
    if let Some(origin) =
        cors.origins.iter().find(|origin| !is_web(origin) || origin.ends_with('/'))
    {
        bail!(
            "`cors.origins`: `{origin}` is not an origin; write it as https://chat.example.com, without a slash at its end"
        );
    }
    for proxy in &http.trusted_proxies {
        proxy
            .parse::<chinwag_api::Network>()
            .map_err(|wrong| anyhow!("`http.trusted_proxies`: {wrong}"))?;
    }
    let is_postgres = database.url.starts_with("postgres://")
        || database.url.starts_with("postgresql://")
        || database.url.contains("host=");
    if !database.url.is_empty() && !is_postgres {
        bail!(
            "`database.url` must begin with postgres://, or be empty for SQLite in the data directory"
        );
    }
    Ok(())
}

/// What AMQP takes as a name, and is not its own.
fn check_topic(topic: &str) -> Result<()> {
    if !(1..=255).contains(&topic.len()) || topic.starts_with("amq.") {
        bail!(
            "`dialects.room-chat.user_topic` must have 1 to 255 bytes and not begin with amq., not `{topic}`"
        );
    }
    Ok(())
}

fn check_bucket(files: &Files) -> Result<()> {
    let Files { bucket, endpoint, access_key, secret_key, .. } = files;
    if bucket.is_empty() && !(endpoint.is_empty() && access_key.is_empty() && secret_key.is_empty())
    {
        bail!("`files.bucket` must name the bucket, where `files.endpoint` or keys are given");
    }
    if access_key.is_empty() != secret_key.is_empty() {
        bail!("`files.access_key` and `files.secret_key` go together");
    }
    let is_web = endpoint.starts_with("http://") || endpoint.starts_with("https://");
    if !endpoint.is_empty() && !is_web {
        bail!("`files.endpoint` must begin with http:// or https://, not `{endpoint}`");
    }
    Ok(())
}

fn within(key: &str, value: u64, range: RangeInclusive<u64>) -> Result<()> {
    if !range.contains(&value) {
        bail!("`{key}` must be from {} to {}, not {value}", range.start(), range.end());
    }
    Ok(())
}
