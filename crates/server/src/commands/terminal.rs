//! Asking a person at a terminal, without showing what they type.

use super::Failure;
use anyhow::{Context, Result};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use std::io::{self, BufRead, IsTerminal, Write};

/// Asks for a password. It is not shown.
///
/// # Errors
/// There is nobody to ask.
pub fn ask_password(question: &str) -> Result<String, Failure> {
    let stdin = io::stdin();
    if !stdin.is_terminal() {
        return Err(Failure::Usage(
            "no password: give it in CHINWAG_PASSWORD, or with --password".to_owned(),
        ));
    }
    write!(io::stderr(), "{question}: ")?;
    let line = {
        let _hidden = Hidden::begin()?;
        let mut line = String::new();
        stdin.lock().read_line(&mut line)?;
        line
    };
    writeln!(io::stderr())?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// While it lives, the terminal does not show what is typed.
struct Hidden {
    before: Termios,
}

impl Hidden {
    fn begin() -> Result<Self> {
        let before = tcgetattr(io::stdin()).context("not a terminal")?;
        let mut hidden = before.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        tcsetattr(io::stdin(), OptionalActions::Flush, &hidden)?;
        Ok(Self { before })
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        // Where the terminal is gone there is nothing to put back.
        let _ = tcsetattr(io::stdin(), OptionalActions::Flush, &self.before);
    }
}
