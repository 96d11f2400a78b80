-- One row for each time somebody asked somebody. `to_id` is whom it reaches: nobody, where the address is
-- nobody's or a block stands. Its sender sees no difference.
CREATE TABLE contact_requests (
    id          {id}    NOT NULL PRIMARY KEY,
    from_id     {id}    NOT NULL,
    asked       {text}  NOT NULL,           -- what the sender named: an account's id, or an email address
    named_id    {id},                       -- the account that the sender named
    email       {text},                     -- the address that the sender named
    to_id       {id},
    pair_key    {bytes} UNIQUE,             -- both in order, while it reaches somebody: one for a pair
    words       {text},
    state       {text}  NOT NULL,
    created_at  {int}   NOT NULL,
    answered_at {int},
    UNIQUE (from_id, asked)
){clustered};

CREATE INDEX contact_requests_sent ON contact_requests (from_id, created_at, id);
CREATE INDEX contact_requests_received ON contact_requests (to_id, created_at, id) WHERE to_id IS NOT NULL;

-- Two rows for each pair, one for the list of each.
CREATE TABLE contacts (
    account_id {id}  NOT NULL,
    contact_id {id}  NOT NULL,
    since      {int} NOT NULL,
    PRIMARY KEY (account_id, contact_id)
){clustered};

CREATE INDEX contacts_by_age ON contacts (account_id, since, contact_id);
