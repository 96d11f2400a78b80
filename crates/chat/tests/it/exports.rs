//! An export is whole: everything that is known of a person is in it, however much that is.

use crate::{
    deletion::{CANARY, direct, group, marked, say},
    rig::{Rig, here},
};
use chinwag_chat::Actor;
use chinwag_wire::{AuditAct, Code};
use futures_util::future::join_all;
use serde_json::Value;
use std::collections::BTreeSet;

crate::on_both_engines! {
    an_export_holds_everything
    an_export_of_much_is_read_in_pieces
}

/// The lines of an export.
async fn exported(rig: &Rig, who: &Actor) -> Vec<Value> {
    let mut export = rig.chat.export(who, &here()).await.unwrap();
    let mut text = Vec::new();
    while let Some(lines) = export.next().await.unwrap() {
        assert!(lines.ends_with(b"\n"));
        text.extend(lines);
    }
    let text = String::from_utf8(text).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

async fn an_export_holds_everything(rig: Rig) {
    let friend = rig.person("friend").await;
    let person = marked(&rig, &friend).await;
    let id = direct(&rig, &person, &friend).await;
    say(&rig, &person, id, "mine").await;
    say(&rig, &friend, id, "not mine").await;
    let crew = group(&rig, &friend, &[person]).await;
    say(&rig, &person, crew, "before I left").await;
    rig.chat.remove_member(&person, crew, person.account).await.unwrap();
    let lines = exported(&rig, &person).await;
    let kinds: Vec<_> = lines.iter().map(|line| line["type"].as_str().unwrap()).collect();
    let count = |kind: &str| kinds.iter().filter(|found| **found == kind).count();
    for (kind, expected) in [
        ("export", 1),
        ("account", 1),
        ("session", 2),
        ("sign_in", 3),
        ("audit_entry", 5),
        ("profile", 1),
        ("settings", 1),
        ("block", 1),
        ("membership", 2),
        ("report", 1),
        ("message", 2),
        ("end", 1),
    ] {
        assert_eq!(count(kind), expected, "{kind}");
    }
    let end = lines.last().unwrap();
    assert_eq!(
        (end["type"].as_str(), end["lines"].as_u64()),
        (Some("end"), Some(lines.len() as u64))
    );
    let account = lines.iter().find(|line| line["type"] == "account").unwrap();
    assert_eq!(account["email"], format!("{CANARY}@example.org"));
    assert_eq!(account["pending_email"], format!("{CANARY}@another.example.org"));
    assert_eq!(account["id"], person.account.to_string());
    let texts: BTreeSet<_> =
        lines.iter().filter_map(|line| line["content"]["text"].as_str()).collect();
    assert_eq!(texts, BTreeSet::from(["before I left", "mine"]));
    assert!(
        !lines
            .iter()
            .any(|line| line.to_string().contains("password") && line["type"] != "audit_entry")
    );
    let own = rig.chat.own_audit(&person, None, None).await.unwrap().items;
    assert_eq!(own.iter().filter(|entry| entry.act == AuditAct::ExportAccount).count(), 1);
}

async fn an_export_of_much_is_read_in_pieces(rig: Rig) {
    let (ann, friend) = (rig.person("ann").await, rig.person("friend").await);
    let (one, other) = (direct(&rig, &ann, &friend).await, group(&rig, &ann, &[friend]).await);
    let (rig, ann) = (&rig, &ann);
    join_all(
        (0..450).map(async |n| {
            say(rig, ann, if n % 3 == 0 { one } else { other }, &n.to_string()).await
        }),
    )
    .await;
    let lines = exported(rig, ann).await;
    let texts: BTreeSet<usize> =
        lines.iter().filter_map(|line| line["content"]["text"].as_str()?.parse().ok()).collect();
    assert_eq!(texts, (0..450).collect());
    let mut torn = rig.chat.export(ann, &here()).await.unwrap();
    torn.next().await.unwrap();
    rig.chat.end_all_sessions(ann, &here()).await.unwrap();
    assert_eq!(torn.next().await.unwrap_err().code, Code::SessionEnded);
}
