//! Namespaces: several dialogues over one session, each with a name.

use std::{fmt, sync::Arc};

/// A namespace's name. The main one, `/`, takes no memory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Namespace(Option<Arc<str>>);

impl Namespace {
    /// The longest name that is read, in bytes.
    pub const LONGEST: usize = 256;

    /// The main namespace, `/`.
    pub const fn main() -> Self {
        Self(None)
    }

    /// The namespace of this name, which begins with `/` and holds no comma; else nothing.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "/" => Some(Self::main()),
            _ if !name.starts_with('/') || name.contains(',') || name.len() > Self::LONGEST => None,
            _ => Some(Self(Some(name.into()))),
        }
    }

    /// Its name.
    pub fn as_str(&self) -> &str {
        self.0.as_deref().unwrap_or("/")
    }

    /// Whether it is the main one, whose name is not written in packets.
    pub fn is_main(&self) -> bool {
        self.0.is_none()
    }
}

impl fmt::Display for Namespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
