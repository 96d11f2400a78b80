//! Who may see whom, in one place: profile, picture and search all ask this. Names alone are no secret: they
//! stand beside what somebody wrote, and whoever is signed in may look them up.

/// Whether the account `?1` may see the account `a` in full: everybody themselves; nobody across a block, in
/// either direction, nor an account that is deleted, suspended or nobody's. Whom one may not see looks as if
/// they had filled in nothing, so that a block leaves no sign of itself.
macro_rules! may_see {
    () => {
        "(a.id = ?1 OR (a.deleted_at IS NULL AND a.suspended_at IS NULL AND a.password_hash IS NOT NULL \
         AND NOT EXISTS (SELECT 1 FROM blocks b WHERE (b.account_id = ?1 AND b.blocked_id = a.id) \
         OR (b.account_id = a.id AND b.blocked_id = ?1))))"
    };
}
pub(super) use may_see;
