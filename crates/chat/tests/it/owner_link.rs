//! The owner link: one secret, one owner.

use crate::place::{HERE, Place, code, on_both, registration};
use chinwag_wire::{Code, InstanceRole, Register};
use futures_util::future::join_all;
use std::sync::Arc;

on_both!(works_once, only_the_newest_works);

fn claiming(username: &str, secret: &str) -> Register {
    Register { owner_link: Some(secret.to_owned()), ..registration(Some(username), None) }
}

async fn works_once(place: Arc<Place>) {
    let link = place.chat.owner_link().await.unwrap().unwrap();
    assert_eq!(link.len(), 22, "128 bits");
    let names: Vec<_> = (0..10).map(|n| format!("claimant {n}")).collect();
    let outcomes = join_all(names.iter().map(|name| place.chat.register(&HERE, claiming(name, &link)))).await;
    let owners: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok()).collect();
    assert!(owners.len() == 1 && owners[0].account.role == InstanceRole::Owner);
    assert!(outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).all(|problem| problem.code == Code::LinkUsed));
    assert_eq!(place.chat.owner_link().await.unwrap(), None);
    assert_eq!(place.register("somebody").await.account.role, InstanceRole::Member);
}

async fn only_the_newest_works(place: Arc<Place>) {
    let old = place.chat.owner_link().await.unwrap().unwrap();
    let new = place.chat.owner_link().await.unwrap().unwrap();
    for wrong in [old.as_str(), "", &new[1..]] {
        assert_eq!(code(place.chat.register(&HERE, claiming("ann", wrong)).await), Some(Code::LinkUsed));
    }
    // A refused registration leaves the link as it was.
    place.register("taken").await;
    assert_eq!(code(place.chat.register(&HERE, claiming("taken", &new)).await), Some(Code::UsernameTaken));
    let owner = place.chat.register(&HERE, claiming("ann", &new)).await.unwrap();
    assert_eq!(place.chat.me(&place.actor(&owner).await).await.unwrap().role, InstanceRole::Owner);
}
