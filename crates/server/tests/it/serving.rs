//! A server as its own process, as an operator starts and ends it.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
};

/// A server in its own process, on a port of its own.
pub(crate) struct Serving {
    child: Child,
    stdout: BufReader<ChildStdout>,
    pub(crate) url: String,
}

/// The program, to be run in this directory.
pub(crate) fn command(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chinwag"));
    command
        .current_dir(dir)
        .env("CHINWAG_ACCOUNTS__BCRYPT_COST", "4")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

impl Serving {
    pub(crate) fn start(dir: &Path) -> Self {
        Self::run(&mut command(dir))
    }

    /// The same with everything logged into this file.
    pub(crate) fn logging(dir: &Path, log: &Path) -> Self {
        let log = File::create(log).unwrap();
        Self::run(command(dir).env("CHINWAG_LOG__FILTER", "debug").stderr(log))
    }

    fn run(command: &mut Command) -> Self {
        let mut child = command.args(["serve", "--bind", "127.0.0.1:0"]).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let url = line.trim().rsplit(' ').next().unwrap_or_default().to_owned();
        assert!(url.starts_with("http://127.0.0.1:"), "{line}: {}", rest(&mut child));
        Self { child, stdout, url }
    }

    /// Runs the program as a client of this server.
    pub(crate) fn ask(&self, arguments: &[&str]) -> std::process::Output {
        let place = Path::new(env!("CARGO_MANIFEST_DIR"));
        command(place)
            .args(arguments)
            .env("CHINWAG_SERVER", &self.url)
            .env("CHINWAG_PASSWORD", "a long password")
            .output()
            .unwrap()
    }

    /// The secret that makes the first account its owner, as it is printed after a first start.
    pub(crate) fn owner_link(&mut self) -> String {
        loop {
            let mut line = String::new();
            assert_ne!(self.stdout.read_line(&mut line).unwrap(), 0, "no link was printed");
            if let Some((_, secret)) = line.trim().split_once("#owner=") {
                return secret.to_owned();
            }
        }
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends it as a loss of power would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end, and gives what it said on stdout and how it ended.
    pub(crate) fn stop(mut self) -> (String, ExitStatus) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let mut said = String::new();
        self.stdout.read_to_string(&mut said).unwrap();
        (said, self.child.wait().unwrap())
    }
}

fn rest(child: &mut Child) -> String {
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    said
}
