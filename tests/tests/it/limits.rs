//! How much one account, address or connection may do: beyond it the answer says when to come back, and
//! nobody else is held up.

mod attempts;
mod connections;
mod rates;
mod slow;
