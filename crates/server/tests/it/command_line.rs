//! The command line: help that teaches, and exit codes that can be relied on.

use std::process::{Command, Output};

fn chinwag(arguments: &[&str]) -> Output {
    let empty = tempfile::tempdir().unwrap();
    Command::new(env!("CARGO_BIN_EXE_chinwag"))
        .args(arguments)
        .current_dir(empty.path())
        .output()
        .unwrap()
}

fn said(arguments: &[&str]) -> String {
    let output = chinwag(arguments);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn help_names_every_command_and_shows_examples() {
    let help = said(&["--help"]);
    for command in [
        "serve",
        "send",
        "tail",
        "user",
        "admin",
        "config",
        "healthcheck",
        "migrate",
        "completions",
        "api",
    ] {
        assert!(
            help.lines().any(|line| line.trim_start().starts_with(command)),
            "{command} is not in:\n{help}"
        );
        assert!(said(&[command, "--help"]).contains("Usage: chinwag "), "{command}");
    }
    assert!(help.contains("Examples:") && help.contains("Exit codes:"));
    assert!(
        !help.contains("bench-fill") && !help.contains("conformance"),
        "tools for measuring are hidden"
    );
    for command in ["serve", "send", "tail", "migrate", "healthcheck", "completions"] {
        assert!(said(&[command, "--help"]).contains("Examples:"), "{command}");
    }
}

#[test]
fn exit_codes_tell_what_kind_of_wrong() {
    assert_eq!(chinwag(&["nonsense"]).status.code(), Some(2));
    assert_eq!(chinwag(&["serve", "--bind", "nowhere"]).status.code(), Some(1));
    let nobody = ["--server", "http://127.0.0.1:1"];
    assert_eq!(chinwag(&[&["healthcheck"], &nobody[..]].concat()).status.code(), Some(3));
    let send = ["send", "--user", "ada", "--password", "a long password", "bob", "hello"];
    assert_eq!(chinwag(&[&send[..], &nobody[..]].concat()).status.code(), Some(3));
}

#[test]
fn what_it_prints_of_itself_can_be_used() {
    assert!(said(&["--version"]).starts_with("chinwag "));
    assert!(said(&["completions", "bash"]).contains("chinwag"));
    assert!(said(&["config", "docs"]).contains("CHINWAG_HTTP__BIND"));
    assert!(said(&["config", "print"]).parse::<toml::Table>().is_ok());
    assert!(said(&["config", "check"]).contains("in order"));
    assert!(said(&["api", "openapi"]).contains("\"openapi\": \"3.1"));
    assert!(said(&["api", "asyncapi"]).contains("\"asyncapi\": \"3.0"));
}
