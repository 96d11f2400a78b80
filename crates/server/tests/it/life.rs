//! A server's life as an operator sees it: first start, a second one beside it, an orderly end.

use crate::serving::{Serving, command};
use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::Command,
};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn starts_in_an_empty_directory_and_ends_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let serving = Serving::start(dir.path());
    let data = dir.path().join("data");
    assert_eq!(
        (mode(&data), mode(&data.join("secret")), mode(&data.join("chinwag.db"))),
        (0o700, 0o600, 0o600)
    );
    assert!(serving.ask(&["healthcheck"]).status.success());

    let second = command(dir.path()).args(["serve", "--bind", "127.0.0.1:0"]).output().unwrap();
    let refusal = String::from_utf8_lossy(&second.stderr).into_owned();
    assert_eq!(second.status.code(), Some(1));
    assert!(refusal.contains("another chinwag is using"), "{refusal}");

    let (said, status) = serving.stop();
    assert!(said.contains("/#owner="), "{said}");
    assert_eq!(status.code(), Some(0));
    let log = data.join("chinwag.db-wal");
    assert!(
        !log.exists() || fs::metadata(log).unwrap().len() == 0,
        "the log is folded into the database"
    );

    fs::remove_file(data.join("secret")).unwrap();
    let third = command(dir.path()).args(["serve", "--bind", "127.0.0.1:0"]).output().unwrap();
    assert!(String::from_utf8_lossy(&third.stderr).contains("Put it back from your backup"));
}

#[test]
fn people_talk_through_the_command_line() {
    let dir = tempfile::tempdir().unwrap();
    let serving = Serving::start(dir.path());
    for name in ["ada", "bob"] {
        let made = serving.ask(&["user", "add", name]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    }
    let taken = serving.ask(&["user", "add", "ADA"]);
    assert_eq!(taken.status.code(), Some(4), "{}", String::from_utf8_lossy(&taken.stderr));

    let sent = serving.ask(&["send", "--user", "ada", "--json", "bob", "hello bob"]);
    assert!(sent.status.success(), "{}", String::from_utf8_lossy(&sent.stderr));
    assert!(String::from_utf8_lossy(&sent.stdout).contains("\"seq\":1"));

    let mut tail = command(dir.path());
    tail.args(["tail", "--user", "bob", "ada"])
        .env("CHINWAG_SERVER", &serving.url)
        .env("CHINWAG_PASSWORD", "a long password");
    let mut tail = tail.spawn().unwrap();
    let mut lines = BufReader::new(tail.stdout.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().ends_with("ada  hello bob"), "what was said before");
    assert!(serving.ask(&["send", "--user", "ada", "bob", "and again"]).status.success());
    assert!(lines.next().unwrap().unwrap().ends_with("ada  and again"), "what is said now");
    tail.kill().unwrap();
    tail.wait().unwrap();

    assert_eq!(serving.ask(&["send", "--user", "ada", "nobody", "hello"]).status.code(), Some(4));
    let (_, status) = serving.stop();
    assert_eq!(status.code(), Some(0));
}

/// The shell block of the README that follows this heading.
fn readme(heading: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let text = fs::read_to_string(path).unwrap();
    let (_, section) = text.split_once(heading).unwrap();
    let (_, block) = section.split_once("```sh\n").unwrap();
    block.split("```").next().unwrap().to_owned()
}

/// Runs a block of the README against a server that was started beside it; gives what it printed.
fn follow(block: &str, dir: &Path, serving: &Serving) -> String {
    let script = block.replace("http://127.0.0.1:8008", &serving.url);
    let mut shell = Command::new("bash");
    shell.args(["-euo", "pipefail", "-c", &script]).current_dir(dir);
    let output = shell.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

#[test]
fn the_first_message_is_sent_as_the_readme_says() {
    let block = readme("## The first message\n");
    assert_eq!(block.matches("curl ").count(), 3, "three calls");
    let dir = tempfile::tempdir().unwrap();
    let serving = Serving::start(dir.path());
    let said = follow(&block, dir.path(), &serving);
    assert!(said.contains("\"content\":{\"text\":\"Hello Bob!\"}"), "{said}");
    assert!(serving.ask(&["healthcheck"]).status.success());
    assert_eq!(serving.stop().1.code(), Some(0));
}

#[test]
fn the_tour_goes_as_the_readme_says() {
    let block = readme("## A tour\n");
    assert!(block.lines().filter(|line| line.contains("curl ")).count() <= 12, "twelve calls");
    let dir = tempfile::tempdir().unwrap();
    let serving = Serving::start(dir.path());
    let said = follow(&block, dir.path(), &serving);
    let order = [
        "\"state\":\"pending\"",
        "\"state\":\"accepted\"",
        "Cleo has the picture",
        "file_not_found",
    ];
    let places: Vec<_> = order.iter().map(|what| said.find(what)).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}\n{said}");
    assert_eq!(serving.stop().1.code(), Some(0));
}

#[test]
fn what_is_filled_in_for_measurements_reads_like_what_was_sent() {
    let dir = tempfile::tempdir().unwrap();
    let serving = Serving::start(dir.path());
    for name in ["ada", "bob"] {
        assert!(serving.ask(&["user", "add", name]).status.success());
    }
    assert!(serving.ask(&["send", "--user", "ada", "bob", "hello bob"]).status.success());
    assert_eq!(serving.stop().1.code(), Some(0));

    let mut fill = command(dir.path());
    let fill =
        fill.args(["bench-fill", "--conversations", "1", "--messages", "3"]).output().unwrap();
    assert!(fill.status.success(), "{}", String::from_utf8_lossy(&fill.stderr));

    let serving = Serving::start(dir.path());
    let sent = serving.ask(&["send", "--user", "ada", "--json", "bob", "and again"]);
    assert!(String::from_utf8_lossy(&sent.stdout).contains("\"seq\":5"));
    let mut tail = command(dir.path());
    tail.args(["tail", "--user", "bob", "ada"])
        .env("CHINWAG_SERVER", &serving.url)
        .env("CHINWAG_PASSWORD", "a long password");
    let mut tail = tail.spawn().unwrap();
    let lines = BufReader::new(tail.stdout.take().unwrap()).lines();
    let said: Vec<_> = lines.take(5).map(Result::unwrap).collect();
    assert!(said[1].contains("Message 2,") && said[3].contains("Message 4,"), "{said:?}");
    tail.kill().unwrap();
    tail.wait().unwrap();
    assert_eq!(serving.stop().1.code(), Some(0));
}
