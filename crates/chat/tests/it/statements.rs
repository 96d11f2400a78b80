//! Every statement of the product means something to its engine.

use crate::rig::Rig;

crate::on_both_engines! {
    every_statement_can_be_prepared
}

async fn every_statement_can_be_prepared(rig: Rig) {
    let refused = rig.db.prepare_all(&chinwag_chat::statements(rig.db.engine())).await;
    assert!(refused.is_empty(), "{refused:#?}");
    rig.end().await;
}
