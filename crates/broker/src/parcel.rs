//! What is handed over, and where to.

use uuid::Uuid;

/// A durable topic exchange, declared when the broker is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// Its name.
    pub name: String,
    /// The durable queues that are bound to it, each with the routing key of what it gets.
    pub queues: &'static [(&'static str, &'static str)],
}

/// Something to be handed over. The broker keeps it on disk where a queue takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// Its `message-id`: the same each time it is handed over.
    pub id: Uuid,
    /// The name of the exchange.
    pub exchange: String,
    /// The routing key.
    pub key: &'static str,
    /// The body, as `application/json`.
    pub json: String,
}
