-- What other systems are to be told. A row goes once somebody has taken it; what is refused for good becomes a dead job.
CREATE TABLE outbox (
    seq        {int}  NOT NULL PRIMARY KEY, -- given by the database: of what is written one after the other, the order
    id         {id}   NOT NULL UNIQUE,
    subject    {id}   NOT NULL,             -- whom it is about
    other      {id},                        -- and whom else
    input      {text} NOT NULL,
    refused    {int}  NOT NULL DEFAULT 0,   -- how often
    due_at     {int}  NOT NULL,             -- when it may be taken; while it is on its way, when its lease ends
    created_at {int}  NOT NULL
){strict};

CREATE INDEX outbox_of_subject ON outbox (subject, seq);
CREATE INDEX outbox_of_other ON outbox (other, seq) WHERE other IS NOT NULL;
