-- Whether whoever is signed in reads and writes in a room without becoming a member.
ALTER TABLE conversations ADD COLUMN walk_in {int} NOT NULL DEFAULT 0;
