//! Every connection is an open file: the process may have as many as the system lets it.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Raises the soft limit of open files to the hard one, and gives what it is then. Best effort: with
/// the old limit the server serves fewer connections.
pub fn raise() -> Option<u64> {
    let limit = getrlimit(Resource::Nofile);
    if setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum })
        .is_err()
    {
        return limit.current;
    }
    limit.maximum
}
