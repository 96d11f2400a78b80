-- Which letters somebody wants besides those that are needed; no value is what an account begins with.
ALTER TABLE settings ADD COLUMN mail_contact_requests {int};
ALTER TABLE settings ADD COLUMN mail_missed_messages {int};   -- minutes a message may stay unread
-- When to look for messages that somebody missed: only of who wants to be told, so that sending pays nothing.
ALTER TABLE settings ADD COLUMN missed_due_at {int};

CREATE INDEX settings_missed_due ON settings (missed_due_at) WHERE missed_due_at IS NOT NULL;

-- The last letter that somebody was sent of their choice. By its job it is the same when it is tried again.
CREATE TABLE letters (
    account_id {id}   NOT NULL,
    topic      {text} NOT NULL,             -- contact_requests, missed_messages
    job_id     {id}   NOT NULL,
    sent_at    {int}  NOT NULL,             -- when it was first written
    since      {int}  NOT NULL,             -- it tells of what happened after this
    PRIMARY KEY (account_id, topic)
){clustered};

-- The job of the letter that told of a request.
ALTER TABLE contact_requests ADD COLUMN told_by {id};

-- Whose the work is: it goes with them.
ALTER TABLE jobs ADD COLUMN subject {id};
