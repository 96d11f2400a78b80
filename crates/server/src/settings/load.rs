//! Where settings come from: defaults, then a file, then the environment, then flags. What comes
//! later wins. Nothing unknown is passed over in silence.

use super::{Settings, table};
use anyhow::{Context, Result, bail};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The file that is read from the working directory where none is named.
const FILE: &str = "chinwag.toml";

/// What the command line says about settings.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Flags {
    /// Configuration file; without it `chinwag.toml` of the working directory, where there is one
    #[arg(long, value_name = "FILE", env = "CHINWAG_CONFIG")]
    pub config: Option<PathBuf>,
    /// Address to listen on, as 127.0.0.1:8008
    #[arg(long, value_name = "ADDRESS")]
    pub bind: Option<String>,
    /// Directory for database and secret
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<String>,
    /// postgres://user:password@host/name instead of SQLite
    #[arg(long, value_name = "URL")]
    pub database_url: Option<String>,
}

/// Reads the settings; `environment` is every variable of the process.
///
/// # Errors
/// Anything unknown or wrong, with where it was set and what to do.
pub fn load(
    flags: &Flags,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<Settings> {
    let mut overlay = table::Overlay::new();
    if let Some(path) = file(flags)? {
        put_file(&mut overlay, &path)?;
    }
    environment
        .into_iter()
        .try_for_each(|(name, value)| put_variable(&mut overlay, &name, &value))?;
    let flags = [
        ("http.bind", "--bind", &flags.bind),
        ("data_dir", "--data-dir", &flags.data_dir),
        ("database.url", "--database-url", &flags.database_url),
    ];
    for (key, origin, value) in flags {
        value.iter().try_for_each(|value| overlay.put_text(key, value, origin))?;
    }
    let settings = overlay.finish()?;
    settings.check()?;
    Ok(settings)
}

fn file(flags: &Flags) -> Result<Option<PathBuf>> {
    match &flags.config {
        Some(path) if !path.exists() => bail!("there is no configuration file {}", path.display()),
        Some(path) => Ok(Some(path.clone())),
        None => Ok(Some(PathBuf::from(FILE)).filter(|path| path.exists())),
    }
}

fn put_file(overlay: &mut table::Overlay, path: &Path) -> Result<()> {
    let origin = path.display().to_string();
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {origin}"))?;
    let values = text.parse::<toml::Table>().with_context(|| format!("{origin} is not TOML"))?;
    overlay.put_table(values, &origin)
}

/// `CHINWAG_HTTP__BIND` sets `http.bind`; with `_FILE` at its end, to what the named file holds.
/// Other variables of the same prefix belong to other commands.
fn put_variable(overlay: &mut table::Overlay, name: &str, value: &str) -> Result<()> {
    let is_ours = |rest: &str| rest == "DATA_DIR" || rest.contains("__");
    if !name.strip_prefix("CHINWAG_").is_some_and(is_ours) {
        return Ok(());
    }
    let from_file = name.strip_suffix("_FILE").map(table::key_of);
    match from_file.filter(|key| overlay.is_text(key)) {
        Some(key) => {
            let text = fs::read_to_string(value)
                .with_context(|| format!("{name}: cannot read {value}"))?;
            overlay.put_text(&key, text.trim(), name)
        }
        None => overlay.put_text(&table::key_of(name), value, name),
    }
}
