//! The five dialects by name.

/// A contract of existing clients. In the order that decides where nothing else does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// `POST` only, a session cookie, polling.
    MessagingService,
    /// Bearer tokens, REST, Socket.IO, encrypted text.
    MessagingApp,
    /// Accounts by email, rooms over Socket.IO.
    RoomChat,
    /// One public room over a raw WebSocket.
    LiveChat,
    /// Invitations, profiles, chats, files.
    Pingtalk,
}

impl Dialect {
    /// Each of them, in order.
    pub const ALL: [Self; 5] = [
        Self::MessagingService,
        Self::MessagingApp,
        Self::RoomChat,
        Self::LiveChat,
        Self::Pingtalk,
    ];

    /// Its name in addresses, settings and tokens.
    pub fn name(self) -> &'static str {
        match self {
            Self::MessagingService => "messaging-service",
            Self::MessagingApp => "messaging-app",
            Self::RoomChat => "room-chat",
            Self::LiveChat => "live-chat",
            Self::Pingtalk => "pingtalk",
        }
    }

    /// The dialect of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dialect| dialect.name() == name)
    }
}
