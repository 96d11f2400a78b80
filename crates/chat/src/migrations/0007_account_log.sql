-- What changed of an account, one row for each thing, with the account's `rev` that last touched it.
CREATE TABLE account_log (
    account_id {id}   NOT NULL,
    thing      {text} NOT NULL,             -- block, settings, …
    subject    {id}   NOT NULL,             -- which; the account itself where there is only one
    rev        {int}  NOT NULL,
    PRIMARY KEY (account_id, thing, subject)
){clustered};

CREATE INDEX account_log_by_rev ON account_log (account_id, rev);

-- What accounts chose for themselves; no row, and no value, is the server's choice.
CREATE TABLE settings (
    account_id  {id}   NOT NULL PRIMARY KEY,
    direct_from {text}                      -- who may open a direct conversation with it
){clustered};
