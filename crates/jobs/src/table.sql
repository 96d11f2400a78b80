-- Work that outlives a restart. A row goes when its work is done; what failed for good stays, for people to see.
CREATE TABLE jobs (
    id         {id}   NOT NULL PRIMARY KEY,
    kind       {text} NOT NULL,
    only_key   {text} UNIQUE,               -- no two jobs have the same; absent where there may be many
    input      {text} NOT NULL,
    attempts   {int}  NOT NULL DEFAULT 0,   -- begun, so also the number of the lease that is held
    due_at     {int}  NOT NULL,             -- when it may be taken; while it runs, when its lease ends
    created_at {int}  NOT NULL,
    running    {int}  NOT NULL DEFAULT 0,
    error      {text},                      -- why the last attempt failed
    dead_at    {int}                        -- when it failed for good
){clustered};

CREATE INDEX jobs_waiting ON jobs (due_at) WHERE dead_at IS NULL;
CREATE INDEX jobs_dead ON jobs (dead_at) WHERE dead_at IS NOT NULL;
