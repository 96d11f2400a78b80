//! A listener of its own, as a table of the file or as one text of the environment.

use chinwag_dialects::Serves;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use std::net::SocketAddr;

/// An address, and what is served there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listener {
    /// Where it listens.
    pub bind: SocketAddr,
    /// The dialects it serves, by name.
    pub serve: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Table(Table),
    Text(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    bind: SocketAddr,
    serve: Vec<String>,
}

impl<'de> Deserialize<'de> for Listener {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        const SHAPE: &str = "must be written { bind = \"0.0.0.0:3000\", serve = [\"pingtalk\"] } or \"0.0.0.0:3000=pingtalk\"";
        let written = Written::deserialize(deserializer).map_err(|_| D::Error::custom(SHAPE))?;
        let listener = match written {
            Written::Table(Table { bind, serve }) => Self { bind, serve },
            Written::Text(text) => Self::read(&text).ok_or_else(|| D::Error::custom(SHAPE))?,
        };
        Serves::of(&listener.serve).map_err(D::Error::custom)?;
        Ok(listener)
    }
}

impl Listener {
    fn read(text: &str) -> Option<Self> {
        let (bind, serve) = text.split_once('=')?;
        let serve = serve.split('+').map(|name| name.trim().to_owned());
        Some(Self { bind: bind.trim().parse().ok()?, serve: serve.collect() })
    }

    /// What it serves.
    pub fn serves(&self) -> Serves {
        Serves::of(&self.serve).expect("checked when it was read")
    }
}
