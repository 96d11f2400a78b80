//! A TCP proxy that breaks connections the way networks and peers do: cut at any byte, slow, stalled,
//! half open.

mod pump;

use pump::carry;
use rand::RngExt as _;
use std::{
    net::SocketAddr,
    ops::RangeInclusive,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    sync::watch,
};
use tokio_util::task::AbortOnDropHandle;

/// What is wrong with the network now.
#[derive(Clone, Debug, Default)]
struct Faults {
    /// Every new connection is cut after so many bytes from the server, drawn from here.
    cut: Option<RangeInclusive<u64>>,
    /// Everything takes this much longer, each way.
    delay: Duration,
    /// Nothing is read from the server: a client that does not read.
    stalled: bool,
    /// Everything vanishes, both ways, and nobody is told.
    silent: bool,
    /// How many bytes have vanished.
    swallowed: Arc<AtomicUsize>,
    /// Connections of an earlier generation than this are cut.
    generation: u64,
}

/// Stands between clients and a server. Dropping it cuts everything.
pub struct FaultProxy {
    /// Where it listens.
    pub address: SocketAddr,
    faults: watch::Sender<Faults>,
    accepted: Arc<AtomicUsize>,
    _accepting: AbortOnDropHandle<()>,
}

impl FaultProxy {
    /// A proxy in front of this address, with nothing wrong yet.
    pub async fn before(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("a bound port");
        let (faults, seen) = watch::channel(Faults::default());
        let accepted = Arc::new(AtomicUsize::new(0));
        let accepting = tokio::spawn(accept(listener, server, seen, accepted.clone()));
        Self { address, faults, accepted, _accepting: AbortOnDropHandle::new(accepting) }
    }

    /// The URL it is reached by.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Cuts each new connection after so many bytes from the server, drawn anew for each.
    pub fn cut_after(&self, bytes: RangeInclusive<u64>) {
        self.faults.send_modify(|faults| faults.cut = Some(bytes));
    }

    /// Cuts every connection there is.
    pub fn cut(&self) {
        self.faults.send_modify(|faults| faults.generation += 1);
    }

    /// Makes everything take this much longer, each way.
    pub fn delay(&self, by: Duration) {
        self.faults.send_modify(|faults| faults.delay = by);
    }

    /// Reads nothing from the server any more: to the server, a client that does not read.
    pub fn stall(&self) {
        self.faults.send_modify(|faults| faults.stalled = true);
    }

    /// Lets everything vanish, both ways, with both ends believing in the connection.
    pub fn go_silent(&self) {
        self.faults.send_modify(|faults| faults.silent = true);
    }

    /// Makes everything well for what comes; what was cut or swallowed stays so.
    pub fn heal(&self) {
        self.faults.send_modify(|faults| {
            let swallowed = faults.swallowed.clone();
            *faults = Faults { generation: faults.generation, swallowed, ..Faults::default() }
        });
    }

    /// How many bytes vanished while it was silent.
    pub fn swallowed(&self) -> usize {
        self.faults.borrow().swallowed.load(Relaxed)
    }

    /// How many connections were made through it.
    pub fn connections(&self) -> usize {
        self.accepted.load(Relaxed)
    }
}

async fn accept(
    listener: TcpListener,
    server: SocketAddr,
    faults: watch::Receiver<Faults>,
    accepted: Arc<AtomicUsize>,
) {
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        accepted.fetch_add(1, Relaxed);
        connections.spawn(connect(client, server, faults.clone()));
    }
}

async fn connect(client: TcpStream, server: SocketAddr, faults: watch::Receiver<Faults>) {
    let Ok(server) = narrow(server).await else { return };
    let (Ok(()), Ok(())) = (client.set_nodelay(true), server.set_nodelay(true)) else { return };
    let (generation, cut) = {
        let faults = faults.borrow();
        (faults.generation, faults.cut.clone())
    };
    let budget = cut.map_or(u64::MAX, |range| rand::rng().random_range(range));
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let mut watched = faults.clone();
    tokio::select! {
        () = carry(from_client, to_server, faults.clone(), None) => {}
        () = carry(from_server, to_client, faults.clone(), Some(budget)) => {}
        _ = watched.wait_for(|faults| faults.generation > generation) => {}
    }
}

/// Connects with a small receive buffer, so that a reader that stalls is felt soon.
async fn narrow(server: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(16 * 1024)?;
    socket.connect(server).await
}
