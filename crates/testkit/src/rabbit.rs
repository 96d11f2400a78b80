//! A RabbitMQ broker for one test: a virtual host of its own on the server that `CHINWAG_TEST_RABBITMQ` names, gone
//! when it is dropped; or a whole server of its own, for what kills it.

use crate::{Authority, FaultProxy, soon};
use lapin::{
    BasicProperties, Channel, Connection, ConnectionProperties, ExchangeKind,
    message::Delivery,
    options::{
        BasicAckOptions, BasicGetOptions, BasicPublishOptions, ConfirmSelectOptions,
        ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions,
    },
    types::{AMQPValue, FieldTable},
};
use reqwest::Method;
use serde_json::Value;
use std::{net::SocketAddr, path::Path, process::Command, time::Duration};
use tokio::net::{TcpListener, TcpStream};

/// Where the server is, unless the environment names another; its HTTP interface is one port above.
const DEFAULT: &str = "amqp://guest:guest@127.0.0.1:24672";
/// Whom every fresh server knows.
const USER: &str = "guest";

/// A broker that nobody else uses.
pub struct Rabbit {
    /// Where it listens.
    pub address: SocketAddr,
    name: String,
    killable: bool,
}

impl Rabbit {
    /// A virtual host of its own.
    pub async fn start() -> Self {
        let named = std::env::var("CHINWAG_TEST_RABBITMQ").unwrap_or_else(|_| DEFAULT.to_owned());
        let address = named.rsplit('@').next().and_then(|address| address.parse().ok());
        let address = address.expect("CHINWAG_TEST_RABBITMQ ends with @address:port");
        Self::on(address, false).await
    }

    /// A server of its own, which takes some seconds.
    pub async fn killable() -> Self {
        // It takes three ports, below those that systems give out.
        let port = 25_000 + 3 * (rand::random::<u16>() % 2_000);
        script(port, "start");
        Self::on(SocketAddr::from(([127, 0, 0, 1], port)), true).await
    }

    async fn on(address: SocketAddr, killable: bool) -> Self {
        let name = format!("test_{:016x}", rand::random::<u64>());
        let rabbit = Self { address, name, killable };
        rabbit.manage(Method::PUT).await.expect(
            "RabbitMQ answers: start it with `export CHINWAG_TEST_RABBITMQ=$(scripts/rabbitmq start)`, or run `make test`",
        );
        rabbit
    }

    /// The URL it is reached by.
    pub fn url(&self) -> String {
        format!("amqp://{USER}:{USER}@{}/{}", self.address, self.name)
    }

    /// The same through a proxy that breaks connections.
    pub fn url_through(&self, proxy: &FaultProxy) -> String {
        format!("amqp://{USER}:{USER}@{}/{}", proxy.address, self.name)
    }

