-- Through which surface a session was opened, where it was not the native one; and how long it lives from each use.
ALTER TABLE sessions ADD COLUMN surface {text};

-- Failed sign-ins to one account from one address, whichever surface they came through, by digest of both.
CREATE TABLE sign_in_failures (
    key      {bytes} NOT NULL PRIMARY KEY,
    since    {int}   NOT NULL,              -- the first of them: they are forgotten together
    failures {int}   NOT NULL
){clustered};

CREATE INDEX sign_in_failures_by_age ON sign_in_failures (since);
