//! Every statement of the product in one list, so that a test prepares each on both engines.

use chinwag_sql::Sql;

/// Every statement.
pub fn all() -> Vec<&'static Sql> {
    [
        crate::accounts::statements(),
        crate::sessions::statements(),
        crate::blocks::STATEMENTS.to_vec(),
        crate::conversations::statements(),
        crate::messages::statements(),
        crate::live::statements(),
    ]
    .concat()
}
