//! A connection to a broker, with what is declared there and a channel on which everything is confirmed.

use crate::{BrokerOptions, Exchange, Parcel};
use lapin::{
    BasicProperties, Channel, Confirmation, Connection, ConnectionProperties, ErrorKind,
    ExchangeKind, Result,
    options::{
        BasicPublishOptions, ConfirmSelectOptions, ExchangeDeclareOptions, QueueBindOptions,
        QueueDeclareOptions,
    },
    protocol::{AMQPErrorKind, AMQPSoftError},
    tcp::OwnedTLSConfig,
    types::FieldTable,
    uri::AMQPUri,
};
use std::{
    fs,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
};

/// What AMQP calls persistent.
const ON_DISK: u8 = 2;
/// The code of an end in order.
const IN_ORDER: u16 = 200;

/// Where a broker is, and what is to be declared there.
pub(crate) struct Place {
    uri: AMQPUri,
    /// Certificates in PEM.
    authorities: Option<String>,
    exchanges: Vec<Exchange>,
}

impl Place {
    /// # Errors
    /// What is wrong with the options, without any password.
    pub(crate) fn new(
        options: &BrokerOptions,
        exchanges: Vec<Exchange>,
    ) -> std::result::Result<Self, String> {
        let uri = options.url.parse().map_err(|wrong| format!("url: {wrong}"))?;
        let read = |path| fs::read_to_string(path).map_err(|error| format!("ca_file: {error}"));
        Ok(Self { uri, authorities: options.ca_file.as_ref().map(read).transpose()?, exchanges })
    }

    /// Connects, and declares what is to be there.
    pub(crate) async fn reach(&self) -> Result<Link> {
        let properties = ConnectionProperties::default().with_connection_name("chinwag".into());
        let tls = OwnedTLSConfig { identity: None, cert_chain: self.authorities.clone() };
        let runtime = lapin::runtime::default_runtime()?;
        let uri = self.uri.clone();
        let connection = Connection::connect_uri_with_config(uri, properties, tls, runtime).await?;
        let channel = connection.create_channel().await?;
        channel.confirm_select(ConfirmSelectOptions::default()).await?;
        let link = Link { connection, channel, given_up: AtomicBool::new(false) };
        for exchange in &self.exchanges {
            link.declare(exchange).await?;
        }
        tracing::info!(host = self.uri.authority.host, "reached the broker");
        Ok(link)
    }
}

/// A connection.
pub(crate) struct Link {
    connection: Connection,
    channel: Channel,
    given_up: AtomicBool,
}

impl Link {
    /// Whether nothing is known to be wrong with it.
    pub(crate) fn is_open(&self) -> bool {
        !self.given_up.load(Relaxed)
            && self.connection.status().connected()
            && self.channel.status().connected()
    }

    /// Nobody shall use it any more.
    pub(crate) fn give_up(&self) {
        self.given_up.store(true, Relaxed);
    }

    /// Publishes, and waits for what the broker says to it.
    pub(crate) async fn publish(&self, parcel: &Parcel) -> Result<Confirmation> {
        let properties = BasicProperties::default()
            .with_content_type("application/json".into())
            .with_delivery_mode(ON_DISK)
            .with_message_id(parcel.id.to_string().into());
        let (exchange, key) = (parcel.exchange.as_str().into(), parcel.key.into());
        let options = BasicPublishOptions::default();
        let body = parcel.json.as_bytes();
        self.channel.basic_publish(exchange, key, options, body, properties).await?.await
    }

    /// Waits for any answer.
    pub(crate) async fn ask(&self) -> Result<()> {
        let channel = self.connection.create_channel().await?;
        channel.close(IN_ORDER, "asked".into()).await
    }

    pub(crate) async fn close(&self) {
        // Whoever has gone already needs no farewell.
        let _ = self.connection.close(IN_ORDER, "done".into()).await;
    }

    async fn declare(&self, exchange: &Exchange) -> Result<()> {
        let options = ExchangeDeclareOptions { durable: true, ..ExchangeDeclareOptions::default() };
        let (name, none) = (exchange.name.as_str(), FieldTable::default);
        self.channel.exchange_declare(name.into(), ExchangeKind::Topic, options, none()).await?;
        for (queue, key) in exchange.queues {
            self.declare_queue(queue).await?;
            let options = QueueBindOptions::default();
            let (queue, key) = ((*queue).into(), (*key).into());
            self.channel.queue_bind(queue, name.into(), key, options, none()).await?;
        }
        Ok(())
    }

    /// Declares a queue on a channel of its own, because a refusal ends the channel. One that is there with other
    /// arguments is its consumers' own, and taken as it is.
    async fn declare_queue(&self, queue: &str) -> Result<()> {
        let channel = self.connection.create_channel().await?;
        let options = QueueDeclareOptions { durable: true, ..QueueDeclareOptions::default() };
        match channel.queue_declare(queue.into(), options, FieldTable::default()).await {
            Ok(_) => channel.close(IN_ORDER, "declared".into()).await,
            Err(error) if is_other(&error) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

fn is_other(error: &lapin::Error) -> bool {
    let ErrorKind::ProtocolError(error) = error.kind() else { return false };
    *error.kind() == AMQPErrorKind::Soft(AMQPSoftError::PRECONDITIONFAILED)
}
