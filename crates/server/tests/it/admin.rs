//! `chinwag admin`, as an operator types it.

use crate::serving::Serving;
use serde_json::Value;

/// What the owner is answered.
fn owner(serving: &Serving, arguments: &[&str]) -> String {
    let output = serving.ask(&[&["admin"], arguments, &["--user", "root"]].concat());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn an_operator_looks_after_a_server() {
    let dir = tempfile::tempdir().unwrap();
    let mut serving = Serving::start(dir.path());
    let link = serving.owner_link();
    for add in [&["root", "--owner-link", &link][..], &["ada"], &["bob"]] {
        assert!(serving.ask(&[&["user", "add"], add].concat()).status.success());
    }
    assert!(serving.ask(&["send", "--user", "ada", "bob", "something foul"]).status.success());

    let listed = owner(&serving, &["accounts", "list"]);
    let names: Vec<_> = listed.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(names, ["USERNAME", "bob", "ada", "root"]);
    let found: Value =
        serde_json::from_str(&owner(&serving, &["accounts", "list", "--find", "ad", "--json"]))
            .unwrap();
    assert_eq!(found["username"], "ada");

    owner(&serving, &["accounts", "suspend", "ada", "--reason", "foul words"]);
    let refused = serving.ask(&["send", "--user", "ada", "bob", "more"]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(refused.status.code() == Some(4) && said.contains("account_suspended"), "{said}");
    owner(&serving, &["accounts", "unsuspend", "ada"]);
    assert!(serving.ask(&["send", "--user", "ada", "bob", "sorry"]).status.success());
    assert!(owner(&serving, &["accounts", "role", "bob", "moderator"]).contains("moderator"));
    let wrong = serving.ask(&["admin", "accounts", "role", "bob", "king", "--user", "root"]);
    assert_eq!(wrong.status.code(), Some(2));
    let member = serving.ask(&["admin", "accounts", "list", "--user", "ada"]);
    assert_eq!(member.status.code(), Some(4), "members are refused");

    let export = serving.ask(&["user", "export", "--user", "ada"]);
    assert!(export.status.success());
    let lines = String::from_utf8(export.stdout).unwrap();
    assert!(lines.contains("something foul") && lines.lines().last().unwrap().contains("\"end\""));

    assert_eq!(
        serving.ask(&["admin", "accounts", "delete", "ada", "--user", "root"]).status.code(),
        Some(2)
    );
    assert!(owner(&serving, &["accounts", "delete", "ada", "--yes"]).starts_with("ada is gone"));
    let entries = owner(&serving, &["audit", "list", "--act", "delete_account", "--json"]);
    let entry: Value = serde_json::from_str(entries.trim()).unwrap();
    assert_eq!((&entry["act"], &entry["result"]), (&"delete_account".into(), &"done".into()));
    assert!(owner(&serving, &["audit", "check"]).contains("are as they were written"));
    assert!(owner(&serving, &["reports", "list"]).starts_with("MADE"));
    let jobs = serving.ask(&["jobs", "list", "--state", "dead", "--user", "root"]);
    assert!(jobs.status.success() && jobs.stdout.starts_with(b"MADE"));
    let absent = "019900a7-0000-7000-8000-000000000001";
    for verb in ["show", "retry", "discard"] {
        let refused = serving.ask(&["jobs", verb, absent, "--user", "root"]);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(refused.status.code() == Some(4) && said.contains("job_not_found"), "{said}");
    }
    assert_eq!(serving.stop().1.code(), Some(0));
}