    /// The same over TLS, as a host of this name or address.
    pub async fn url_behind_tls(&self, authority: &Authority, host: &str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("a bound port");
        let (acceptor, broker) = (authority.acceptor(host), self.address);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    let mut client = acceptor.accept(client).await?;
                    let mut broker = TcpStream::connect(broker).await?;
                    tokio::io::copy_bidirectional(&mut client, &mut broker).await
                });
            }
        });
        format!("amqps://{USER}:{USER}@{address}/{}", self.name)
    }

    /// Kills a server of its own, as a power cut would.
    pub fn kill(&self) {
        script(self.address.port(), "kill9");
    }

    /// Starts it again.
    pub fn start_again(&self) {
        script(self.address.port(), "start");
    }

    /// Hears everything that an exchange is told from now on.
    pub async fn listen(&self, exchange: &str) -> RabbitQueue {
        let queue = self.own_queue(exchange, "#", FieldTable::default()).await;
        RabbitQueue { name: queue, ..self.queue("").await }
    }

    /// The queue of this name, whoever declared it.
    pub async fn queue(&self, name: &str) -> RabbitQueue {
        let (connection, channel) = self.channel().await;
        RabbitQueue { name: name.to_owned(), channel, _connection: connection }
    }

    /// How many wait in the queue of this name; none where it is not there.
    pub async fn depth(&self, name: &str) -> u32 {
        let (_connection, channel) = self.channel().await;
        let looking = QueueDeclareOptions { passive: true, ..QueueDeclareOptions::default() };
        let found = channel.queue_declare(name.into(), looking, FieldTable::default()).await;
        found.map_or(0, |queue| queue.message_count())
    }

    /// A queue that is full: the exchange is told with this key in vain, until somebody takes what is in it.
    pub async fn full_queue(&self, exchange: &str, key: &str) -> RabbitQueue {
        let mut arguments = FieldTable::default();
        arguments.insert("x-max-length".into(), AMQPValue::LongInt(1));
        arguments.insert("x-overflow".into(), AMQPValue::LongString("reject-publish".into()));
        let name = self.own_queue(exchange, key, arguments).await;
        let queue = RabbitQueue { name, ..self.queue("").await };
        let (options, properties) = (BasicPublishOptions::default(), BasicProperties::default());
        let name = queue.name.as_str().into();
        let sent = queue.channel.basic_publish("".into(), name, options, b"{}", properties);
        sent.await.expect("it is sent").await.expect("and confirmed");
        queue
    }

    /// A durable queue of this name, declared as its consumers would, with an argument of theirs.
    pub async fn declare_queue(&self, name: &str) {
        let mut arguments = FieldTable::default();
        arguments.insert("x-max-length".into(), AMQPValue::LongInt(1_000));
        let options = QueueDeclareOptions { durable: true, ..QueueDeclareOptions::default() };
        let (_connection, channel) = self.channel().await;
        channel.queue_declare(name.into(), options, arguments).await.expect("it is declared");
    }

    async fn own_queue(&self, exchange: &str, key: &str, arguments: FieldTable) -> String {
        let (_connection, channel) = self.channel().await;
        let durable = ExchangeDeclareOptions { durable: true, ..ExchangeDeclareOptions::default() };
        let none = FieldTable::default;
        let declared =
            channel.exchange_declare(exchange.into(), ExchangeKind::Topic, durable, none());
        declared.await.expect("the exchange is as it should be");
        let name = format!("ear_{:016x}", rand::random::<u64>());
        let durable = QueueDeclareOptions { durable: true, ..QueueDeclareOptions::default() };
        let declared = channel.queue_declare(name.as_str().into(), durable, arguments);
        declared.await.expect("a queue can be made");
        let (queue, options) = (name.as_str().into(), QueueBindOptions::default());
        let bound = channel.queue_bind(queue, exchange.into(), key.into(), options, none());
        bound.await.expect("and bound");
        name
    }

    async fn channel(&self) -> (Connection, Channel) {
        let properties = ConnectionProperties::default();
        let connection = Connection::connect(&self.url(), properties).await;
        let connection = connection.expect("RabbitMQ answers");
        let channel = connection.create_channel().await.expect("it opens channels");
        let confirming = channel.confirm_select(ConfirmSelectOptions::default());
        confirming.await.expect("it confirms");
        (connection, channel)
    }

    /// Makes the virtual host, or deletes it.
    async fn manage(&self, method: Method) -> reqwest::Result<()> {
        let (ip, port) = (self.address.ip(), self.address.port() + 1);
        let url = format!("http://{ip}:{port}/api/vhosts/{}", self.name);
        let request = reqwest::Client::new().request(method, url).basic_auth(USER, Some(USER));
        request.send().await?.error_for_status().map(drop)
    }
}

impl Drop for Rabbit {
    /// In a runtime of its own: the test's may be ending, or unwinding.
    fn drop(&mut self) {
        if self.killable {
            script(self.address.port(), "remove");
            return;
        }
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                // What stays behind spoils no test.
                drop(runtime.expect("a runtime can be made").block_on(self.manage(Method::DELETE)));
            });
        });
    }
}

fn script(port: u16, verb: &str) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/rabbitmq");
    let mut command = Command::new(script);
    command.arg(verb).env("CHINWAG_RABBITMQ_PORT", port.to_string());
    let status = command.env_remove("CHINWAG_RABBITMQ_DIR").output().expect("the script is there");
    assert!(status.status.success(), "scripts/rabbitmq {verb}: {status:?}");
}

/// A queue, read by one.
pub struct RabbitQueue {
    name: String,
    channel: Channel,
    _connection: Connection,
}

/// What came out of a queue.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// Its `message-id`.
    pub id: String,
    /// The routing key it was told with.
    pub key: String,
    /// The body.
    pub body: Value,
    /// Its content type, and whether it is kept on disk.
    pub kept: (String, bool),
}

impl RabbitQueue {
    /// The next, if there is one now.
    pub async fn now(&self) -> Option<Told> {
        let got = self.channel.basic_get(self.name.as_str().into(), BasicGetOptions::default());
        let delivery = got.await.expect("the queue is there")?.delivery;
        delivery.ack(BasicAckOptions::default()).await.expect("it is acknowledged");
        Some(told(&delivery))
    }

    /// Waits for the next.
    pub async fn next(&self) -> Told {
        soon("something in a queue", async {
            loop {
                if let Some(told) = self.now().await {
                    return told;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        })
        .await
    }

    /// Waits for so many.
    pub async fn take(&self, many: usize) -> Vec<Told> {
        let mut taken = Vec::new();
        while taken.len() < many {
            taken.push(self.next().await);
        }
        taken
    }
}

fn told(delivery: &Delivery) -> Told {
    let properties = &delivery.properties;
    let text = |text: &Option<lapin::types::ShortString>| {
        text.as_ref().map(ToString::to_string).unwrap_or_default()
    };
    Told {
        id: text(properties.message_id()),
        key: delivery.routing_key.to_string(),
        body: serde_json::from_slice(&delivery.data).unwrap_or_default(),
        kept: (text(properties.content_type()), *properties.delivery_mode() == Some(2)),
    }
}
