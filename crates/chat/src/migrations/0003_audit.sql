-- What was done with accounts and with the server itself. Rows are only added, and forgotten when they are old.
CREATE TABLE audit (
    seq        {int}   NOT NULL PRIMARY KEY, -- without a gap
    at         {int}   NOT NULL,
    act        {text}  NOT NULL,
    result     {text}  NOT NULL,
    actor_id   {id},                         -- who did it, where somebody was signed in
    session_id {id},
    account_id {id},                         -- whose own log it stands in
    target     {text},
    address    {text},                       -- not covered by the hash, so that it can be erased
    hash       {bytes} NOT NULL              -- over this row and the hash of the one before
){clustered};

CREATE INDEX audit_of_account ON audit (account_id, seq);
CREATE INDEX audit_by_actor ON audit (actor_id, seq);
CREATE INDEX audit_of_act ON audit (act, seq);

-- Whoever holds this row writes the next entry.
INSERT INTO meta (key, value) VALUES ('audit', 'held by whoever writes the next entry');
