//! What an operator may set: sections of keys, each with a default that is right to start with.
//! They are read from a file, the environment and the command line, see [`load`].

mod bounds;
mod check;
mod declare;
mod document;
mod listener;
mod load;
mod secret;
mod table;

pub use bounds::bounds;
pub use declare::{Key, Section};
pub use document::{example, print, reference, without_password};
pub use listener::Listener;
pub use load::{Flags, load};
pub use secret::{generate as generate_secret, read as read_secret};

use chinwag_wire::DirectFrom;
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
};

declare::settings! {
    {
        /// Directory for the database, the secret and the lock; made where it is missing.
        data_dir: PathBuf = PathBuf::from("./data"),
    }
    /// Listening and HTTP.
    http: Http {
        /// Address to listen on. Put a proxy with TLS before anything but loopback.
        bind: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8008),
        /// URL that people reach it by; empty: http and the address above.
        public_url: String = String::new(),
        /// Proxies whose X-Forwarded-For is believed: addresses, or ranges as 10.0.0.0/8.
        trusted_proxies: Vec<String> = Vec::new(),
        /// Most open connections; what is above is answered 503.
        most_connections: usize = 100_000,
        /// Whether /metrics answers others than loopback.
        metrics_public: bool = false,
        /// Listeners that serve some dialects only: { bind = "0.0.0.0:3000", serve = ["pingtalk"] }; here 0.0.0.0:3000=pingtalk+room-chat.
        listeners: Vec<Listener> = Vec::new(),
    }
    /// Pages of other web origins.
    cors: Cors {
        /// Web origins that may call it from a browser, exact; for dialects also with their cookies.
        origins: Vec<String> = ["http://localhost:5173", "http://localhost:3000"].map(str::to_owned).to_vec(),
    }
    /// Where everything is kept.
    database: Database {
        /// postgres://user:password@host/name; empty: SQLite in the data directory.
        url: String = String::new(),
        /// PostgreSQL: most connections.
        pool: usize = 10,
        /// SQLite: connections that read.
        readers: usize = 4,
        /// SQLite: most page cache of the writer, in MiB; each reader has a quarter of it.
        cache_mib: u32 = 64,
    }
    /// Accounts and sessions.
    accounts: Accounts {
        /// Whether strangers may make accounts.
        registration_open: bool = true,
        /// Who may open a direct conversation: anyone, shared (contacts, and who shares a group) or contacts; people may narrow it for themselves.
        direct_from: DirectFrom = DirectFrom::Anyone,
        /// Cost of bcrypt, 10 to 15; each step doubles the time of a sign-in.
        bcrypt_cost: u32 = 10,
        /// Threads that hash passwords.
        hash_threads: usize = 1,
        /// Most passwords waiting to be hashed; what is above is answered 503.
        hash_queue: usize = 32,
        /// Life of an access token, in minutes.
        access_minutes: u64 = 10,
        /// Life of a session that is not refreshed, in days.
        refresh_days: u64 = 14,
        /// Life of a session at most, in days.
        session_days: u64 = 90,
        /// How long entries of the audit log are kept, in days.
        audit_days: u64 = 365,
    }
    /// Files that people send.
    files: Files {
        /// S3-compatible bucket to keep them in; empty: the directory blobs in the data directory.
        bucket: String = String::new(),
        /// URL of the service that has the bucket; empty: AWS.
        endpoint: String = String::new(),
        /// Region of the bucket.
        region: String = "us-east-1".to_owned(),
        /// Access key id; empty: as the machine's environment has it.
        access_key: String = String::new(),
        /// Secret access key.
        secret_key: String = String::new(),
        /// Most MiB of a file.
        most_mib: u64 = 25,
        /// Most MiB of all files of an account.
        quota_mib: u64 = 1_024,
        /// Most files of an account.
        quota_files: u64 = 10_000,
        /// Most megapixels of a picture.
        most_megapixels: u64 = 50,
    }
    /// How much one account or address may do.
    limits: Limits {
        /// Whether requests are limited at all.
        enabled: bool = true,
        /// Every rate is multiplied by this.
        factor: f64 = 1.0,
        /// Most members of a group; rooms have no limit.
        group_members: i64 = 1_000,
    }
    /// Letters to people.
    mail: Mail {
        /// smtps://user:password@host, or smtp:// for STARTTLS, with ?tls=none for neither; empty: files in `mail` of the data directory.
        smtp: String = String::new(),
        /// PEM file of certificates that the SMTP server's may be signed by, besides the public ones; empty: those alone.
        ca_file: PathBuf = PathBuf::new(),
        /// Whom letters are from, as Name <name@host>.
        from: String = "Chinwag <chinwag@localhost>".to_owned(),
        /// What the link in a letter with a code begins with; the code follows at once.
        verify_url: String = "http://localhost:3000/auth/confirmation/".to_owned(),
        /// Subject of the letter with a code.
        subject: String = "Email Verification".to_owned(),
        /// How often a letter is tried that cannot be sent now.
        attempts: u32 = 3,
        /// Minutes from the first failure to the next attempt; each pause after that is twice as long.
        retry_minutes: u64 = 5,
    }
    /// Events for other systems.
    broker: Broker {
        /// amqp://user:password@host/vhost of RabbitMQ, amqps:// for TLS; empty: nobody is told, and nothing is kept for it.
        url: String = String::new(),
        /// PEM file of certificates that the broker's may be signed by, besides the public ones; empty: those alone.
        ca_file: PathBuf = PathBuf::new(),
    }
    /// Live connections.
    live: Live {
        /// Most KiB waiting for a reader before it is closed, to resume later.
        outbox_kib: usize = 256,
        /// Most events waiting for a reader.
        outbox_frames: usize = 1_024,
        /// Seconds between heartbeats.
        heartbeat_seconds: u64 = 25,
        /// Most connections of one session; those of dialects do not count.
        connections_per_session: usize = 10,
        /// Most connections of one account.
        connections_per_account: usize = 50,
    }
    /// What is logged, on stderr.
    log: Log {
        /// auto (pretty in a terminal, else JSON), pretty or json.
        format: LogFormat = LogFormat::Auto,
        /// Levels, as info or info,chinwag_gateway=debug; read again on SIGHUP.
        filter: String = "info".to_owned(),
    }
    /// Keys.
    secrets: Secrets {
        /// File with the master secret; empty: `secret` in the data directory, made at first start.
        master_file: PathBuf = PathBuf::new(),
    }
    =>
    /// Contracts of existing clients.
    dialects: Dialects {
        /// When /health says that memory is short.
        "health" health: Health {
            /// Most MiB that the process allocated.
            heap_mib: u64 = 150,
            /// Most MiB that it takes altogether.
            resident_mib: u64 = 3_000,
        }
        /// POST only, session cookie, polling.
        "messaging-service" messaging_service: MessagingService {
            /// Whether it is served.
            enabled: bool = true,
        }
        /// Bearer tokens, REST, Socket.IO, encrypted text.
        "messaging-app" messaging_app: MessagingApp {
            /// Whether it is served.
            enabled: bool = true,
            /// Life of a token and its session, in seconds.
            token_life: u64 = 604_800,
            /// What services of the same deployment show in X-Internal-Token; empty: none is let in.
            internal_token: String = String::new(),
            /// Most registrations of an address in 15 minutes.
            register_limit: u32 = 10,
            /// Most failed sign-ins to a name from an address in 15 minutes.
            login_limit: u32 = 3,
            /// Most requests of an account in a minute.
            general_limit: u32 = 100,
        }
        /// Accounts by email, rooms over Socket.IO.
        "room-chat" room_chat: RoomChat {
            /// Whether it is served.
            enabled: bool = true,
            /// Life of a session, in seconds; its token opens a socket for 15 minutes.
            session_life: u64 = 43_200,
            /// User name for /api-docs, which opens nothing else.
            docs_user: String = "linkdocs".to_owned(),
            /// Password for it.
            docs_password: String = "linkdocspass".to_owned(),
            /// Topic under which other systems hear of who signs up.
            user_topic: String = "user_created".to_owned(),
        }
        /// One public room over a WebSocket, credentials that renew themselves.
        "live-chat" live_chat: LiveChat {
            /// Whether it is served.
            enabled: bool = true,
            /// Whether everybody reads the email addresses of those who write; if not, they are masked.
            public_emails: bool = true,
            /// Seconds from one ping of a socket to the next; one that is silent for three of them is closed.
            heartbeat_seconds: u64 = 30,
        }
        /// Invites, profiles, direct and group chats, files.
        "pingtalk" pingtalk: Pingtalk {
            /// Whether it is served.
            enabled: bool = true,
            /// Whether anybody may ask which account an email address has, 10 times a minute from an address.
            open_lookup: bool = false,
            /// Whether lists of received invites show those that were answered too.
            received_lists_all: bool = false,
            /// Whether a letter tells of an invite, to verified addresses.
            invite_mail: bool = false,
            /// Whom somebody may bring into a group: anyone, or connected.
            group_members: GroupMembers = GroupMembers::Anyone,
        }
    }
}

