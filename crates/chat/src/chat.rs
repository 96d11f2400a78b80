//! The one handle to the product: what every surface calls.

use crate::{
    Clock, FileOptions, LimitOptions, Limits, MIGRATIONS, Publisher, Secrets,
    error::translate,
    files::UploadSlots,
    limit_rules::Rules,
    mail::MOST_JOBS,
    messages::Sending,
    pressure::Pressure,
    sessions::{PasswordHasher, SessionView, Tokens, Turns},
};
use chinwag_blobs::{Blobs, Pictures};
use chinwag_jobs::Wake;
use chinwag_sql::{Batcher, Database};
use chinwag_wire::{ConversationId, DirectFrom, Problem};
use std::{ops::Deref, sync::Arc, time::Duration};
use tokio::sync::OnceCell;

/// What an operator may choose.
#[derive(Clone)]
pub struct ChatOptions {
    /// The keys.
    pub secrets: Secrets,
    /// bcrypt's cost, 10 or more outside tests.
    pub bcrypt_cost: u32,
    /// Threads that do nothing but hash passwords.
    pub hash_threads: usize,
    /// Most passwords that wait for a hashing thread.
    pub hash_queue: usize,
    /// How long an access token lives.
    pub access_life: Duration,
    /// How long a session lives without a refresh.
    pub refresh_idle: Duration,
    /// How long a session lives at most.
    pub refresh_absolute: Duration,
    /// Rate limits.
    pub limits: LimitOptions,
    /// Most members of a group; rooms have no limit.
    pub group_limit: i64,
    /// How long entries of the audit log are kept.
    pub audit_kept: Duration,
    /// Whether strangers may make accounts.
    pub registration_open: bool,
    /// Where files are kept, and how much of them.
    pub files: FileOptions,
    /// Who may open a direct conversation with somebody; an account may narrow it for itself.
    pub direct_from: DirectFrom,
    /// Most jobs that wait or run; dead ones do not count.
    pub most_jobs: u32,
    /// Most announcements that wait for other systems; absent where none is to be told.
    pub announcements: Option<i64>,
}

impl ChatOptions {
    /// The defaults, with these keys.
    pub fn new(secrets: Secrets) -> Self {
        const DAY: Duration = Duration::from_secs(24 * 60 * 60);
        Self {
            secrets,
            bcrypt_cost: 10,
            hash_threads: 1,
            hash_queue: 32,
            access_life: Duration::from_secs(10 * 60),
            refresh_idle: 14 * DAY,
            refresh_absolute: 90 * DAY,
            limits: LimitOptions::default(),
            group_limit: 1_000,
            audit_kept: 365 * DAY,
            registration_open: true,
            files: FileOptions::default(),
            direct_from: DirectFrom::Anyone,
            most_jobs: MOST_JOBS,
            announcements: None,
        }
    }
}

/// The product. Clones are the same product.
#[derive(Clone)]
pub struct Chat(Arc<Inner>);

/// What the operations share.
pub struct Inner {
    pub(crate) db: Database,
    pub(crate) sending: Batcher<Sending>,
    pub(crate) publisher: Arc<dyn Publisher>,
    pub(crate) clock: Clock,
    pub(crate) epoch: String,
    pub(crate) options: ChatOptions,
    pub(crate) limits: Limits,
    pub(crate) limit_rules: Rules,
    pub(crate) pressure: Pressure,
    pub(crate) hasher: PasswordHasher,
    pub(crate) tokens: Tokens,
    pub(crate) session_view: SessionView,
    pub(crate) turns: Turns,
    pub(crate) pictures: Pictures,
    pub(crate) upload_slots: UploadSlots,
    pub(crate) wake: Wake,
    /// Wakes who tells other systems.
    pub(crate) announced: Wake,
    /// The lobby, once it is known to be there.
    pub(crate) lobby: OnceCell<ConversationId>,
}

impl Deref for Chat {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Chat {
    /// Opens the product over a database, bringing its tables up to date first.
    ///
    /// # Errors
    /// `unavailable` or `internal` where the database cannot be used; the reason is logged.
    #[crate::boxed]
    pub async fn open(
        db: Database,
        options: ChatOptions,
        clock: Clock,
        publisher: Arc<dyn Publisher>,
    ) -> Result<Self, Problem> {
        db.migrate(MIGRATIONS)
            .await
            .map_err(|error| translate(&error).with_detail(error.to_string()))?;
        let epoch = crate::live::read_epoch(&db).await?;
        crate::profiles::index_all(&db).await?;
        let inner = Inner {
            sending: Batcher::new(&db, 2, 256),
            limits: Limits::new(&options.limits),
            limit_rules: Rules::new(&options.limits),
            pressure: Pressure::default(),
            hasher: PasswordHasher::new(&options),
            tokens: Tokens::new(&options),
            session_view: SessionView::default(),
            turns: Turns::default(),
            pictures: Pictures::new(options.files.picture_queue, options.files.picture_limits),
            upload_slots: UploadSlots::new(
                options.files.uploads_at_once,
                options.files.uploads_together,
            ),
            wake: Wake::default(),
            announced: Wake::default(),
            lobby: OnceCell::new(),
            db,
            publisher,
            clock,
            epoch,
            options,
        };
        Ok(Self(Arc::new(inner)))
    }

    /// The clock that everything here is told the time by.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Names this history: it changes when a backup is restored, and every position with it.
    pub fn epoch(&self) -> &str {
        &self.epoch
    }

    /// The rate limits, shared by all surfaces.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// How the limits are scaled.
    pub fn limit_options(&self) -> LimitOptions {
        self.options.limits
    }

    /// Most bytes of a file.
    pub fn most_file_bytes(&self) -> u64 {
        self.options.files.most_bytes
    }

    /// Where bytes are kept.
    pub(crate) fn blobs(&self) -> &Blobs {
        &self.options.files.blobs
    }

    /// How long work waits, and who is turned away for it.
    pub fn pressure(&self) -> &Pressure {
        &self.pressure
    }

    /// Whether changes can be stored now: makes a durable write that changes nothing.
    ///
    /// # Errors
    /// `unavailable`, `storage_full` or `overloaded`.
    #[crate::boxed]
    pub async fn ready(&self) -> Result<(), Problem> {
        self.db.probe_write().await.map_err(|error| translate(&error))
    }

    /// Finishes what is queued and closes the database.
    #[crate::boxed]
    pub async fn close(&self) {
        self.db.close().await;
    }
}
