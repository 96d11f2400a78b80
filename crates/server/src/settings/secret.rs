//! The master secret: made once, kept in a file that only its owner may read, refused where it could
//! be guessed. Every key is derived from it, so losing it ends all sessions and all passwords.

use anyhow::{Context, Result, bail};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

/// Fewest bytes of a secret.
const SHORTEST: usize = 32;
/// What nobody's secret holds by chance, and placeholders do.
const PLACEHOLDERS: &[&str] = &[
    "changeme",
    "change-me",
    "change_me",
    "password",
    "secret",
    "example",
    "default",
    "placeholder",
];

/// Makes a secret of 256 random bits in a file that only its owner may read, durably.
///
/// # Errors
/// The file is there already, or cannot be written.
pub fn generate(path: &Path) -> Result<()> {
    let mut bits = [0u8; 32];
    #[expect(
        clippy::disallowed_methods,
        reason = "made once, before there is anything to pass a source of randomness in"
    )]
    getrandom::fill(&mut bits).context("no randomness from the system")?;
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("cannot make {}", path.display()))?;
    writeln!(file, "{}", BASE64_URL_SAFE_NO_PAD.encode(bits))?;
    file.sync_all()?;
    File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()?;
    Ok(())
}

/// Reads the secret.
///
/// # Errors
/// It is missing, short, guessable, or readable by everyone; each with what to do about it.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    let name = path.display();
    let mode = fs::metadata(path)
        .with_context(|| format!("cannot read the master secret {name}"))?
        .permissions()
        .mode();
    if mode & 0o007 != 0 {
        bail!("everyone on this machine may read the master secret {name}: `chmod 600 {name}`");
    }
    let text = fs::read_to_string(path)
        .with_context(|| format!("cannot read the master secret {name}"))?;
    let secret = text.trim();
    if secret.len() < SHORTEST {
        bail!(
            "the master secret {name} has {} bytes, at least {SHORTEST} are needed: `openssl rand -base64 32 > {name}`",
            secret.len()
        );
    }
    if is_guessable(secret) {
        bail!("the master secret {name} is a placeholder: `openssl rand -base64 32 > {name}`");
    }
    Ok(secret.as_bytes().to_vec())
}

fn is_guessable(secret: &str) -> bool {
    let small = secret.to_lowercase();
    let mut letters: Vec<char> = secret.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    letters.len() < 8 || PLACEHOLDERS.iter().any(|word| small.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_one_that_it_accepts() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("secret");
        generate(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(read(&path).unwrap().len(), 43);
        assert!(generate(&path).is_err(), "never written over");
    }

    #[test]
    fn refuses_what_could_be_guessed_or_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("secret");
        let refusal = |text: &str, mode: u32| {
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            read(&path).map_err(|error| error.to_string()).err().unwrap_or_default()
        };
        let good = "q8Zr2mVt5xKcY1nLw7JpB4sDf6GhT9uEaR3iQoWzXvM";
        assert_eq!(refusal(good, 0o600), "");
        assert!(refusal(good, 0o644).contains("chmod 600"));
        assert!(refusal("short", 0o600).contains("at least 32"));
        assert!(refusal(&"x".repeat(64), 0o600).contains("placeholder"));
        assert!(refusal("please-changeme-please-changeme-please", 0o600).contains("placeholder"));
    }
}
