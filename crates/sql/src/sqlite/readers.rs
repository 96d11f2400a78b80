//! Reading connections, lent to the calling thread for one snapshot each.

use super::{SqliteOptions, closed, command, open};
use crate::Error;
use parking_lot::{Condvar, Mutex};
use rusqlite::Connection;
use std::time::Duration;

/// How long a caller waits for a connection. Holders never wait, so this is long.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) struct Readers {
    idle: Mutex<Idle>,
    returned: Condvar,
}

struct Idle {
    connections: Vec<Connection>,
    closed: bool,
}

impl Readers {
    pub(super) fn open(options: &SqliteOptions) -> Result<Self, Error> {
        let connections =
            (0..options.readers.max(1)).map(|_| open::reader(options)).collect::<Result<_, _>>()?;
        Ok(Self { idle: Mutex::new(Idle { connections, closed: false }), returned: Condvar::new() })
    }

    pub(super) fn take(&self) -> Result<Reader<'_>, Error> {
        let mut idle = self.idle.lock();
        let wanted = |idle: &mut Idle| idle.connections.is_empty() && !idle.closed;
        self.returned.wait_while_for(&mut idle, wanted, PATIENCE);
        match idle.connections.pop() {
            Some(connection) => Ok(Reader { home: self, connection: Some(connection) }),
            None if idle.closed => Err(closed()),
            None => Err(Error::Busy),
        }
    }

    /// Closes the idle connections now, and the lent ones when they come back.
    pub(super) fn close(&self) {
        let mut idle = self.idle.lock();
        idle.closed = true;
        idle.connections.clear();
        self.returned.notify_all();
    }

    fn put(&self, connection: Connection) {
        let mut idle = self.idle.lock();
        if !idle.closed {
            idle.connections.push(connection);
            self.returned.notify_one();
        }
    }
}

/// A lent connection; going out of scope ends its snapshot and gives it back, panic or not.
pub(super) struct Reader<'r> {
    home: &'r Readers,
    connection: Option<Connection>,
}

impl Reader<'_> {
    /// Opens the snapshot.
    pub(super) fn begin(&mut self) -> Result<&mut Connection, Error> {
        let connection =
            self.connection.as_mut().expect("a reader holds its connection until it is dropped");
        command(connection, "BEGIN").map_err(|fault| fault.error)?;
        Ok(connection)
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        if !connection.is_autocommit()
            && let Err(fault) = command(&connection, "COMMIT")
        {
            tracing::error!(error = %fault.error, "a snapshot could not be ended");
        }
        self.home.put(connection);
    }
}
