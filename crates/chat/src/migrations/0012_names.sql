-- A name that somebody was written to by before anybody had it, and who made it: nobody can sign in to it, nobody else
-- sees it, and it becomes the account of whoever registers it.
ALTER TABLE accounts ADD COLUMN unclaimed_by {id};
-- What a client keeps with its account, as it gave it.
ALTER TABLE accounts ADD COLUMN extra {text};

CREATE INDEX accounts_unclaimed ON accounts (unclaimed_by) WHERE unclaimed_by IS NOT NULL;
