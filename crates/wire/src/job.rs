//! Jobs as the staff of the server sees them: work that waits, runs, or failed for good.

use crate::{JobId, Time};
use serde::{Deserialize, Serialize};

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum JobState {
    /// It waits until it is due.
    Queued,
    /// It is being done, or whoever did it was lost.
    Running,
    /// It failed for good.
    Dead,
}

/// A piece of work that outlives a restart, such as a letter on its way. What is done is forgotten.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What is to be done, for example `send_verification`. New kinds may be added.
    pub kind: String,
    /// Where it stands.
    pub state: JobState,
    /// How many attempts were begun, the one that runs among them.
    pub attempts: u32,
    /// When it was queued.
    pub created_at: Time,
    /// When it may be tried, or, while it runs, by when it is given up; absent once it failed for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Time>,
    /// When it failed for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub died_at: Option<Time>,
    /// Why the last attempt failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// With what, where one job is looked at: ids and addresses, never a secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<serde_json::Value>,
}
