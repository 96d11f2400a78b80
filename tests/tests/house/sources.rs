//! Reads the workspace: its Rust files as text, and what Cargo knows of its packages.

use std::path::{Path, PathBuf};
use std::process::Command;

/// One Rust file, or a planted one.
pub struct Source {
    /// From the root of the workspace, with `/`.
    pub path: String,
    pub text: String,
}

impl Source {
    pub fn planted(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// Whether the file lies in `crates/<name>/src` of one of `names`.
    pub fn is_in_crate(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.path.starts_with(&format!("crates/{name}/src/")))
    }

    /// The lines that are not comments, with their numbers from one.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let numbered = self.text.lines().enumerate().map(|(index, line)| (index + 1, line));
        numbered.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

/// Every Rust file of ours.
pub fn all() -> Vec<Source> {
    let mut found = Vec::new();
    for folder in ["crates", "bench", "tests"] {
        collect(&root().join(folder), &mut found);
    }
    assert!(found.len() > 10, "the sources were not found: {} files", found.len());
    found
}

/// What `cargo metadata` says of the packages of the workspace.
pub fn metadata() -> serde_json::Value {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("cargo writes JSON")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the root").to_owned()
}

fn collect(folder: &Path, found: &mut Vec<Source>) {
    for entry in std::fs::read_dir(folder).expect("a folder of the workspace") {
        let path = entry.expect("a readable entry").path();
        let name = path.file_name().unwrap_or_default();
        if path.is_dir() && name != "target" && name != "node_modules" {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let inside = path.strip_prefix(root()).expect("found below the root");
            let text = std::fs::read_to_string(&path).expect("sources are UTF-8");
            found.push(Source { path: inside.to_string_lossy().into_owned(), text });
        }
    }
}
