//! Every statement of the product in one list, so that a test prepares each on its engine.

use chinwag_sql::{Engine, Sql};

/// Every statement that is run on this engine.
pub fn all(engine: Engine) -> Vec<&'static Sql> {
    let batched =
        if engine == Engine::Postgres { crate::messages::batched_statements() } else { Vec::new() };
    [
        crate::account_log::STATEMENTS.to_vec(),
        crate::accounts::statements(),
        crate::settings::STATEMENTS.to_vec(),
        crate::profiles::statements(),
        crate::contacts::statements(),
        crate::ties::STATEMENTS.to_vec(),
        crate::sessions::statements(),
        crate::admin::statements(),
        crate::audit::statements(),
        crate::blocks::STATEMENTS.to_vec(),
        crate::conversations::statements(),
        crate::messages::statements(),
        crate::files::statements(),
        crate::uploads::statements(),
        crate::live::statements(),
        crate::personal::statements(),
        crate::reports::statements(),
        crate::mail::statements(),
        chinwag_jobs::statements(),
        batched,
    ]
    .concat()
}
