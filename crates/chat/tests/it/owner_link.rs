//! The owner link: one secret, one owner.

use crate::rig::{Rig, code, here, registration};
use chinwag_wire::{Code, InstanceRole, Register};
use futures_util::future::join_all;

crate::on_both_engines! {
    works_once
    only_the_newest_works
}

fn claiming(username: &str, secret: &str) -> Register {
    Register { owner_link: Some(secret.to_owned()), ..registration(Some(username), None) }
}

async fn works_once(rig: Rig) {
    let link = rig.chat.owner_link().await.unwrap().unwrap();
    assert_eq!(link.len(), 22, "128 bits");
    let names: Vec<_> = (0..10).map(|n| format!("claimant {n}")).collect();
    let from = here();
    let outcomes =
        join_all(names.iter().map(|name| rig.chat.register(&from, claiming(name, &link)))).await;
    let owners: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok()).collect();
    assert!(owners.len() == 1 && owners[0].account.role == InstanceRole::Owner);
    assert!(
        outcomes
            .iter()
            .filter_map(|outcome| outcome.as_ref().err())
            .all(|problem| problem.code == Code::LinkUsed)
    );
    assert_eq!(rig.chat.owner_link().await.unwrap(), None);
    assert_eq!(rig.register("somebody").await.account.role, InstanceRole::Member);
}

async fn only_the_newest_works(rig: Rig) {
    let old = rig.chat.owner_link().await.unwrap().unwrap();
    let new = rig.chat.owner_link().await.unwrap().unwrap();
    for wrong in [old.as_str(), "", &new[1..]] {
        assert_eq!(
            code(rig.chat.register(&here(), claiming("ann", wrong)).await),
            Some(Code::LinkUsed)
        );
    }
    // A refused registration leaves the link as it was.
    rig.register("taken").await;
    assert_eq!(
        code(rig.chat.register(&here(), claiming("taken", &new)).await),
        Some(Code::UsernameTaken)
    );
    let owner = rig.chat.register(&here(), claiming("ann", &new)).await.unwrap();
    assert_eq!(rig.chat.me(&rig.actor(&owner).await).await.unwrap().role, InstanceRole::Owner);
}
