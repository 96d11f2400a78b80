//! Every statement of the product means something to both engines.

use crate::place::{Place, on_both};
use std::sync::Arc;

on_both!(every_statement_can_be_prepared);

async fn every_statement_can_be_prepared(place: Arc<Place>) {
    let refused = place.db.prepare_all(&chinwag_chat::statements::all()).await;
    assert!(refused.is_empty(), "{refused:#?}");
}
