//! The handlers, one file for each resource. Each reads its request, calls the rules, and answers.

mod accounts;
mod admin_accounts;
mod admin_audit;
mod admin_reports;
mod blocks;
mod conversations;
mod description;
mod events;
mod files;
mod health;
mod me;
mod members;
mod messages;
mod metrics;
mod pages;
mod positions;
mod presence;
mod reports;
mod rooms;
mod sessions;
mod socket;
mod uploads;

// By glob, because the router also needs what the path macro puts beside each handler.
pub(crate) use accounts::*;
pub(crate) use admin_accounts::*;
pub(crate) use admin_audit::*;
pub(crate) use admin_reports::*;
pub(crate) use blocks::*;
pub(crate) use conversations::*;
pub(crate) use description::*;
pub(crate) use events::*;
pub(crate) use files::*;
pub(crate) use health::*;
pub(crate) use me::*;
pub(crate) use members::*;
pub(crate) use messages::*;
pub(crate) use metrics::*;
pub(crate) use pages::*;
pub(crate) use positions::*;
pub(crate) use presence::*;
pub(crate) use reports::*;
pub(crate) use rooms::*;
pub(crate) use sessions::*;
pub(crate) use socket::*;
pub(crate) use uploads::*;
