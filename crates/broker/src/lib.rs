//! Parcels for other systems, handed to a RabbitMQ broker (AMQP 0-9-1). A parcel counts as handed over once
//! the broker has confirmed that it keeps it. Knows nothing of what is in them.

mod broker;
mod link;
mod parcel;

pub use broker::{Broker, BrokerOptions, Error};
pub use parcel::{Exchange, Parcel};