/// Whom somebody may bring into a group of `pingtalk`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GroupMembers {
    /// Whoever has an account.
    Anyone,
    /// Those they are connected with.
    Connected,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Pretty in a terminal, JSON elsewhere.
    Auto,
    /// For people.
    Pretty,
    /// One JSON object a line.
    Json,
}

impl Settings {
    /// Refuses settings that cannot work: out of range, or not what they must look like.
    ///
    /// # Errors
    /// The first wrong setting, and how it must be.
    pub fn check(&self) -> anyhow::Result<()> {
        check::check(self)
    }

    /// The file that holds the master secret.
    pub fn master_file(&self) -> PathBuf {
        match self.secrets.master_file.as_os_str().is_empty() {
            true => self.data_dir.join("secret"),
            false => self.secrets.master_file.clone(),
        }
    }

    /// The SQLite database, where that is the engine.
    pub fn sqlite_file(&self) -> Option<PathBuf> {
        self.database.url.is_empty().then(|| self.data_dir.join("chinwag.db"))
    }

    /// The URL people reach the server by, without a slash at its end.
    pub fn public_url(&self, listening_on: SocketAddr) -> String {
        self.given_url().unwrap_or_else(|| format!("http://{listening_on}"))
    }

    /// The same, where the operator gave it.
    pub fn given_url(&self) -> Option<String> {
        let url = self.http.public_url.trim_end_matches('/');
        Some(url.to_owned()).filter(|url| !url.is_empty())
    }
}
