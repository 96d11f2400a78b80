-- Suspended accounts cannot sign in; of deleted ones only the row remains, under a name that nobody can register.
ALTER TABLE accounts ADD COLUMN suspended_at {int};
ALTER TABLE accounts ADD COLUMN suspended_for {text};
ALTER TABLE accounts ADD COLUMN deleted_at {int};

CREATE INDEX accounts_by_age ON accounts (created_at, id);
CREATE INDEX accounts_owners ON accounts (id) WHERE role = 'owner';

CREATE TABLE reports (
    id              {id}   NOT NULL PRIMARY KEY,
    reporter_id     {id}   NOT NULL,
    target          {text} NOT NULL,         -- what is reported: reported once by each reporter
    account_id      {id}   NOT NULL,         -- whom it is about: the account, or the author of the message
    conversation_id {id},
    seq             {int},
    reason          {text} NOT NULL,
    words           {text},                  -- the reporter's own
    created_at      {int}  NOT NULL,
    resolved_at     {int},
    resolved_by     {id},
    outcome         {text},
    note            {text},
    UNIQUE (reporter_id, target)
){clustered};

CREATE INDEX reports_by_age ON reports (created_at, id);
CREATE INDEX reports_open ON reports (created_at, id) WHERE resolved_at IS NULL;
